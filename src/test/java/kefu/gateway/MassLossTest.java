package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.stream.LongStream;
import kefu.Await;
import kefu.Intercepted;
import kefu.broker.Heard;
import kefu.broker.LocalBroker;
import kefu.broker.LocalPresence;
import kefu.broker.Member;
import kefu.broker.Presence;
import kefu.broker.Publication;
import kefu.broker.SessionRecord;
import kefu.config.Settings;
import kefu.connection.Connection;
import kefu.connection.ConnectionListener;
import kefu.connection.FakeWire;
import kefu.connection.Heartbeat;
import kefu.connection.IdempotencyCache;
import kefu.connection.Peer;
import kefu.connection.QueueBudget;
import kefu.connection.Threads;
import kefu.desk.Desk;
import kefu.metrics.Metrics;
import kefu.protocol.Channel;
import kefu.protocol.Frame;
import kefu.protocol.Id;
import kefu.protocol.Request;
import kefu.protocol.Version;
import kefu.session.Replay;
import kefu.session.Session;
import kefu.session.Subscription;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What it costs when many clients of a group fall silent together: counted, since it must grow as their number does. */
class MassLossTest {
    private static final int LOST = 500;
    private static final Id ROOM = Id.ofText("room").orElseThrow();
    private static final Channel GROUP = Channel.group(ROOM);

    /** The clock is moved on while frames are in flight. */
    private final Settings settings = Settings.from(
            key -> Optional.ofNullable(Map.of("kefu.queue.timeout", "1h").get(key)));

    /** The clock is moved on by an hour, and these clients answer by a message, not by a pong. */
    private final Heartbeat heartbeat =
            new Heartbeat(Duration.ofSeconds(10), Duration.ofHours(24), Duration.ofSeconds(5), Optional.empty());

    private final AtomicLong now = new AtomicLong();
    private final Threads threads = new Threads();
    private final Metrics metrics = new Metrics(List.of(), List.of(), List.of());
    private final LocalBroker broker = new LocalBroker(settings, threads.worker(), metrics, now::get);
    private final LocalPresence presence = new LocalPresence(broker, Clock.systemUTC(), now::get);
    private volatile Runnable beforeDetach = () -> {};
    private final ConcurrentMap<Channel, Set<Subscription>> attached = new ConcurrentHashMap<>() {
        @Override
        public Set<Subscription> computeIfPresent(
                Channel channel,
                BiFunction<? super Channel, ? super Set<Subscription>, ? extends Set<Subscription>> change) {
            beforeDetach.run();
            return super.computeIfPresent(channel, change);
        }
    };
    private final Hub hub = new Hub(attached, new FanOut(0, Runnable::run), metrics);
    private final Map<Connection, Client> clients = new HashMap<>();

    private final class Client {
        final FakeWire wire = new FakeWire();
        final Connection connection;
        final Session session;

        Client(String name, Version version) {
            connection = new Connection(
                    new Peer(name, version, ""),
                    wire,
                    settings,
                    threads,
                    new QueueBudget(Long.MAX_VALUE, Runnable::run, () -> {}),
                    metrics,
                    now::get,
                    new Listener());
            SessionRecord record =
                    SessionRecord.of(new Member(name, ROOM, ROOM, "n", version, "node", 0), "hash of " + name);
            session = new Session(connection, record, "", new IdempotencyCache(), new Replay(broker, presence));
            clients.put(connection, this);
            session.follow(record);
            Subscription subscription = Objects.requireNonNull(session.subscription(GROUP));
            hub.attach(subscription);
            var joined = presence.join(record, Publication.byGateway("{}"))
                    .toCompletableFuture()
                    .join();
            subscription.startAt(joined.position(), joined.position().off());
            session.answer(connection, new Frame("{\"answer\":true}"));
        }

        void leave() {
            session.end(connection, false);
            hub.detach(Objects.requireNonNull(session.subscription(GROUP)));
            presence.leave(session.member(), Publication.byGateway("{\"out\":true}"));
        }

