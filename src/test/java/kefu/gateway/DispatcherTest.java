package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import kefu.Await;
import kefu.Intercepted;
import kefu.backend.Backend;
import kefu.broker.Presence;
import kefu.connection.FakeWire;
import kefu.protocol.CloseCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DispatcherTest {
    private final SlowBackend backend = new SlowBackend();
    private final List<TestGateway> gateways = new ArrayList<>();

    @AfterEach
    void close() {
        gateways.forEach(TestGateway::close);
    }

    private TestGateway gateway(Map<String, String> settings) {
        gateways.add(new TestGateway(settings, none -> backend));
        return gateways.get(0);
    }

    private TestGateway desk() {
        gateways.add(new TestGateway());
        return gateways.get(0);
    }

    private static List<String> methods(TestGateway.Client client) {
        return client.wire.received().stream()
                .map(text -> kefu.protocol.Json.parse(text).orElseThrow().asJsonObject())
                .map(frame ->
                        frame.getString("method", "") + (frame.containsKey("code") ? " " + frame.get("code") : ""))
                .toList();
    }

    @Test
    void oneConnectionsRequestsAreServedInOrderAndConnectionsDoNotWaitForEachOther() {
        TestGateway gateway = gateway(Map.of());
        TestGateway.Client a = gateway.connect();
        TestGateway.Client b = gateway.connect();
        a.send("{\"method\":\"a1\"}");
        a.send("{\"method\":\"a2\"}");
        a.send("{\"n\":3}");
        b.send("{\"method\":\"b1\"}");
        assertEquals(List.of("a1", "b1"), backend.methods());
        backend.answers.get(0).complete(new Backend.Answered("{\"method\":\"first\"}"));
        assertEquals(List.of("a1", "b1", "a2"), backend.methods());
        backend.answers.get(2).complete(new Backend.Failed(503));
        assertEquals(List.of("first", "a2 503", " \"10001\""), methods(a));
    }

    @Test
    void theSixtySixthRequestOfAConnectionIsRefusedAtOnce() {
        TestGateway gateway = gateway(Map.of());
        TestGateway.Client client = gateway.connect();
        for (int i = 0; i < 65; i++) {
            client.send("{\"method\":\"m\"}");
        }
        assertEquals(List.of(), methods(client), "one is served, 64 wait");
        client.send("{\"method\":\"more\"}");
        assertEquals(List.of("more \"10007\""), methods(client));
        backend.answers.get(0).complete(new Backend.Answered("{\"method\":\"done\"}"));
        client.send("{\"method\":\"m\"}");
        assertEquals(List.of("more \"10007\"", "done"), methods(client), "there was room again");
    }

    @Test
    void aClientThatDoesNotReadIsClosedWhenItsQueueIsFullAndItsGroupHearsIt() {
        TestGateway gateway = gateway(Map.of("kefu.queue.max-frames", "16"));
        TestGateway.Client healthy = gateway.connect();
        healthy.login("g", "healthy");
        TestGateway.Client stuck = gateway.connect();
        stuck.wire.stick();
        stuck.login("g", "stuck");
        for (int i = 0; i < 17; i++) {
            healthy.login("g", "healthy"); // one push each
        }
        Await.until(() -> stuck.wire.closed().equals(Optional.of(CloseCode.TOO_SLOW)));
        assertEquals(1, stuck.wire.received().size(), "the frame in flight is all that was handed out");
        Await.until(() -> methods(healthy).contains("logout_push"));
        assertEquals(1, methods(healthy).stream().filter("logout_push"::equals).count());
    }

    @Test
    void whoLogsInAsSomebodyElseInTheSameGroupLeavesFirst() {
        TestGateway gateway = desk();
        TestGateway.Client a = gateway.connect();
        TestGateway.Client b = gateway.connect();
        a.login("g", "1");
        b.login("g", "2");
        b.login("g", "3");
        assertEquals(List.of("login", "login_push", "logout_push", "login_push"), methods(a));
        assertEquals(List.of("login", "login"), methods(b));
        String list = b.wire.received().get(1);
        assertTrue(list.contains("\"3\"") && !list.contains("\"2\""), list);
    }

    @Test
    void whoLogsInAgainKeepsTheirPlaceInTheList() {
        TestGateway gateway = desk();
        TestGateway.Client a = gateway.connect();
        TestGateway.Client b = gateway.connect();
        a.login("g", "1");
        b.login("g", "2");
        a.login("g", "1");
        assertEquals(List.of("login", "login_push", "login_push", "login"), methods(a));
        String list = a.wire.received().get(3);
        assertTrue(list.indexOf("\"1\"", list.indexOf("customer_list")) < list.lastIndexOf("\"2\""), list);
    }

    @Test
    void aNumberAndItsTextAreOneGroupAndOneAgent() {
        TestGateway gateway = desk();
        TestGateway.Client a = gateway.connect();
        TestGateway.Client b = gateway.connect();
        a.send("{\"method\":\"login\",\"bid\":41,\"customer_id\":17,\"customer_name\":\"n\"}");
        b.send("{\"method\":\"login\",\"bid\":\"41\",\"customer_id\":\"x\",\"customer_name\":\"n\"}");
        assertEquals(List.of("login", "login_push"), methods(a));
        b.send("{\"method\":\"say\",\"to\":\"17\",\"content\":\"hi\"}");
        assertTrue(a.wire.received().get(2).contains("say_push"));
    }

    @Test
    void aLoginThatIsOvertakenByItsConnectionsEndLeavesNoGhost() {
        AtomicReference<Runnable> beforeJoin = new AtomicReference<>(() -> {});
        TestGateway gateway = new TestGateway(
                Map.of(),
                none -> backend,
                presence -> Intercepted.of(Presence.class, presence, (method, returned, call) -> {
                    if (method.equals("join")) {
                        Objects.requireNonNull(beforeJoin.get()).run();
                    }
                    return call.proceed();
                }));
        gateways.add(gateway);
        TestGateway.Client observer = gateway.connect();
        observer.login("g", "observer");
        TestGateway.Client late = gateway.connect();
        beforeJoin.set(late::close); // between the moment the member is known and the one it is listed
        late.login("g", "late");
        assertEquals(List.of("login", "login_push", "logout_push"), methods(observer));
    }

    @Test
    void stoppingClosesEverybodyWith1012AndTellsNobody() {
        TestGateway gateway = desk();
        List<TestGateway.Client> clients = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            clients.add(gateway.connect());
            clients.get(i).login("g", "u" + i);
        }
        gateway.stop();
        for (TestGateway.Client client : clients) {
            assertEquals(Optional.of(CloseCode.SERVICE_RESTART), client.wire.closed());
            assertEquals(Optional.of("retry=50"), client.wire.closeReason());
            assertTrue(methods(client).stream().noneMatch("logout_push"::equals));
        }
        assertEquals(0, gateway.connections.count());
        TestGateway.Client late = gateway.connect();
        Await.until(() -> late.wire.closed().equals(Optional.of(CloseCode.SERVICE_RESTART)));
    }

    @Test
    void theMetersCountConnectionsSessionsAndGroups() {
        TestGateway gateway = desk();
        gateway.connect().login("g", "1");
        gateway.connect().login("g", "2");
        gateway.connect().login("h", "3");
        gateway.connect();
        List<String> meters = gateway.metrics.scrape().lines().toList();
        assertTrue(meters.containsAll(List.of("kefu_connections 4.0", "kefu_sessions 3.0", "kefu_groups 2.0")));
    }

    @Test
    void stoppingWaitsUntilTheSocketsAreClosed() {
        TestGateway gateway = desk();
        FakeWire slow = new FakeWire();
        slow.closesIn(Duration.ofMillis(100));
        gateway.connect(slow);
        gateway.stop();
        assertEquals(Optional.of(CloseCode.SERVICE_RESTART), slow.closed());
    }

    @Test
    void socketsThatHoldWhoeverSendsAreClosedAllTheSame() {
        TestGateway gateway = new TestGateway(
                Map.of(
                        "kefu.heartbeat.interval", "100ms",
                        "kefu.heartbeat.timeout", "10m",
                        "kefu.queue.timeout", "100ms"),
                none -> backend);
        gateways.add(gateway);
        List<FakeWire> blocked = new ArrayList<>();
        for (int i = 0; i < 20; i++) { // more than heartbeats have threads
            FakeWire wire = new FakeWire();
            wire.block();
            gateway.connect(wire);
            blocked.add(wire);
        }
        for (FakeWire wire : blocked) {
            Await.until(() -> wire.closed().equals(Optional.of(CloseCode.TOO_SLOW)));
        }
    }
}
