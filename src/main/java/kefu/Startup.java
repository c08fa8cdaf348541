package kefu;

import jakarta.enterprise.inject.spi.CDI;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.nio.file.Path;
import java.util.logging.Logger;
import kefu.config.AccessSettings;
import kefu.config.ApiKey;
import kefu.config.AuthMode;
import kefu.config.AuthSettings;
import kefu.config.BadSettingException;
import kefu.config.ContainerConfig;
import kefu.config.DataDirectory;
import kefu.config.Settings;

/** Checks the settings before anything is served: an exception here keeps the application from starting. */
public final class Startup implements ServletContextListener {
    private static final Logger LOG = Logger.getLogger(Startup.class.getName());

    @Override
    public void contextInitialized(ServletContextEvent event) {
        String contextPath = event.getServletContext().getContextPath();
        try {
            start(contextPath);
        } catch (BadSettingException bad) { // Tomcat writes it into a file of the host only
            LOG.severe(contextPath + " does not start: " + bad.getMessage());
            for (Throwable other : bad.getSuppressed()) {
                LOG.severe(contextPath + " does not start: " + other.getMessage());
            }
            throw bad;
        } finally {
            for (String warning : ContainerConfig.unknown()) { // a method reference would be logged as from the JDK
                LOG.warning(warning);
            }
        }
    }

    private static void start(String contextPath) {
        Settings settings = ContainerConfig.read();
        Path data = DataDirectory.prepare(settings, contextPath, System::getProperty);
        ApiKey key = ApiKey.of(settings, data);
        CDI.current().select(Wiring.class).get().use(key);
        LOG.info(() -> "Kefu starts at " + contextPath + " with " + settings + "; data directory " + data + "; API key "
                + key);
        if (AuthSettings.mode(settings) == AuthMode.OPEN) {
            LOG.warning("Whoever reaches " + contextPath
                    + " may log in as any agent: set kefu.auth.mode, or keep it behind a login of your own");
        }
        if (settings.get(AccessSettings.API_KEY).isEmpty()
                && DataDirectory.isTemporary(settings, data, System::getProperty)) {
            LOG.warning("The API key of " + contextPath + " is a new one at each start, since " + data
                    + " is: set kefu.data.dir to a directory that stays, or kefu.api.key");
        }
    }
}
