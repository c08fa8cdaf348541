package kefu;

import jakarta.enterprise.inject.spi.CDI;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.logging.Logger;
import kefu.config.AccessSettings;
import kefu.config.ApiKey;
import kefu.config.AuthMode;
import kefu.config.AuthSettings;
import kefu.config.BadSettingException;
import kefu.config.ContainerConfig;
import kefu.config.DataDirectory;
import kefu.config.Settings;
import kefu.config.UnknownSetting;
import kefu.container.DeploymentStart;
import kefu.container.OwnClasses;
import kefu.lifecycle.Deployment;
import kefu.lifecycle.HandoverDirectory;
import kefu.lifecycle.Ownership;
import kefu.metrics.LogLine;

/** Checks the settings before anything is served: an exception here keeps the application from starting. */
public final class Startup implements ServletContextListener {
    private static final Logger LOG = Logger.getLogger(Startup.class.getName());

    @Override
    public void contextInitialized(ServletContextEvent event) {
        DeploymentStart.nanos();
        String contextPath = event.getServletContext().getContextPath();
        try {
            start(event.getServletContext());
        } catch (BadSettingException bad) { // Tomcat writes it into a file of the host only
            LOG.severe(contextPath + " does not start: " + bad.getMessage());
            for (Throwable other : bad.getSuppressed()) {
                LOG.severe(contextPath + " does not start: " + other.getMessage());
            }
            throw bad;
        } finally {
            Warmup.await(event.getServletContext());
            for (UnknownSetting unknown : ContainerConfig.unknown()) {
                warn(unknown.name(), "it is no setting", line -> line.with("nearest", unknown.nearest()));
            }
        }
    }

    private static void start(ServletContext context) {
        String contextPath = context.getContextPath();
        Settings settings = ContainerConfig.read();
        Path data = DataDirectory.prepare(settings, contextPath, System::getProperty);
        ApiKey key = ApiKey.of(settings, data);
        Wiring wiring = CDI.current().select(Wiring.class).get();
        wiring.use(key);
        wiring.use(
                HandoverDirectory.prepare(
                        DataDirectory.shared(settings, System::getProperty),
                        context.getVirtualServerName(),
                        contextPath),
                new Deployment(contextPath, version(context)));
        LOG.info(() -> {
            LogLine line = LogLine.of("Start")
                    .with("context", contextPath)
                    .with("data", data.toString())
                    .with("key", key.toString());
            settings.texts().forEach(line::with);
            return line.toString();
        });
        if (AuthSettings.mode(settings) == AuthMode.OPEN) {
            warn(
                    AuthSettings.MODE.key(),
                    "whoever reaches the gateway may log in as any agent: set it, or keep the gateway behind a login of your own",
                    line -> line.with("context", contextPath));
        }
        if (DataDirectory.isTemporary(settings, data, System::getProperty)) {
            String lost = settings.get(AccessSettings.API_KEY).isEmpty()
                    ? "the API key is a new one at each start, and no session outlives a restart"
                    : "no session outlives a restart";
            warn(
                    Settings.DATA_DIR.key(),
                    lost + ", since the directory is a new one at each start: set it to one that stays",
                    line -> line.with("context", contextPath).with("data", data.toString()));
        }
        OwnClasses.load(context);
        CDI.current().select(Ownership.class).get().start();
    }

    /** Of a parallel deployment on Tomcat; empty: there is none. */
    private static String version(ServletContext context) {
        return context.getAttribute("org.apache.catalina.webappVersion") instanceof String version ? version : "";
    }

    private static void warn(String setting, String problem, UnaryOperator<LogLine> more) {
        LOG.warning(
                () -> more.apply(LogLine.of("Setting").with("setting", setting).with("problem", problem))
                        .toString());
    }
}
