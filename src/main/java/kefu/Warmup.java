package kefu;

import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import kefu.config.ContainerConfig;
import kefu.container.DeploymentStart;
import kefu.container.OwnClasses;
import kefu.metrics.Metrics;
import kefu.protocol.Frames;
import kefu.protocol.Json;
import org.jspecify.annotations.Nullable;

/**
 * Loads and runs, while CDI starts on the container's thread, what the start needs behind that: most of a start is the loading
 * of classes, and clients wait for it at each redeploy. Its results are thrown away. Payara does not call this class.
 */
public final class Warmup implements ServletContainerInitializer {
    private static final Logger LOG = Logger.getLogger(Warmup.class.getName());
    private static final String THREAD = Warmup.class.getName();

    /** It takes less than the start of CDI. A start that goes on without it is only slower. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Override
    public void onStartup(@Nullable Set<Class<?>> none, ServletContext context) {
        DeploymentStart.nanos();
        Thread thread = new Thread(() -> run(context), "kefu-warmup");
        thread.setDaemon(true);
        context.setAttribute(THREAD, thread);
        thread.start();
    }

    private static void run(ServletContext context) {
        try {
            OwnClasses.loadAll(context);
            ContainerConfig.read();
            new Metrics(List.of(), List.of(), List.of()).close();
            Json.parse(Json.write(new Frames.SayAnswer("", 0, 0, Optional.empty())));
        } catch (RuntimeException | LinkageError fault) { // the start itself meets it, and says so
            LOG.log(Level.FINE, "The start is slower", fault);
        }
    }

    /** Waits for its end: no thread of a deployment may outlive it. */
    static void await(ServletContext context) {
        if (context.getAttribute(THREAD) instanceof Thread thread) {
            try {
                thread.join(PATIENCE.toMillis());
            } catch (InterruptedException stopNow) {
                Thread.currentThread().interrupt();
            }
            context.removeAttribute(THREAD);
        }
    }
}
