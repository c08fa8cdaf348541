package kefu.gateway;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import kefu.config.AuthSettings;
import kefu.config.LimitSettings;
import kefu.config.Settings;
import kefu.connection.Connection;
import kefu.connection.ConnectionListener;
import kefu.connection.Heartbeat;
import kefu.connection.LargestFirst;
import kefu.connection.Peer;
import kefu.connection.QueueBudget;
import kefu.connection.Threads;
import kefu.connection.Watchdog;
import kefu.connection.Wire;
import kefu.metrics.Bound;
import kefu.metrics.LogLine;
import kefu.metrics.Metrics;
import kefu.protocol.Close;
import kefu.protocol.CloseCode;
import kefu.protocol.Request;
import kefu.protocol.Version;
import kefu.session.Session;

/**
 * The registry of this node's connections: opens them within the limits, checks their heartbeats, and closes them all at the
 * stop. Thread-safe; never blocks but in {@link #stop}.
 */
public class Connections {
    private static final Logger LOG = Logger.getLogger(Connections.class.getName());

    /** Closing takes milliseconds; a container kills what takes longer than its own patience, 30 s and less. */
    private static final long STOP_SECONDS = 5;

    private final ConcurrentMap<String, Connection> open = new ConcurrentHashMap<>();
    private final ConnectionListener listener = new Served();
    private final Settings settings;
    private final Dispatcher dispatcher;
    private final Sessions sessions;
    private final Threads threads;
    private final Metrics metrics;
    private final Heartbeat heartbeat;
    private final ConnectionLimiter limiter;
    private final QueueBudget budget;
    private volatile boolean stopped;

    Connections(Settings settings, Dispatcher dispatcher, Sessions sessions, Threads threads, Metrics metrics) {
        this.settings = settings;
        this.dispatcher = dispatcher;
        this.sessions = sessions;
        this.threads = threads;
        this.metrics = metrics;
        this.heartbeat = Heartbeat.of(settings);
        this.limiter = new ConnectionLimiter(settings, System::nanoTime);
        this.budget =
                new QueueBudget(settings.get(LimitSettings.QUEUE_TOTAL_BYTES), threads.worker(), this::closeSlowest);
    }

    /** For the proxy of a normal-scoped bean only. The proxy never uses the fields. */
    @SuppressWarnings("NullAway")
    Connections() {
        this.settings = null;
        this.dispatcher = null;
        this.sessions = null;
        this.threads = null;
        this.metrics = null;
        this.heartbeat = null;
        this.limiter = null;
        this.budget = null;
    }

    /** Begins to count and to check the connections. */
    void start() {
        metrics.connections(open::size);
        metrics.queued(
                () -> open.values().stream().mapToInt(Connection::queuedFrames).sum(), budget::used);
        long tick = heartbeat.tick().toMillis();
        threads.watchdog().scheduleWithFixedDelay(this::checkAll, tick, tick, TimeUnit.MILLISECONDS);
    }

    /** Checks the limits before a handshake. @return the bound that is reached; empty: none */
    public Optional<Bound> check(String address) {
        return limiter.check(address);
    }

    /** Opens a connection for a new client. @param address the client's address; empty: not known */
    public Connection open(Wire wire, Version version, String address) {
        Peer peer = new Peer(UUID.randomUUID().toString(), version, address);
        Connection connection =
                new Connection(peer, wire, settings, threads, budget, metrics, threads.awakeTime(), listener);
        Optional<Bound> full = limiter.acquire(address);
        if (full.isEmpty()) {
            open.put(connection.client(), connection);
        }
        if (stopped) {
            connection.end(CloseCode.SERVICE_RESTART);
        } else if (full.isPresent()) {
            connection.endAt(full.get(), CloseCode.TRY_AGAIN_LATER);
        } else if (version == Version.V1 && !settings.get(AuthSettings.PROTOCOL_V1)) {
            connection.end(CloseCode.NOT_ALLOWED);
        }
        return connection;
    }

    /** The number of connected clients. */
    public int count() {
        return open.size();
    }

    /** Whether new clients are served. */
    public boolean isOpen() {
        return !stopped;
    }

    /**
     * Closes every connection with 1012, and tells no group: the clients come back. Returns when all are closed, after
     * 5 s at most.
     */
    public void stop() {
        stopped = true;
        sessions.stop();
        List<Connection> all = List.copyOf(open.values()); // some may end by themselves meanwhile
        int loggedIn = dispatcher.sessions();
        CountDownLatch closing = new CountDownLatch(all.size());
        ReconnectDelays delays = new ReconnectDelays(
                all.size(), () -> ThreadLocalRandom.current().nextDouble());
        all.forEach(connection ->
                connection.end(Close.retryAfter(CloseCode.SERVICE_RESTART, delays.next()), closing::countDown));
        try {
            if (!closing.await(STOP_SECONDS, TimeUnit.SECONDS)) {
                LOG.warning(() -> LogLine.of("StopTimeout")
                        .with("open", closing.getCount())
                        .toString());
            }
        } catch (InterruptedException stopNow) {
            Thread.currentThread().interrupt();
        }
        LOG.info(() -> metrics.totals(
                        LogLine.of("Stop").with("connections", all.size()).with("sessions", loggedIn))
                .toString());
    }

    /** Closes the connections with the longest queues, until all queues together are within the bound. */
    private void closeSlowest() {
        LargestFirst.end(
                open.values(),
                Connection::queuedBytes,
                budget::isExceeded,
                slow -> slow.endAt(Bound.QUEUES_TOGETHER, CloseCode.TOO_SLOW));
    }

    private void checkAll() {
        Watchdog.checkAll(
                open.values(),
                connection -> connection.check(heartbeat),
                (connection, fault) -> LOG.log(Level.WARNING, fault, () -> connection
                        .describe(LogLine.of("Fault").with("in", "check"))
                        .toString()));
        threads.worker().execute(sessions::expire);
    }

    private final class Served implements ConnectionListener {
        @Override
        public boolean isExclusive(Request request) {
            return dispatcher.isExclusive(request);
        }

        @Override
        public boolean endsSession(Request request) {
            return dispatcher.endsSession(request);
        }

        @Override
        public CompletionStage<?> serve(Connection from, Request request) {
            return dispatcher.serve(from, request);
        }

        @Override
        public void responds(Connection connection) {
            dispatcher.responds(connection);
        }

        @Override
        public void ended(Connection connection, int code) {
            if (open.remove(connection.client()) != null) {
                limiter.release(connection.address());
            }
            SessionLog.closed(connection, code);
        }

        @Override
        public void left(Connection connection, int code) {
            Session session = Session.on(connection);
            if (session != null) {
                sessions.lost(session, connection, code);
            }
        }
    }
}
