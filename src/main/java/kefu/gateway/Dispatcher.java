package kefu.gateway;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
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
import kefu.backend.Backend;
import kefu.broker.Member;
import kefu.broker.Presence;
import kefu.config.Settings;
import kefu.protocol.CloseCode;
import kefu.protocol.ErrorCode;
import kefu.protocol.Frames;
import kefu.protocol.Id;
import kefu.protocol.Request;
import kefu.session.Connection;
import kefu.session.Heartbeat;
import kefu.session.Threads;
import kefu.session.Wire;

/** Routes each request to one of the gateway's own methods or to the backend. Thread-safe; never blocks but in {@link #stop}. */
@ApplicationScoped
public class Dispatcher {
    private static final Logger LOG = Logger.getLogger(Dispatcher.class.getName());

    /** Closing takes milliseconds; a container kills what takes longer than its own patience, 30 s and less. */
    private static final long STOP_SECONDS = 5;

    private final ConcurrentMap<String, Connection> connections = new ConcurrentHashMap<>();
    private final ConcurrentMap<Id, Set<Connection>> groups = new ConcurrentHashMap<>();
    private final Map<String, Method> methods; // the whole list of what the gateway itself answers
    private final Groups membership;
    private final Settings settings;
    private final Presence presence;
    private final Backend backend;
    private final Threads threads;
    private final Heartbeat heartbeat;
    private volatile boolean stopped;

    @Inject
    public Dispatcher(Settings settings, Presence presence, Backend backend, Clock clock, Threads threads) {
        this.settings = settings;
        this.presence = presence;
        this.backend = backend;
        this.threads = threads;
        this.heartbeat = Heartbeat.of(settings);
        this.membership = new Groups(groups, presence, clock);
        this.methods = Map.of("login", new LoginMethod(membership, clock));
    }

    /** For the proxy of a normal-scoped bean only, which never uses its fields. */
    @SuppressWarnings("NullAway")
    Dispatcher() {
        this.settings = null;
        this.presence = null;
        this.backend = null;
        this.threads = null;
        this.heartbeat = null;
        this.membership = null;
        this.methods = Map.of();
    }

    /** Begins to listen to the groups and to watch the connections. */
    @PostConstruct
    void start() {
        presence.listen(membership);
        long tick = heartbeat.tick().toMillis();
        threads.timer().scheduleWithFixedDelay(this::checkAll, tick, tick, TimeUnit.MILLISECONDS);
    }

    /** A client has connected. */
    public Connection open(Wire wire) {
        Connection connection = new Connection(
                UUID.randomUUID().toString(), wire, settings, threads, System::nanoTime, this::serve, this::ended);
        connections.put(connection.client(), connection);
        if (stopped) {
            connection.end(CloseCode.SERVICE_RESTART);
        }
        return connection;
    }

    /** A client's message: served in its turn, or refused at once where too many of this client wait. */
    public void dispatch(Connection from, Request request) {
        if (request instanceof Request.Ignored || from.request(request)) {
            return;
        }
        Optional<String> method = request instanceof Request.Call call
                ? Optional.of(call.method())
                : ((Request.Refused) request).method();
        from.send(Frames.error(ErrorCode.TOO_MANY_REQUESTS, method));
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
        CountDownLatch closing = new CountDownLatch(connections.size());
        for (Connection connection : connections.values()) {
            connection.end(CloseCode.SERVICE_RESTART);
            threads.worker().execute(closing::countDown); // behind the close of its connection
        }
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
                return methods.getOrDefault(call.method(), this::forward).handle(from, call);
            }
            if (request instanceof Request.Refused refused) {
                from.send(Frames.error(refused.error(), refused.method()));
            }
        } catch (RuntimeException fault) { // the connection's other requests go on
            LOG.log(Level.WARNING, "A request of client " + from.client() + " failed", fault);
        }
        return CompletableFuture.completedFuture(null);
    }

    private CompletionStage<?> forward(Connection from, Request.Call call) {
        return backend.call(
                        new Backend.Call(call.method(), call.body(), from.client(), Optional.ofNullable(from.member())))
                .thenAccept(answer -> from.send(answer.toFrame(call.method())));
    }

    private void ended(Connection connection) {
        connections.remove(connection.client());
        Member member = connection.member();
        if (member != null && !stopped) {
            membership.leave(connection, member, () -> {});
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
}
