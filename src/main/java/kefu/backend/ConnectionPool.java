package kefu.backend;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A pool of connections with a maximum idle time. A load balancer or a firewall drops an idle connection silently, and a request
 * on it gets no answer.
 *
 * <p>The JDK's client has one idle time for the whole JVM. It is a system property that is read once; the default on Java 17 is
 * 20 minutes. The client cannot close a single connection either. So this pool replaces the whole client when one of its
 * connections was idle for too long. The client always takes the connection that was idle longest (Java 17 to 25). So while
 * requests come, all its connections are used in turn, and the client stays. Thread-safe.
 */
final class ConnectionPool {
    private final Supplier<ClosableHttpClient> clients;
    private final long idleNanos;
    private final int maxConnections;
    private final LongSupplier nanoTime;

    // guarded by this
    private @Nullable Generation current;
    private boolean closed;

    /** One client, the idle times of its kept connections, and the number of its running requests. */
    private static final class Generation {
        final ClosableHttpClient client;
        final Deque<Long> idleSince = new ArrayDeque<>(); // one entry for each kept connection, the longest idle first
        int running;
        boolean retired;

        Generation(ClosableHttpClient client) {
            this.client = client;
        }
    }

    /**
     * @param clients makes a client without connections
     * @param maxConnections the most connections in use at once, and the most that are kept
     */
    ConnectionPool(Supplier<ClosableHttpClient> clients, Duration idle, int maxConnections, LongSupplier nanoTime) {
        this.clients = clients;
        this.idleNanos = idle.toNanos();
        this.maxConnections = maxConnections;
        this.nanoTime = nanoTime;
        this.current = new Generation(clients.get()); // now, because the first client takes a while to load its classes
    }

    /** Leases a client for one request; null after {@link #close}. The caller must call {@link Lease#end} later. */
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

    /** Closes connections that were idle for too long. */
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

    /** Makes sure that no request uses a connection that is idle now. */
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

    /** Starts no more requests. Running requests go on. */
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

        /** Whether the request probably uses a kept connection. The service may have closed it meanwhile. */
        boolean isOnKeptConnection() {
            return onKeptConnection;
        }

        /** The answer has come, and the connection is kept. Call this before the answer is passed on. */
        void kept() {
            synchronized (ConnectionPool.this) {
                Deque<Long> idleSince = generation.idleSince;
                if (idleSince.size() == maxConnections) {
                    idleSince.remove(); // there cannot be so many: the service has closed some
                }
                idleSince.add(nanoTime.getAsLong());
            }
        }

        /** A kept connection was dead. The other kept connections are not used any more either. */
        void dead() {
            synchronized (ConnectionPool.this) {
                if (current != generation) {
                    return;
                }
                current = null;
            }
            retire(generation);
        }

        /** The request and its callbacks have ended. Further calls do nothing. */
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
