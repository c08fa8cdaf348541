package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import kefu.Await;
import kefu.Intercepted;
import kefu.broker.Audience;
import kefu.broker.Member;
import kefu.broker.Presence;
import kefu.broker.Publication;
import kefu.connection.FakeWire;
import kefu.desk.Desk;
import kefu.protocol.Channel;
import kefu.protocol.Id;
import kefu.protocol.Version;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of a session when logins, logouts, the backend's calls and the end of its connection meet. */
class SessionLifeTest {
    private static final int JOINS = 6;

    private final List<TestGateway> gateways = new ArrayList<>();

    @AfterEach
    void close() {
        gateways.forEach(TestGateway::close);
    }

    private TestGateway gateway() {
        gateways.add(new TestGateway());
        return gateways.get(0);
    }

    /** @param beforeJoin is run before each join, and may fail in its place */
    private TestGateway gateway(Runnable beforeJoin) {
        return gateway(beforeJoin, () -> {});
    }

    private TestGateway gateway(Runnable beforeJoin, Runnable afterJoin) {
        gateways.add(new TestGateway(
                Map.of("kefu.agent.connections", "2"),
                gateway -> new Desk(gateway.broker, Clock.systemUTC()),
                presence -> Intercepted.of(
                        Presence.class,
                        presence,
                        (method, returned, call) -> joined(method, call, beforeJoin, afterJoin))));
        return gateways.get(0);
    }

    private static Object joined(String method, Intercepted.Call call, Runnable beforeJoin, Runnable afterJoin)
            throws Throwable {
        if (method.equals("join")) {
            try {
                beforeJoin.run();
            } catch (IllegalStateException away) {
                return CompletableFuture.failedFuture(away);
            }
        }
        Object result = call.proceed();
        if (method.equals("join")) {
            afterJoin.run();
        }
        return result;
    }

    private static TestGateway.Client connect(TestGateway gateway) {
        return gateway.connect(new FakeWire(), Version.V2);
    }

    private static JsonObject last(TestGateway.Client client) {
        List<JsonObject> frames = client.frames();
        return frames.get(frames.size() - 1);
    }

    private static List<String> heard(TestGateway.Client client) {
        return client.frames().stream()
                .map(frame -> frame.containsKey("push") ? frame.getJsonObject("push") : frame)
                .map(frame -> frame.getString("method", frame.toString()))
                .toList();
    }

    private static Id id(String text) {
        return Id.ofText(text).orElseThrow();
    }

    private static void push(TestGateway gateway, Channel channel) {
        gateway.broker.publish(channel, Publication.byBackend("{\"n\":1}", Audience.EVERYBODY, Optional.empty()));
    }

    @Test
    void whatWasMeantForASessionNeverReachesTheNextOneOnTheSameConnection() {
        TestGateway gateway = gateway();
        TestGateway.Client client = connect(gateway);
        client.login("g", "ann");
        JsonObject ann = last(client);
        client.send("{\"method\":\"logout\"}");
        client.login("g", "bob");
        JsonObject bob = last(client);
        assertNotEquals(ann.getString("client"), bob.getString("client"));
        push(gateway, Channel.client(ann.getString("client")));
        assertEquals(List.of("login", "logout", "login"), heard(client));
        push(gateway, Channel.client(bob.getString("client")));
        assertEquals(List.of("login", "logout", "login", "{\"n\":1}"), heard(client));
    }

    @Test
    void aSecondLoginThatIsOvertakenByItsConnectionsEndLeavesNoGhost() throws Exception {
        AtomicReference<Runnable> beforeJoin = new AtomicReference<>(() -> {});
        TestGateway gateway =
                gateway(() -> Objects.requireNonNull(beforeJoin.get()).run());
        TestGateway.Client observer = connect(gateway);
        observer.login("g", "observer");
        TestGateway.Client late = connect(gateway);
        late.login("g", "late");
        beforeJoin.set(late::close);
        late.login("g", "late");
        assertEquals("logout_push", heard(observer).get(heard(observer).size() - 1));
        Channel room = Channel.group(id("g"));
        assertEquals(1, gateway.presence.count(room).toCompletableFuture().get(30, TimeUnit.SECONDS));
        assertTrue(gateway.metrics.scrape().contains("\nkefu_sessions 1.0\n"), "this node has forgotten it too");
    }

    @Test
    void theAnswerToASecondLoginStandsInTheStreamWhereItsPositionsSay() throws Exception {
        TestGateway gateway = gateway();
        TestGateway.Client client = connect(gateway);
        client.login("g", "ann");
        Thread publisher = new Thread(() -> {
            for (int i = 0; i < 5_000; i++) {
                push(gateway, Channel.group(id("g")));
            }
        });
        publisher.start();
        for (int i = 0; i < 50; i++) {
            client.login("g", "ann");
        }
        publisher.join();
        Await.until(() -> client.wire.received().stream()
                        .filter(text -> text.contains("customer_list"))
                        .count()
                == 51);
        long heard = 1;
        for (JsonObject frame : client.frames()) {
            if (frame.getString("ch", "").equals("g:g")) {
                assertEquals(heard + 1, frame.getJsonNumber("off").longValue());
                heard++;
            } else if (frame.getString("method", "").equals("login")) {
                JsonObject position = frame.getJsonObject("channels").getJsonObject("g:g");
                assertEquals(heard, position.getJsonNumber("off").longValue());
            }
        }
    }

