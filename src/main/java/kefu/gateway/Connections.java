package kefu.gateway;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import kefu.config.AuthSettings;
import kefu.config.LimitSettings;
import kefu.config.Settings;
import kefu.connection.Connection;
import kefu.connection.ConnectionListener;
import kefu.connection.Heartbeat;
import kefu.connection.IdempotencyCache;
import kefu.connection.LargestFirst;
import kefu.connection.Peer;
import kefu.connection.QueueBudget;
import kefu.connection.Threads;
import kefu.connection.Watchdog;
import kefu.connection.Wire;
import kefu.container.ClosedSockets;
import kefu.lifecycle.Lifecycle;
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
 * stop. Thread-safe; never blocks but in {@link #close}.
 */
public class Connections {
    private static final Logger LOG = Logger.getLogger(Connections.class.getName());

    /** How long a connection waits for its client to take what is queued. All the others are away meanwhile. */
    private static final Duration QUEUED = Duration.ofMillis(500);

    /** How long the stop waits for the close frames of the clients: a few times the way there and back over a phone's network. */
    private static final Duration PEERS = Duration.ofMillis(500);

    private static final long LOOK_MILLIS = 10;

    /** Closing takes milliseconds; a container kills what takes longer than its own patience, 30 s and less. */
    private static final Duration CLOSING = Duration.ofSeconds(5);

    /** The same for the sockets of those that have not closed theirs. */
    private static final Duration CUTTING = Duration.ofSeconds(1);

    private final ConcurrentMap<String, Connection> open = new ConcurrentHashMap<>();
    private final ConnectionListener listener = new Served();
    private final Settings settings;
    private final Lifecycle lifecycle;
    private final Dispatcher dispatcher;
    private final Sessions sessions;
    private final Threads threads;
    private final Metrics metrics;
    private final Heartbeat heartbeat;
    private final ConnectionLimiter limiter;
    private final QueueBudget budget;
    private final ClosedSockets closedSockets = new ClosedSockets();

    Connections(
            Settings settings,
            Lifecycle lifecycle,
            Dispatcher dispatcher,
            Sessions sessions,
            Threads threads,
            Metrics metrics) {
        this.settings = settings;
        this.lifecycle = lifecycle;
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
        this.lifecycle = null;
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
        if (!lifecycle.isOpen()) { // since the handshake
            connection.end(CloseCode.SERVICE_RESTART);
        } else if (full.isPresent()) {
            connection.endAt(full.get(), CloseCode.TRY_AGAIN_LATER);
        } else if (version == Version.V1 && !settings.get(AuthSettings.PROTOCOL_V1)) {
            connection.end(CloseCode.NOT_ALLOWED);
        }
        return connection;
    }

    /** The container has closed a socket, or is about to. */
    void closed(jakarta.websocket.Session socket) {
        closedSockets.add(socket);
    }

    /** The number of connected clients. */
    public int count() {
        return open.size();
    }

    /**
     * Closes all connections to requests.
     *
     * @return completes when the requests that had begun have ended, those too whose connection was lost: their clients come back
     *     for the answers
     */
    public CompletionStage<Void> drain() {
        CompletableFuture<Void> connected = allOf(open.values().stream().map(Connection::closeRequests));
        CompletableFuture<Void> lost =
                allOf(sessions.answers().values().stream().map(IdempotencyCache::ended));
        return allOf(Stream.of(connected, lost));
    }

    /**
     * Closes every connection with 1012 behind what is queued for it, and tells no group: the clients come back. Returns when
     * all are closed, after 7 s at most.
     *
     * @param absence how long probably nobody will serve
     */
    public void close(Duration absence) {
        List<Connection> all = List.copyOf(open.values()); // some may end by themselves meanwhile
        int loggedIn = dispatcher.sessions();
        ReconnectDelays delays = new ReconnectDelays(
                all.size(), absence, () -> ThreadLocalRandom.current().nextDouble());
        CompletableFuture<Void> late = new CompletableFuture<>();
        threads.timer().schedule(() -> late.complete(null), QUEUED.toMillis(), TimeUnit.MILLISECONDS);
        CompletableFuture<Void> closed = allOf(all.stream()
                .map(connection -> endBehindItsQueue(
                        connection, Close.retryAfter(CloseCode.SERVICE_RESTART, delays.next()), late)));
        try {
            closed.get(QUEUED.plus(CLOSING).toMillis(), TimeUnit.MILLISECONDS);
            List<Wire> sockets = all.stream().map(Connection::wire).toList();
            awaitPeers(sockets);
            allOf(sockets.stream()
                            .filter(socket -> !socket.isClosedByPeer())
                            .map(socket -> CompletableFuture.runAsync(socket::cutOff, threads.closer())))
                    .get(CUTTING.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException slow) {
            LOG.warning(
                    () -> LogLine.of("StopTimeout").with("open", open.size()).toString());
        } catch (InterruptedException stopNow) {
            Thread.currentThread().interrupt();
        }
        closedSockets.release();
        closedSockets.release();
        LOG.info(() -> metrics.totals(
                        LogLine.of("Stop").with("connections", all.size()).with("sessions", loggedIn))
                .toString());
    }

    /** Lets the container read on until the clients have closed too: what they have not read yet arrives. */
    private static void awaitPeers(List<Wire> closed) throws InterruptedException {
        long deadline = System.nanoTime() + PEERS.toNanos();
        while (System.nanoTime() - deadline < 0 && !closed.stream().allMatch(Wire::isClosedByPeer)) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    /** @return completes when the close frame is sent */
    private static CompletionStage<Void> endBehindItsQueue(
            Connection connection, Close close, CompletableFuture<Void> late) {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        CompletableFuture.anyOf(connection.drained().toCompletableFuture(), late)
                .thenRun(() -> connection.beginEnd(close, () -> closed.complete(null)));
        return closed;
    }

    private static CompletableFuture<Void> allOf(Stream<CompletionStage<Void>> stages) {
        return CompletableFuture.allOf(
                stages.map(CompletionStage::toCompletableFuture).toArray(CompletableFuture[]::new));
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
        threads.worker().execute(closedSockets::release);
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