        long heard(String what) {
            return wire.received().stream().filter(text -> text.contains(what)).count();
        }

        long position() {
            return Objects.requireNonNull(session.subscription(GROUP))
                    .position()
                    .off();
        }

        /** The offsets that a client of v2 was told. */
        List<Long> offsets() {
            return wire.received().stream()
                    .filter(text -> text.contains("\"off\":"))
                    .map(text -> Long.valueOf(text.replaceAll(".*\"off\":([0-9]+),.*", "$1")))
                    .toList();
        }
    }

    private final class Listener implements ConnectionListener {
        @Override
        public boolean isExclusive(Request request) {
            return false;
        }

        @Override
        public void responds(Connection connection) {
            hub.goOn(Objects.requireNonNull(clients.get(connection)).session);
        }

        @Override
        public CompletionStage<?> serve(Connection from, Request request) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void ended(Connection connection, int code) {}

        @Override
        public void left(Connection connection, int code) {}
    }

    @AfterEach
    void close() {
        threads.close();
    }

    private List<Client> join(int count, String name) {
        List<Client> joined = new ArrayList<>();
        broker.listen(new Heard(delivery -> {})); // what they hear of each other's coming is not counted
        for (int i = 0; i < count; i++) {
            joined.add(new Client(name + i, Version.V2));
        }
        broker.listen(hub);
        return joined;
    }

    private void checkAll() {
        clients.keySet().forEach(connection -> connection.check(heartbeat));
    }

    /** A heartbeat goes to all, and only these answer it in time. */
    private void answer(List<Client> responsive) {
        now.addAndGet(heartbeat.interval().toNanos());
        checkAll();
        responsive.forEach(client -> client.connection.heard());
        now.addAndGet(Duration.ofSeconds(6).toNanos());
        checkAll();
    }

