package kefu;

import jakarta.enterprise.inject.spi.CDI;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.nio.file.Path;
import java.util.logging.Logger;
import kefu.config.ApiKey;
import kefu.config.AuthMode;
import kefu.config.AuthSettings;
import kefu.config.ContainerConfig;
import kefu.config.DataDirectory;
import kefu.config.Settings;

/** Checks the settings before anything is served: an exception here keeps the application from starting. */
public final class Startup implements ServletContextListener {
    private static final Logger LOG = Logger.getLogger(Startup.class.getName());

    @Override
    public void contextInitialized(ServletContextEvent event) {
        Settings settings = ContainerConfig.read();
        String contextPath = event.getServletContext().getContextPath();
        Path data = DataDirectory.prepare(settings, contextPath, System::getProperty);
        ApiKey key = ApiKey.of(settings, data);
        CDI.current().select(Wiring.class).get().use(key);
        LOG.info(() -> "Kefu starts at " + contextPath + " with " + settings + "; data directory " + data + "; API key "
                + key);
        if (AuthSettings.mode(settings) == AuthMode.OPEN) {
            LOG.warning("Whoever reaches " + contextPath
                    + " may log in as any agent: set kefu.auth.mode, or keep it behind a login of your own");
        }
    }
}