    @Test
    void whatIsSaidRightBehindASecondLoginIsHeardBehindItsAnswer() {
        AtomicReference<Runnable> behind = new AtomicReference<>(() -> {});
        TestGateway gateway =
                gateway(() -> {}, () -> Objects.requireNonNull(behind.get()).run());
        TestGateway.Client client = connect(gateway);
        client.login("g", "ann");
        behind.set(() -> push(gateway, Channel.group(id("g"))));
        client.login("g", "ann");
        assertEquals(List.of("login", "login_push", "login", "{\"n\":1}"), heard(client));
    }

    @Test
    void aLoginThatFailsLeavesNobodyLoggedIn() {
        AtomicBoolean away = new AtomicBoolean(true);
        TestGateway gateway = gateway(() -> {
            if (away.get()) {
                throw new IllegalStateException("away");
            }
        });
        TestGateway.Client client = connect(gateway);
        client.login("g", "ann");
        assertEquals("10008", last(client).getString("code"));
        client.send("{\"method\":\"say\",\"to\":\"all\",\"content\":\"hi\"}");
        assertEquals("10004", last(client).getString("code"), "nobody is logged in");
        away.set(false);
        client.login("g", "ann");
        assertEquals("login", last(client).getString("method"));
    }

    @Test
    void aSecondLoginThatFailsLeavesTheSessionAsItWas() {
        AtomicBoolean away = new AtomicBoolean();
        TestGateway gateway = gateway(() -> {
            if (away.get()) {
                throw new IllegalStateException("away");
            }
        });
        TestGateway.Client client = connect(gateway);
        client.login("g", "ann");
        away.set(true);
        client.login("g", "ann");
        assertEquals("10008", last(client).getString("code"));
        push(gateway, Channel.group(id("g")));
        assertEquals("{\"n\":1}", heard(client).get(heard(client).size() - 1), "it hears its group all the same");
    }

    @Test
    void aNewNameIsSeenInEveryChannelThatTheSessionIsIn() throws Exception {
        TestGateway gateway = gateway();
        TestGateway.Client client = connect(gateway);
        client.login("g", "ann");
        String own = last(client).getString("client");
        gateway.commands.join(own, Channel.group(id("other")));
        client.send("{\"method\":\"login\",\"bid\":\"g\",\"customer_id\":\"ann\",\"customer_name\":\"Ann\"}");
        for (Channel channel : List.of(
                Channel.ALL,
                Channel.agent(id("ann")),
                Channel.client(own),
                Channel.group(id("g")),
                Channel.group(id("other")))) {
            List<Member> members = gateway.presence
                    .sessions(channel, "", 10)
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS)
                    .items();
            assertEquals(List.of("Ann"), members.stream().map(Member::name).toList(), channel.name());
        }
    }

    @Test
    void whoIsLetIntoAChannelTwiceAtOnceMissesNothing() throws Exception {
        TestGateway gateway = gateway();
        ExecutorService threads = Executors.newFixedThreadPool(JOINS + 1);
        try {
            for (int round = 0; round < 500; round++) {
                TestGateway.Client client = connect(gateway);
                client.login("g", "ann");
                String own = last(client).getString("client");
                Channel channel = Channel.group(id("r" + round));
                CyclicBarrier start = new CyclicBarrier(JOINS + 1);
                List<Future<?>> done = new ArrayList<>();
                for (int i = 0; i < JOINS; i++) {
                    done.add(threads.submit(() -> {
                        start.await();
                        return gateway.commands.join(own, channel);
                    }));
                }
                done.add(threads.submit(() -> {
                    start.await();
                    for (int i = 0; i < 30; i++) {
                        push(gateway, channel);
                    }
                    return null;
                }));
                for (Future<?> one : done) {
                    one.get(30, TimeUnit.SECONDS);
                }
                Await.until(() -> client.wire.received().stream()
                        .anyMatch(text -> text.contains(channel.name()) && text.contains("\"off\":30")));
                List<JsonObject> frames = client.frames();
                List<Long> offsets = frames.stream()
                        .filter(frame -> frame.getString("ch", "").equals(channel.name()))
                        .map(frame -> frame.getJsonNumber("off").longValue())
                        .toList();
                List<JsonObject> told = frames.stream()
                        .filter(frame -> frame.getString("method", "").equals("channels"))
                        .toList();
                assertEquals(1, told.size(), "it is let in once");
                long from = told.get(0)
                        .getJsonObject("joined")
                        .getJsonObject(channel.name())
                        .getJsonNumber("off")
                        .longValue();
                List<Long> expected =
                        LongStream.rangeClosed(from + 1, 30).boxed().toList();
                assertEquals(expected, offsets, "round " + round);
                client.close();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void whoGoesWhileItLogsInGivesItsAgentsPlaceBackOnce() {
        List<TestGateway.Client> leaving = new ArrayList<>();
        TestGateway gateway = gateway(() -> {
            leaving.forEach(TestGateway.Client::close);
            leaving.clear();
        });
        connect(gateway).login("g", "a");
        TestGateway.Client second = connect(gateway);
        leaving.add(second);
        second.login("g", "a");
        connect(gateway).login("g", "a");
        TestGateway.Client third = connect(gateway);
        third.login("g", "a");
        assertEquals("10007", last(third).getString("code"));
    }
}
