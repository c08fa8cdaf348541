package kefu.container;

import jakarta.enterprise.inject.spi.CDI;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import java.util.Set;
import org.jboss.weld.environment.servlet.EnhancedListener;
import org.jspecify.annotations.Nullable;

/** Starts the packaged Weld where the container has no CDI: on Tomcat. Payara does not call this class. */
public final class CdiBootstrap implements ServletContainerInitializer {
    @Override
    public void onStartup(@Nullable Set<Class<?>> none, ServletContext context) throws ServletException {
        DeploymentStart.nanos();
        if (!containerHasCdi()) {
            new EnhancedListener().onStartup(null, context);
        }
    }

    private static boolean containerHasCdi() {
        try {
            CDI.current().getBeanManager();
            return true;
        } catch (IllegalStateException none) {
            return false;
        }
    }
}
