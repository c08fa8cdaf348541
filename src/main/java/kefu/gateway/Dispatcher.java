package kefu.gateway;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import kefu.broker.Broker;
import kefu.config.AuthMode;
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
import kefu.protocol.Channel;
import kefu.protocol.CloseCode;
import kefu.protocol.ErrorCode;
import kefu.protocol.Request;
import kefu.protocol.Version;
import kefu.session.Session;
import org.jspecify.annotations.Nullable;

/** Routes each request to one of the gateway's own methods or to the backend. Thread-safe; never blocks but in {@link #stop}. */
public class Dispatcher {
    private static final Logger LOG = Logger.getLogger(Dispatcher.class.getName());

    /** Closing takes milliseconds; a container kills what takes longer than its own patience, 30 s and less. */
    private static final long STOP_SECONDS = 5;

    private final ConcurrentMap<String, Connection> connections = new ConcurrentHashMap<>();
    private final Map<Version, Map<String, Method>> methods; // all that the gateway itself answers
    private final Hub hub;
    private final Sessions sessions;
    private final SessionCommands clients;
    private final Settings settings;
    private final Broker broker;
    private final Method forward;
    private final Threads threads;
    private final Metrics metrics;
    private final ConnectionListener listener = new Served();
    private final Heartbeat heartbeat;
    private final AuthMode mode;
    private final ConnectionLimiter limiter;
    private final QueueBudget budget;
    private volatile boolean stopped;

    Dispatcher(
            Settings settings,
            Broker broker,
            Hub hub,
            Sessions sessions,
            SessionCommands clients,
            Map<Version, Map<String, Method>> methods,
            Method forward,
            AuthMode mode,
            Threads threads,
            Metrics metrics) {
        this.settings = settings;
        this.broker = broker;
        this.hub = hub;
        this.sessions = sessions;
        this.clients = clients;
        this.methods = methods;
        this.forward = forward;
        this.mode = mode;
        this.threads = threads;
        this.metrics = metrics;
        this.limiter = new ConnectionLimiter(settings, System::nanoTime);
        this.budget =
                new QueueBudget(settings.get(LimitSettings.QUEUE_TOTAL_BYTES), threads.worker(), this::closeSlowest);
        this.heartbeat = Heartbeat.of(settings);
    }

    /** For the proxy of a normal-scoped bean only. The proxy never uses the fields. */
    @SuppressWarnings("NullAway")
    Dispatcher() {
        this.settings = null;
        this.broker = null;
        this.forward = null;
        this.threads = null;
        this.metrics = null;
        this.heartbeat = null;
        this.hub = null;
        this.sessions = null;
        this.clients = null;
        this.mode = null;
        this.limiter = null;
        this.budget = null;
        this.methods = Map.of();
    }

    /** Begins to listen to the channels and to watch the connections. */
    void start() {
        broker.listen(hub);
        metrics.connections(connections::size);
        metrics.sessions(() -> hub.in(Channel.ALL).size());
        metrics.groups(() -> hub.groups());
        metrics.queued(
                () -> connections.values().stream()
                        .mapToInt(Connection::queuedFrames)
                        .sum(),
                budget::used);
        long tick = heartbeat.tick().toMillis();
        threads.watchdog().scheduleWithFixedDelay(this::checkAll, tick, tick, TimeUnit.MILLISECONDS);
    }

    /** Opens a connection for a new client. @param address the client's address; empty: not known */
    public Connection open(Wire wire, Version version, String address) {
        Peer peer = new Peer(UUID.randomUUID().toString(), version, address);
        Connection connection =
                new Connection(peer, wire, settings, threads, budget, metrics, threads.awakeTime(), listener);
        Optional<Bound> full = limiter.acquire(address);
        if (full.isEmpty()) {
            connections.put(connection.client(), connection);
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

    /** Takes a client's message: it is served in its turn, or refused at once where too many wait. */
    public void dispatch(Connection from, Request request) {
        from.request(request);
    }

    /** The authentication mode. */
    public AuthMode mode() {
        return mode;
    }

    /** Checks the limits before a handshake. @return the bound that is reached; empty: none */
    public Optional<Bound> check(String address) {
        return limiter.check(address);
    }

    /** The methods that the gateway itself answers. All others go to the backend. */
    Set<String> methods(Version version) {
        return own(version).keySet();
    }

    Sessions sessions() {
        return sessions;
    }

    /** The API's commands on sessions. */
    public SessionCommands clients() {
        return clients;
    }

    /** The number of connected clients. */
    public int connections() {
        return connections.size();
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
        List<Connection> all = List.copyOf(connections.values()); // some may end by themselves meanwhile
        int open = hub.in(Channel.ALL).size();
        CountDownLatch closing = new CountDownLatch(all.size());
        all.forEach(connection -> connection.end(CloseCode.SERVICE_RESTART, closing::countDown));
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
                        LogLine.of("Stop").with("connections", all.size()).with("sessions", open))
                .toString());
    }

    private CompletionStage<?> serve(Connection from, Request request) {
        if (request instanceof Request.Refused refused) {
            from.refuse(refused.reply(), refused.error());
        }
        if (!(request instanceof Request.Call call)) {
            return CompletableFuture.completedFuture(null);
        }
        return CompletableFuture.completedFuture(call)
                .thenCompose(one ->
                        own(from.version()).getOrDefault(call.method(), forward).handle(from, one))
                .exceptionally(fault -> fail(from, call, fault));
    }

    /** The one place where a method's fault ends, whether the method threw it or its stage failed. */
    private static @Nullable Void fail(Connection from, Request.Call call, Throwable fault) {
        LOG.log(Level.WARNING, fault, () -> fault("request " + call.method(), from));
        from.refuse(call.reply(), ErrorCode.BUSY);
        return null;
    }

    private static String fault(String in, Connection connection) {
        return connection.describe(LogLine.of("Fault").with("in", in)).toString();
    }

    private Map<String, Method> own(Version version) {
        return methods.getOrDefault(version, Map.of());
    }

    private void ended(Connection connection, int code) {
        if (connections.remove(connection.client()) != null) {
            limiter.release(connection.address());
        }
        SessionLog.closed(connection, code);
    }

    private void left(Connection connection, int code) {
        Session session = Session.on(connection);
        if (session != null) {
            sessions.lost(session, connection, code);
        }
    }

    /** Closes the connections with the longest queues, until all queues together are within the bound. */
    private void closeSlowest() {
        LargestFirst.end(
                connections.values(),
                Connection::queuedBytes,
                budget::isExceeded,
                slow -> slow.endAt(Bound.QUEUES_TOGETHER, CloseCode.TOO_SLOW));
    }

    private void checkAll() {
        Watchdog.checkAll(
                connections.values(),
                connection -> connection.check(heartbeat),
                (connection, fault) -> LOG.log(Level.WARNING, fault, () -> fault("check", connection)));
        threads.worker().execute(sessions::expire);
    }

    private final class Served implements ConnectionListener {
        @Override
        public boolean isExclusive(Request request) {
            return request instanceof Request.Call call
                    && own(call.reply().version()).containsKey(call.method());
        }

        @Override
        public void responds(Connection connection) {
            Session session = Session.on(connection);
            if (session != null) {
                hub.goOn(session);
            }
        }

        @Override
        public CompletionStage<?> serve(Connection from, Request request) {
            return Dispatcher.this.serve(from, request);
        }

        @Override
        public void ended(Connection connection, int code) {
            Dispatcher.this.ended(connection, code);
        }

        @Override
        public void left(Connection connection, int code) {
            Dispatcher.this.left(connection, code);
        }
    }
}
