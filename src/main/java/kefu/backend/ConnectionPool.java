package kefu.backend;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Connections that are kept for the next request, but never idle for longer than a time: a load balancer or a firewall
 * forgets an idle connection without a word, and what is sent on it then gets no answer.
 *
 * <p>The JDK's client has one idle time for the whole JVM, a system property that is read once, and 20 minutes by default
 * on Java 17. It closes no single connection either. So a client is replaced as a whole when one of its connections has
 * been idle for too long. The client takes the connection that has been idle longest (Java 17 to 25): as long as requests
 * come, each of its connections is used in turn, and the client stays. Thread-safe.
 */
final class ConnectionPool {
    private final Supplier<ClosableHttpClient> clients;
    private final long idleNanos;
    private final int maxConnections;
    private final LongSupplier nanoTime;

    // guarded by this
    private @Nullable Generation current;
    private boolean closed;

    /** One client, what is known of the connections that it keeps, and how many requests use it. */
    private static final class Generation {
        final ClosableHttpClient client;
        final Deque<Long> idleSince = new ArrayDeque<>(); // of each kept connection, the longest idle first
        int running;
        boolean retired;

        Generation(ClosableHttpClient client) {
            this.client = client;
        }
    }

    /**
     * @param clients makes a client without connections
     * @param maxConnections that may be in use at once; so many are kept at most
     */
    ConnectionPool(Supplier<ClosableHttpClient> clients, Duration idle, int maxConnections, LongSupplier nanoTime) {
        this.clients = clients;
        this.idleNanos = idle.toNanos();
        this.maxConnections = maxConnections;
        this.nanoTime = nanoTime;
        this.current = new Generation(clients.get()); // here, because the first one loads classes for a while
    }

    /** A client to send one request with; null after {@link #close}. {@link Lease#end} is to follow. */
    @Nullable Lease lease() {
        Generation stale = null;
        Lease lease;
        synchronized (this) {
            if (closed) {
                return null;
            }
            Generation now = current;
            if (now == null || isIdleForTooLong(now)) {
                stale = now;
                now = new Generation(clients.get());
                current = now;
            }
            now.running++;
            lease = new Lease(now, now.idleSince.poll() != null);
        }
        if (stale != null) {
            retire(stale);
        }
        return lease;
    }

    /** Closes connections that have been idle for too long. */
    void expire() {
        Generation stale;
        synchronized (this) {
            stale = current;
            if (stale == null || !isIdleForTooLong(stale)) {
                return;
            }
            current = null;
        }
        retire(stale);
    }

    /** Lets no request use a connection that is idle now. */
    void renew() {
        Generation before;
        synchronized (this) {
            before = current;
            current = null;
        }
        if (before != null) {
            retire(before);
        }
    }

    /** Requests on their way end as they would; no further one is begun. */
    void close() {
        synchronized (this) {
            closed = true;
        }
        renew();
    }

    private boolean isIdleForTooLong(Generation generation) {
        Long oldest = generation.idleSince.peek();
        return oldest != null && nanoTime.getAsLong() - oldest > idleNanos;
    }

    private void retire(Generation generation) {
        synchronized (this) {
            generation.retired = true;
            if (generation.running > 0) {
                return; // the last one closes it
            }
        }
        generation.client.close();
    }

    /** One request's use of a client. */
    final class Lease {
        private final Generation generation;
        private final boolean onKeptConnection;
        private boolean ended; // guarded by the pool

        private Lease(Generation generation, boolean onKeptConnection) {
            this.generation = generation;
            this.onKeptConnection = onKeptConnection;
        }

        HttpClient http() {
            return generation.client.http();
        }

        /** Whether the request goes on a connection that was kept, as far as is known: the service may have closed it. */
        boolean isOnKeptConnection() {
            return onKeptConnection;
        }

        /** The answer has come, and the connection is kept. Call this before whoever may send the next request is told. */
        void kept() {
            synchronized (ConnectionPool.this) {
                Deque<Long> idleSince = generation.idleSince;
                if (idleSince.size() == maxConnections) {
                    idleSince.remove(); // the service has closed some, or there could not be so many
                }
                idleSince.add(nanoTime.getAsLong());
            }
        }

        /** A kept connection was dead: those that are kept now are not used either. */
        void dead() {
            synchronized (ConnectionPool.this) {
                if (current != generation) {
                    return;
                }
                current = null;
            }
            retire(generation);
        }

        /** The request has ended, and its callbacks have. Further calls do nothing. */
        void end() {
            synchronized (ConnectionPool.this) {
                if (ended) {
                    return;
                }
                ended = true;
                generation.running--;
                if (generation.running > 0 || !generation.retired) {
                    return;
                }
            }
            generation.client.close();
        }
    }
}
