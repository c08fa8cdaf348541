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
 * The JDK's client for HTTP/1.1, but with a close method. Java 21 has such a method. Java 17 ends a client only some time after
 * its garbage collection. Until then its thread and all idle connections stay.
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

    /** @throws IllegalStateException if it is closed */
    HttpClient http() {
        HttpClient open = client;
        if (open == null) {
            throw new IllegalStateException("closed");
        }
        return open;
    }

    /**
     * Ends the thread and closes the connections. No request and no callback may be running. Afterwards this object drops its
     * reference to the client: the JDK's cleaner holds the state of the client until the client is collected, and this state
     * refers to this object through the last requests.
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

    /** Finds the client's thread. The builder started it in this thread's group. Client and thread have the same number. */
    private static Optional<Thread> selectorOf(HttpClient client) {
        String text = client.toString(); // "…(7)": the thread is "HttpClient-7-SelectorManager"
        String name = "HttpClient-" + text.substring(text.lastIndexOf('(') + 1, text.length() - 1) + "-SelectorManager";
        ThreadGroup group = Objects.requireNonNull(Thread.currentThread().getThreadGroup());
        Thread[] threads = new Thread[group.activeCount() + 64];
        int count = group.enumerate(threads);
        return Arrays.stream(threads, 0, count)
                .filter(thread -> thread.getName().equals(name))
                .findAny();
    }
}