    private long deliveries() {
        return metrics.scrape()
                .lines()
                .filter(line -> line.startsWith("kefu_deliveries_total"))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.indexOf(' '))))
                .sum();
    }

    @Test
    void whoIsAboutToBeEndedIsNotHandedTheLogoutsOfTheOthers() {
        List<Client> lost = join(LOST, "lost");
        List<Client> watchers = join(2, "watcher");
        answer(watchers);
        long before = deliveries();
        lost.get(0).leave();
        assertEquals(2, hub.in(GROUP).size(), "nobody looks at the silent ones again");
        lost.subList(1, LOST).forEach(Client::leave);
        assertEquals(before + 2L * LOST, deliveries());
        assertEquals(
                List.of((long) LOST, (long) LOST),
                watchers.stream().map(w -> w.heard("out")).toList());
        assertEquals(0, lost.stream().mapToLong(client -> client.heard("out")).sum());
    }

    @Test
    void whoIsHeardOfAgainHearsAllOfItOnceAndInOrder() {
        Client speaker = join(1, "speaker").get(0);
        Client other = join(1, "other").get(0);
        Client back = join(1, "back").get(0);
        answer(List.of(speaker));
        long top = back.position();
        for (int i = 1; i <= 150; i++) {
            broker.publish(GROUP, Publication.byGateway("{}"));
        }
        assertEquals(List.of(), back.offsets());
        back.connection.heard();
        List<Long> missed = LongStream.rangeClosed(top + 1, top + 150).boxed().toList();
        Await.until(() -> back.offsets().equals(missed));
        Await.until(() -> hub.in(GROUP).size() == 2);
        broker.publish(GROUP, Publication.byGateway("{}"));
        Await.until(() -> back.offsets().size() == 151);
        assertEquals(List.of(), other.offsets());
    }

    @Test
    void whoIsHeardOfWhileItIsSetAsideGoesOn() {
        Client client = join(1, "c").get(0);
        long top = client.position();
        answer(List.of());
        beforeDetach = () -> {
            beforeDetach = () -> {};
            client.connection.heard();
        };
        broker.publish(GROUP, Publication.byGateway("{}"));
        broker.publish(GROUP, Publication.byGateway("{}"));
        assertEquals(List.of(top + 1, top + 2), client.offsets());
    }

    @Test
    void whateverComesAtTheSameTimeNothingIsMissedOrHeardTwice() throws Exception {
        Client client = join(1, "c").get(0);
        long top = client.position();
        CompletableFuture<Void> heartbeats = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 200; i++) {
                answer(List.of());
                client.connection.heard();
            }
        });
        int publications = 0;
        while (publications < 9_000 && !heartbeats.isDone()) { // the stream keeps 10,000
            broker.publish(GROUP, Publication.byGateway("{}"));
            publications++;
        }
        heartbeats.get(30, TimeUnit.SECONDS);
        client.connection.heard();
        List<Long> all =
                LongStream.rangeClosed(top + 1, top + publications).boxed().toList();
        Await.until(() -> client.offsets().equals(all));
        assertEquals(1, hub.in(GROUP).size());
    }

    /** Counts the entries of all lists that a presence makes. */
    private static Presence counted(Presence presence, AtomicLong entries) {
        return Intercepted.of(Presence.class, presence, (method, returned, call) -> {
            Object answer = call.proceed();
            Object now = answer instanceof CompletionStage<?> stage
                    ? stage.toCompletableFuture().join()
                    : answer;
            Object found = now instanceof Optional<?> maybe ? maybe.orElse(null) : now;
            entries.addAndGet(
                    found instanceof Presence.Joined joined ? joined.listed().size() : 0);
            return answer;
        });
    }

    @Test
    void whoWaitsForAnotherConnectionCostsNobodyAList() {
        AtomicLong entries = new AtomicLong();
        TestGateway gateway = new TestGateway(
                Map.of("kefu.session.grace", "100ms"),
                one -> new Desk(one.broker, Clock.systemUTC()),
                presence -> counted(presence, entries));
        try {
            TestGateway.Client watcher = gateway.connect(new FakeWire(), Version.V2);
            watcher.login("room", "watcher");
            List<TestGateway.Client> lost = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                TestGateway.Client client = gateway.connect(new FakeWire(), Version.V2);
                client.login("room", "a" + i);
                lost.add(client);
            }
            long built = entries.get();
            lost.forEach(TestGateway.Client::lose);
            Await.until(() -> watcher.wire.received().stream()
                            .filter(text -> text.contains("logout_push"))
                            .count()
                    == 100);
            assertEquals(built, entries.get());
        } finally {
            gateway.close();
        }
    }

    private static long heard(TestGateway.Client client, String what) {
        return client.wire.received().stream()
                .filter(text -> text.contains(what))
                .count();
    }

    @Test
    void aClientThatAnswersAHeartbeatLateIsToldThenWhatWasSaid() {
        TestGateway gateway = new TestGateway(
                Map.of("kefu.heartbeat.interval", "100ms", "kefu.heartbeat.text", "", "kefu.queue.timeout", "100ms"),
                one -> new Desk(one.broker, Clock.systemUTC()));
        try {
            TestGateway.Client late = gateway.connect();
            late.login("room", "late");
            TestGateway.Client speaker = gateway.connect();
            speaker.login("room", "speaker");
            late.wire.answerPings(payload -> {});
            Await.until(() -> !late.connection.isResponsive());
            speaker.send("{\"method\":\"say\",\"to\":\"all\",\"content\":\"missed\"}");
            Await.until(() -> heard(speaker, "missed") == 1);
            assertEquals(0, heard(late, "missed"));
            late.wire.answerPings(late.connection::pong);
            late.connection.heard();
            Await.until(() -> heard(late, "missed") == 1);
            speaker.send("{\"method\":\"say\",\"to\":\"all\",\"content\":\"later\"}");
            Await.until(() -> heard(late, "later") == 1);
        } finally {
            gateway.close();
        }
    }
}
