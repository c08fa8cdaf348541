package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kefu.Await;
import kefu.connection.FakeWire;
import kefu.protocol.CloseCode;
import kefu.protocol.Version;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What hits a bound is told so, counted, and nobody else's loss. */
class LimitsTest {
    private final List<TestGateway> gateways = new ArrayList<>();

    @AfterEach
    void close() {
        gateways.forEach(TestGateway::close);
    }

    private TestGateway gateway(Map<String, String> settings) {
        gateways.add(new TestGateway(settings, gateway -> new SlowBackend()));
        return gateways.get(0);
    }

    private void isCounted(String bound, int times) {
        String line = "kefu_bounds_hit_total{bound=\"" + bound + "\"} " + times + ".0";
        assertTrue(gateways.get(0).metrics.scrape().lines().anyMatch(line::equals), line);
    }

    private static JsonObject last(TestGateway.Client client) {
        List<JsonObject> frames = client.frames();
        return frames.get(frames.size() - 1);
    }

    private static void isClosedWith(CloseCode code, TestGateway.Client client) {
        Await.until(() -> client.wire.closed().equals(Optional.of(code)));
    }

    @Test
    void oneConnectionTooManyIsToldToComeAgain() {
        TestGateway gateway = gateway(Map.of("kefu.connections", "2"));
        TestGateway.Client first = gateway.connect();
        gateway.connect();
        assertTrue(gateway.connections.check("192.0.2.1").isPresent());
        TestGateway.Client third = gateway.connect();
        isClosedWith(CloseCode.TRY_AGAIN_LATER, third);
        assertEquals(2, gateway.connections.count());
        isCounted("connections", 1);
        first.close();
        assertTrue(gateway.connections.check("192.0.2.1").isEmpty());
        assertFalse(gateway.connect().connection.hasEnded());
        TestGateway.Client fifth = gateway.connect();
        isClosedWith(CloseCode.TRY_AGAIN_LATER, fifth);
    }

    @Test
    void soDoesOneTooManyOfOneAddress() {
        TestGateway gateway = gateway(Map.of("kefu.address.connections", "1"));
        TestGateway.Client first = gateway.connect(new FakeWire(), Version.V1, "192.0.2.1");
        TestGateway.Client second = gateway.connect(new FakeWire(), Version.V1, "192.0.2.1");
        isClosedWith(CloseCode.TRY_AGAIN_LATER, second);
        isCounted("address_connections", 1);
        assertFalse(gateway.connect(new FakeWire(), Version.V1, "192.0.2.2")
                .connection
                .hasEnded());
        first.close();
        assertFalse(gateway.connect(new FakeWire(), Version.V1, "192.0.2.1")
                .connection
                .hasEnded());
    }

    @Test
    void anAgentHasSoManySessionsInAGroup() {
        TestGateway gateway = gateway(Map.of("kefu.agent.connections", "2"));
        TestGateway.Client first = gateway.connect();
        first.login(3, 17);
        gateway.connect().login(3, 17);
        TestGateway.Client third = gateway.connect();
        third.login(3, 17);
        assertEquals("10007", last(third).getString("code"));
        isCounted("agent_connections", 1);
        assertFalse(third.connection.hasEnded());
        third.login(4, 17);
        assertEquals("login", last(third).getString("method"), "another group's agent of that id is another");
        first.login(3, 17);
        assertEquals(2, last(first).getJsonArray("customer_list").size(), "to log in anew takes no other place");
        first.login(3, 18);
        third.login(3, 17);
        assertEquals("login", last(third).getString("method"), "its place is free");
    }

    @Test
    void whoeverGoesGivesItsPlaceBackOnce() {
        TestGateway gateway = gateway(Map.of("kefu.agent.connections", "2"));
        for (int i = 0; i < 5; i++) {
            TestGateway.Client client = gateway.connect(new FakeWire(), Version.V2);
            client.login(3, 17);
            client.send("{\"method\":\"logout\"}");
            client.close();
        }
        TestGateway.Client first = gateway.connect();
        first.login(3, 17);
        TestGateway.Client second = gateway.connect();
        second.login(3, 17);
        TestGateway.Client third = gateway.connect();
        third.login(3, 17);
        assertEquals(2, last(second).getJsonArray("customer_list").size());
        assertEquals("10007", last(third).getString("code"));
    }

    @Test
    void aNameHasSoManyCharacters() {
        TestGateway.Client client = gateway(Map.of("kefu.name.max-chars", "3")).connect();
        String login = "{\"method\":\"login\",\"bid\":3,\"customer_id\":17,\"customer_name\":\"%s\"}";
        client.send(login.formatted("张三丰!"));
        assertEquals("10002", last(client).getString("code"));
        isCounted("name_chars", 1);
        client.send(login.formatted("张三😀"));
        assertEquals("张三😀", last(client).getString("customer_name"));
    }

    @Test
    void ofAllThatWaitsTheMostGoesFirst() {
        gateways.add(new TestGateway(
                Map.of("kefu.queue.total-bytes", "64KiB", "kefu.queue.max-bytes", "1MiB"),
                gateway -> new kefu.desk.Desk(gateway.broker, java.time.Clock.systemUTC())));
        TestGateway gateway = gateways.get(0);
        TestGateway.Client speaker = gateway.connect();
        speaker.login(3, "speaker");
        TestGateway.Client reader = gateway.connect();
        reader.login(3, "reader");
        TestGateway.Client slow = gateway.connect();
        slow.login(3, "slow");
        TestGateway.Client slower = gateway.connect();
        slower.login(3, "slower");
        slower.wire.stick();
        String say = "{\"method\":\"say\",\"to\":\"all\",\"content\":\"" + "x".repeat(4000) + "\"}";
        speaker.send(say);
        speaker.send(say);
        Await.until(() -> said(slow) == 2); // so it has two fewer waiting than the other
        slow.wire.stick();
        for (int i = 0; i < 12; i++) {
            speaker.send(say);
        }
        isClosedWith(CloseCode.TOO_SLOW, slower);
        Await.until(() -> gateway.connections.count() == 3);
        assertFalse(slow.connection.hasEnded());
        isCounted("queues_together", 1);
        Await.until(() -> said(reader) == 14);
    }

    private static long said(TestGateway.Client to) {
        return to.frames().stream()
                .filter(frame -> frame.getString("method").equals("say_push"))
                .count();
    }
}
