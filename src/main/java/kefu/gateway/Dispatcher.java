package kefu.gateway;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.List;
import java.util.Map;
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
import kefu.backend.Backend;
import kefu.broker.Broker;
import kefu.broker.Presence;
import kefu.config.Settings;
import kefu.metrics.Metrics;
import kefu.protocol.Channel;
import kefu.protocol.CloseCode;
import kefu.protocol.ErrorCode;
import kefu.protocol.Request;
import kefu.protocol.Version;
import kefu.session.Connection;
import kefu.session.Heartbeat;
import kefu.session.Session;
import kefu.session.Subscription;
import kefu.session.Threads;
import kefu.session.Wire;

/** Routes each request to one of the gateway's own methods or to the backend. Thread-safe; never blocks but in {@link #stop}. */
@ApplicationScoped
public class Dispatcher {
    private static final Logger LOG = Logger.getLogger(Dispatcher.class.getName());

    /** Closing takes milliseconds; a container kills what takes longer than its own patience, 30 s and less. */
    private static final long STOP_SECONDS = 5;

    private final ConcurrentMap<String, Connection> connections = new ConcurrentHashMap<>();
    private final ConcurrentMap<Channel, Set<Subscription>> channels = new ConcurrentHashMap<>();
    private final Map<Version, Map<String, Method>> methods; // the whole list of what the gateway itself answers
    private final Channels here;
    private final Sessions sessions;
    private final Clients clients;
    private final Settings settings;
    private final Broker broker;
    private final Method forward;
    private final Threads threads;
    private final Metrics metrics;
    private final Connection.Listener listener = new Served();
    private final Heartbeat heartbeat;
    private volatile boolean stopped;

    @Inject
    public Dispatcher(
            Settings settings,
            Broker broker,
            Presence presence,
            Backend backend,
            Clock clock,
            Threads threads,
            Metrics metrics) {
        this.settings = settings;
        this.broker = broker;
        this.forward = new ForwardMethod(backend, settings.get(Settings.BACKEND_IDEMPOTENT), metrics);
        this.threads = threads;
        this.metrics = metrics;
        this.heartbeat = Heartbeat.of(settings);
        this.here = new Channels(channels, metrics);
        this.sessions = new Sessions(here, broker, presence, clock, metrics);
        this.clients = new Clients(here, broker);
        Method login = new LoginMethod(sessions, broker, clock, settings.get(Settings.NODE));
        this.methods = Map.of(
                Version.V1, Map.of("login", login),
                Version.V2, Map.of("login", login, "resume", new ResumeMethod(), "logout", new LogoutMethod(sessions)));
    }

    /** For the proxy of a normal-scoped bean only, which never uses its fields. */
    @SuppressWarnings("NullAway")
    Dispatcher() {
        this.settings = null;
        this.broker = null;
        this.forward = null;
        this.threads = null;
        this.metrics = null;
        this.heartbeat = null;
        this.here = null;
        this.sessions = null;
        this.clients = null;
        this.methods = Map.of();
    }

    /** Begins to listen to the channels and to watch the connections. */
    @PostConstruct
    void start() {
        broker.listen(here);
        metrics.connections(connections::size);
        metrics.sessions(() -> here.in(Channel.ALL).size());
        metrics.groups(() -> channels.keySet().stream().filter(Channel::isGroup).count());
        metrics.queued(
                () -> connections.values().stream()
                        .mapToInt(Connection::queuedFrames)
                        .sum(),
                () -> connections.values().stream()
                        .mapToLong(Connection::queuedBytes)
                        .sum());
        long tick = heartbeat.tick().toMillis();
        threads.watchdog().scheduleWithFixedDelay(this::checkAll, tick, tick, TimeUnit.MILLISECONDS);
    }

    /** A client has connected. */
    public Connection open(Wire wire, Version version) {
        Connection connection = new Connection(
                UUID.randomUUID().toString(), version, wire, settings, threads, metrics, System::nanoTime, listener);
        connections.put(connection.client(), connection);
        if (stopped) {
            connection.end(CloseCode.SERVICE_RESTART);
        }
        return connection;
    }

    /** A client's message: served in its turn, or refused at once where too many of this client wait. */
    public void dispatch(Connection from, Request request) {
        if (!(request instanceof Request.Ignored) && !from.request(request)) {
            from.refuse(request.reply(), ErrorCode.TOO_MANY_REQUESTS);
        }
    }

    /** What the gateway itself answers; all else goes to the backend. */
    Set<String> methods(Version version) {
        return own(version).keySet();
    }

    /** What a backend does to the sessions here. */
    public Clients clients() {
        return clients;
    }

    /** How many clients are connected. */
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
        List<Connection> all = List.copyOf(connections.values()); // some may end meanwhile by themselves
        CountDownLatch closing = new CountDownLatch(all.size());
        all.forEach(connection -> connection.end(CloseCode.SERVICE_RESTART, closing::countDown));
        try {
            if (!closing.await(STOP_SECONDS, TimeUnit.SECONDS)) {
                LOG.warning("Stopped before all connections were closed");
            }
        } catch (InterruptedException stopNow) {
            Thread.currentThread().interrupt();
        }
    }

    private CompletionStage<?> serve(Connection from, Request request) {
        try {
            if (request instanceof Request.Call call) {
                return own(from.version()).getOrDefault(call.method(), forward).handle(from, call);
            }
            if (request instanceof Request.Refused refused) {
                from.refuse(refused.reply(), refused.error());
            }
        } catch (RuntimeException fault) { // the connection's other requests go on
            LOG.log(Level.WARNING, "A request of client " + from.client() + " failed", fault);
        }
        return CompletableFuture.completedFuture(null);
    }

    private Map<String, Method> own(Version version) {
        return methods.getOrDefault(version, Map.of());
    }

    private void ended(Connection connection, int code) {
        connections.remove(connection.client());
        LOG.info(() -> "Close of client " + connection.client() + " with " + code + " after "
                + connection.age().toSeconds() + " s");
        Session session = connection.session();
        if (session != null) {
            sessions.end(session);
        }
    }

    private void checkAll() {
        for (Connection connection : connections.values()) {
            try {
                connection.check(heartbeat);
            } catch (RuntimeException fault) { // the timer would never run again
                LOG.log(Level.WARNING, "Checking client " + connection.client() + " failed", fault);
            }
        }
    }

    private final class Served implements Connection.Listener {
        @Override
        public boolean isAlone(Request request) {
            return request instanceof Request.Call call
                    && own(call.reply().version()).containsKey(call.method());
        }

        @Override
        public CompletionStage<?> serve(Connection from, Request request) {
            return Dispatcher.this.serve(from, request);
        }

        @Override
        public void ended(Connection connection, int code) {
            Dispatcher.this.ended(connection, code);
        }
    }
}
