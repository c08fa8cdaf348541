package kefu.gateway;

import jakarta.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import kefu.auth.Authentication;
import kefu.auth.TokenVerifier;
import kefu.backend.Backend;
import kefu.backend.BackendAuthentication;
import kefu.broker.Broker;
import kefu.broker.LocalBroker;
import kefu.broker.LocalPresence;
import kefu.broker.Presence;
import kefu.broker.PresenceSnapshot;
import kefu.broker.redis.NodeLease;
import kefu.broker.redis.RedisTestbed;
import kefu.config.AuthSettings;
import kefu.config.Settings;
import kefu.connection.Connection;
import kefu.connection.FakeWire;
import kefu.connection.IdempotencyCache;
import kefu.connection.Threads;
import kefu.connection.Wire;
import kefu.desk.Desk;
import kefu.lifecycle.Lifecycle;
import kefu.metrics.Metrics;
import kefu.protocol.FrameDecoder;
import kefu.protocol.Json;
import kefu.protocol.Version;
import org.jspecify.annotations.Nullable;

/** A whole gateway without a container: clients are {@link FakeWire}s. */
public final class TestGateway implements AutoCloseable {
    /** On a busy machine a test may take longer than a heartbeat, whose frame it would not expect, and than a stuck client may. */
    private static final Map<String, String> QUIET =
            Map.of("kefu.heartbeat.interval", "1h", "kefu.heartbeat.timeout", "24h", "kefu.queue.timeout", "1h");

    private static boolean onRedis;

    private final AtomicLong skipped = new AtomicLong();
    public final Threads threads = new Threads(() -> System.nanoTime() + skipped.get());
    final Metrics metrics = new Metrics(List.of("v1", "v2"), List.of("1012", "4008"), List.of("10001", "10002"));
    public final Lifecycle lifecycle = new Lifecycle();
    public final Broker broker;
    private final @Nullable LocalBroker localBroker;
    private final @Nullable LocalPresence localPresence;
    private final @Nullable RedisTestbed redis;
    final Gateway gateway;
    public final Presence presence;
    public final Connections connections;
    public final SessionCommands commands;
    public final Dispatcher dispatcher;
    final Sessions sessions;
    private final Backend backend;
    public final Settings settings;

    /** With the built-in backend. */
    public TestGateway() {
        this(Map.of(), gateway -> new Desk(gateway.broker, Clock.systemUTC()));
    }

    /** What stands between a gateway and what it uses. */
    interface Between {
        <T> T use(Class<T> type, T real);
    }

    public TestGateway(Map<String, String> settings, Function<TestGateway, Backend> backend) {
        this(settings, backend, presence -> presence);
    }

    /** @param between what stands between the gateway and its presence */
    public TestGateway(
            Map<String, String> settings, Function<TestGateway, Backend> backend, UnaryOperator<Presence> between) {
        this(settings, backend, new Between() {
            @Override
            public <T> T use(Class<T> type, T real) {
                return type == Presence.class ? type.cast(between.apply((Presence) real)) : real;
            }
        });
    }

    TestGateway(Map<String, String> settings, Function<TestGateway, Backend> backend, Between between) {
        this.settings = Settings.from(key -> Optional.ofNullable(settings.getOrDefault(key, QUIET.get(key))));
        if (onRedis || settings.containsKey("kefu.redis.uri")) {
            this.redis = RedisTestbed.inRealTime(settings, threads.worker());
            this.localBroker = null;
            this.localPresence = null;
            this.broker = redis.broker();
            this.presence = between.use(Presence.class, redis.presence());
            if (onRedis) { // a test may take longer than a lease; one with several nodes says itself who is alive
                long period = NodeLease.PERIOD.toMillis();
                threads.timer().scheduleWithFixedDelay(redis.lease()::renew, period, period, TimeUnit.MILLISECONDS);
            }
        } else {
            this.redis = null;
            this.localBroker = new LocalBroker(this.settings, threads.worker(), metrics, System::nanoTime);
            this.localPresence = new LocalPresence(localBroker, Clock.systemUTC(), threads.awakeTime());
            this.broker = localBroker;
            this.presence = between.use(Presence.class, localPresence);
        }
        this.backend = between.use(Backend.class, backend.apply(this));
        lifecycle.open();
        this.gateway = new Gateway(
                this.settings,
                lifecycle,
                between.use(Broker.class, broker),
                presence,
                this.backend,
                between.use(Authentication.class, authentication(this.settings, between)),
                Clock.systemUTC(),
                threads,
                metrics);
        this.connections = gateway.connections();
        this.commands = gateway.commands();
        this.dispatcher = gateway.dispatcher();
        this.sessions = gateway.sessions();
    }

