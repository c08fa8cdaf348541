package kefu.backend;

import java.lang.reflect.Method;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A client of the JDK for HTTP/1.1 that can be closed. Java 21 has a method for it. Java 17 ends a client some time after
 * it was collected as garbage, and until then a thread and every idle connection stay.
 */
final class ClosableHttpClient {
    private static final Logger LOG = Logger.getLogger(ClosableHttpClient.class.getName());

    private static final Optional<Method> SHUTDOWN_NOW = Arrays.stream(HttpClient.class.getMethods())
            .filter(method -> method.getName().equals("shutdownNow"))
            .findAny();

    private volatile @Nullable HttpClient client;
    private final Optional<Thread> selector;

    /**
     * Follows no redirects. Callbacks run on the client's one thread, so they must not block. This thread must not hold
     * the deployment's class loader, since it may outlive the deployment by some seconds.
     */
    ClosableHttpClient(Duration connectTimeout) {
        this(connectTimeout, Runnable::run);
    }

    /** @param executor runs the callbacks */
    ClosableHttpClient(Duration connectTimeout, Executor executor) {
        HttpClient opened;
        Thread current = Thread.currentThread();
        ClassLoader deployment = current.getContextClassLoader();
        current.setContextClassLoader(ClassLoader.getSystemClassLoader());
        try {
            opened = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(connectTimeout)
                    .executor(executor)
                    .build();
        } finally {
            current.setContextClassLoader(deployment);
        }
        client = opened;
        selector = SHUTDOWN_NOW.isPresent() ? Optional.empty() : selectorOf(opened);
    }

    /** @throws IllegalStateException where it is closed */
    HttpClient http() {
        HttpClient open = client;
        if (open == null) {
            throw new IllegalStateException("closed");
        }
        return open;
    }

    /**
     * Ends the thread and closes the connections. No request may be on its way, and no callback of one may run. The JDK's
     * cleaner holds what a client keeps until the client was collected, and what it keeps holds this object by its last
     * requests: so this object lets go of the client.
     */
    void close() {
        HttpClient open = client;
        client = null;
        try {
            if (SHUTDOWN_NOW.isPresent() && open != null) {
                SHUTDOWN_NOW.get().invoke(open);
            } else {
                selector.ifPresent(Thread::interrupt); // the thread then closes the client's selector and connections
            }
        } catch (ReflectiveOperationException fault) {
            LOG.log(Level.FINE, "A client is left to the garbage collector", fault);
        }
    }

    /** The thread has been started by the client's builder, in this thread's group. Both names end with the client's number. */
    private static Optional<Thread> selectorOf(HttpClient client) {
        String text = client.toString(); // "…(7)", whose thread is "HttpClient-7-SelectorManager"
        String name = "HttpClient-" + text.substring(text.lastIndexOf('(') + 1, text.length() - 1) + "-SelectorManager";
        ThreadGroup group = Objects.requireNonNull(Thread.currentThread().getThreadGroup());
        Thread[] threads = new Thread[group.activeCount() + 64];
        int count = group.enumerate(threads);
        return Arrays.stream(threads, 0, count)
                .filter(thread -> thread.getName().equals(name))
                .findAny();
    }
}
