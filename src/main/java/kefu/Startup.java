package kefu;

import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.util.logging.Logger;
import kefu.config.ContainerConfig;

/** Checks the settings before anything is served: an exception here keeps the application from starting. */
public final class Startup implements ServletContextListener {
    @Override
    public void contextInitialized(ServletContextEvent event) {
        Logger.getLogger(Startup.class.getName()).info(() -> "Kefu starts with " + ContainerConfig.read());
    }
}