    /** Goes on with the sessions and streams of another gateway, which changes nothing more. */
    void goOnWith(TestGateway before, Duration grace) {
        before.seal();
        local().restore(before.local().snapshot());
        PresenceSnapshot sessions = before.localPresence().snapshot();
        localPresence().restore(sessions, grace, Duration.ZERO);
        Map<String, IdempotencyCache.Snapshot> answers = before.gateway.answers();
        sessions.sessions()
                .forEach(session -> gateway.adopt(
                        session.record(), answers.get(session.record().member().client())));
    }

    private Authentication authentication(Settings settings, Between between) {
        return switch (AuthSettings.mode(settings)) {
            case OPEN -> Authentication.open();
            case JWT -> new TokenVerifier(settings, between.use(Executor.class, threads.verifier()), Clock.systemUTC());
            case BACKEND -> new BackendAuthentication(backend);
        };
    }

    /** The whole gateway stands still, and goes on after this time. */
    void pause(Duration time) {
        skipped.addAndGet(time.toNanos());
        if (redis != null) {
            redis.moveClock(time);
        }
    }

    /** Time passes as usual, but faster. */
    void advance(Duration time) {
        for (long seconds = 0; seconds < time.toSeconds(); seconds++) {
            skipped.addAndGet(Duration.ofSeconds(1).toNanos());
            threads.awakeTime().tick();
        }
        if (redis != null) {
            redis.moveClock(time);
        }
    }

    public Client connect() {
        return connect(new FakeWire());
    }

    Client connect(FakeWire wire) {
        return connect(wire, Version.V1);
    }

    public Client connect(FakeWire wire, Version version) {
        return connect(wire, version, "");
    }

    Client connect(FakeWire wire, Version version, String address) {
        return new Client(wire, connections.open((Wire) wire, version, address));
    }

    /** As at the end of the application. */
    public void stop() {
        if (lifecycle.drain()) {
            connections.drain();
            lifecycle.seal();
            if (redis == null) {
                seal();
            } else {
                redis.end();
            }
            connections.close(Duration.ZERO);
        }
    }

    /** Serves anew after {@link #stop}. */
    boolean restart() {
        gateway.reset();
        localPresence().reset();
        local().reset();
        return lifecycle.restart() && lifecycle.open();
    }

    @Override
    public void close() {
        stop();
        backend.close();
        if (redis != null) {
            redis.close();
        }
        threads.close();
    }

    /** Gateways that are made from now on keep all in Redis, or not. */
    public static void onRedis(boolean set) {
        onRedis = set;
    }

    /** Waits until all has happened that has begun. Within one process it has. */
    public void settle() {
        if (redis != null) {
            redis.settle();
        }
    }

    /** Refuses all changes from now on. */
    public void seal() {
        if (redis != null) {
            redis.cut();
        } else {
            local().seal();
        }
    }

    RedisTestbed redis() {
        return Objects.requireNonNull(redis, "this is a test of several nodes only");
    }

    LocalBroker local() {
        return Objects.requireNonNull(localBroker, "this is a test of one process only");
    }

    LocalPresence localPresence() {
        return Objects.requireNonNull(localPresence, "this is a test of one process only");
    }

    /** One client. */
    public final class Client {
        public final FakeWire wire;
        public final Connection connection;

        Client(FakeWire wire, Connection connection) {
            this.wire = wire;
            this.connection = connection;
            wire.answerPings(connection::pong);
        }

        public void send(String text) {
            connection.heard();
            dispatcher.dispatch(connection, new FrameDecoder().decode(text, connection.version()));
            settle();
        }

        public void login(Object bid, Object uid) {
            send("{\"method\":\"login\",\"bid\":\"%s\",\"customer_id\":\"%s\",\"customer_name\":\"n\"}"
                    .formatted(bid, uid));
        }

        /** What was received, as JSON. */
        List<JsonObject> frames() {
            return wire.received().stream()
                    .map(text -> Json.parse(text).orElseThrow().asJsonObject())
                    .toList();
        }

        void settle() {
            TestGateway.this.settle();
        }

        /** Says goodbye. */
        void close() {
            connection.ended(1000);
            settle();
        }

        /** Its page is left, as Firefox says it. */
        void goesAway() {
            connection.ended(1001);
            settle();
        }

        /** Its line is cut. */
        public void lose() {
            connection.ended(1006);
            settle();
        }
    }
}
