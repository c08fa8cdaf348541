package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import kefu.Await;
import kefu.broker.redis.RedisServer;
import kefu.desk.Desk;
import kefu.protocol.Channel;
import kefu.protocol.CloseCode;
import kefu.protocol.Id;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What agents see of a Redis that is away, and of one that has forgotten all. */
class RedisFaultsTest extends V2Testbed {
    private static final Channel GROUP = Channel.group(Id.ofText("g").orElseThrow());

    private final RedisServer server = new RedisServer();
    private final TestGateway one = node();
    private final TestGateway two = node();

    private TestGateway node() {
        TestGateway node =
                new TestGateway(server.settings("kefu"), gateway -> new Desk(gateway.broker, Clock.systemUTC()));
        gateways.add(node);
        return node;
    }

    @AfterEach
    void stop() {
        gateways.forEach(TestGateway::close);
        gateways.clear();
        server.close();
    }

    private static List<String> codes(TestGateway.Client client) {
        return client.frames().stream()
                .map(frame -> frame.getString("code", ""))
                .filter(code -> !code.isEmpty())
                .toList();
    }

    @Test
    void whileRedisIsAwayRequestsAreRefusedAndSocketsStay() {
        TestGateway.Client ann = v2(one);
        login(ann, "g", "ann", "");
        server.stop();
        Await.until(() -> !one.redis().isConnected());
        ann.connection.heard();
        say(ann, "s");
        TestGateway.Client bob = v2(one);
        bob.login("g", "bob");
        Await.until(() -> codes(ann).equals(List.of("10008")) && codes(bob).equals(List.of("10008")));
        assertTrue(ann.wire.closed().isEmpty());
    }

    private static void say(TestGateway.Client client, String id) {
        client.send("{\"method\":\"say\",\"to\":\"all\",\"content\":\"x\",\"id\":\"" + id + "\"}");
    }

    @Test
    void aRedisThatHasForgottenAllEndsTheSessionsAndTheirClientsLogInAgain() {
        TestGateway.Client ann = v2(one);
        JsonObject answer = login(ann, "g", "ann", "");
        server.stop();
        server.start();
        Await.until(() -> one.redis().isConnected() && two.redis().isConnected());
        one.redis().lease().renew();
        two.redis().lease().renew();
        Await.until(() -> ann.wire.closed().equals(Optional.of(CloseCode.SERVICE_RESTART)));
        TestGateway.Client again = v2(two);
        resume(
                again,
                answer.getString("ticket"),
                1,
                answer.getJsonObject("channels").toString());
        Await.until(() -> codes(again).equals(List.of("10005")));
        JsonObject anew = login(again, "g", "ann", ",\"channels\":" + answer.getJsonObject("channels"));
        assertEquals(1, anew.getJsonArray("customer_list").size());
        JsonObject group = anew.getJsonObject("channels").getJsonObject("g:g");
        assertEquals(false, group.getBoolean("recovered"), "what Redis has lost is told");
    }

    /** Else the node would drop the session when it hears that it is not counted, and nobody would ever take it off the list. */
    @Test
    void nobodyLogsInToANodeThatRedisHasForgottenUntilItIsCountedAgain() {
        server.stop();
        server.start();
        Await.until(() -> one.redis().isConnected() && two.redis().isConnected());
        two.redis().lease().renew();
        two.settle();
        TestGateway.Client bob = v2(two);
        login(bob, "g", "bob", "");
        TestGateway.Client ann = v2(one);
        ann.login("g", "ann");
        Await.until(() -> codes(ann).equals(List.of("10008")));
        one.redis().lease().renew();
        one.settle();
        JsonObject answer = login(v2(one), "g", "ann", "");
        assertEquals(2, answer.getJsonArray("customer_list").size());
        assertTrue(bob.wire.closed().isEmpty());
    }

    @Test
    void whatIsPublishedWhileANodesMessagesDoNotComeIsReadFromTheStream() {
        TestGateway.Client ann = v2(one);
        login(ann, "g", "ann", "");
        push(two, GROUP, "{\"n\":1}");
        Await.until(() -> heard(ann, "g:g").equals(List.of(1)));
        two.redis().publishUnheard(GROUP, "{\"n\":2}");
        Await.until(() -> one.redis().compareOnceInterrupted());
        Await.until(() -> heard(ann, "g:g").equals(List.of(1, 2)));
    }

    @Test
    void whatWasMissedIsReadAlsoBeforeTheLeaseIsRenewed() {
        TestGateway.Client ann = v2(one);
        login(ann, "g", "ann", "");
        push(two, GROUP, "{\"n\":1}");
        Await.until(() -> heard(ann, "g:g").equals(List.of(1)));
        one.redis().standStillAlone(Duration.ofSeconds(20));
        two.redis().publishUnheard(GROUP, "{\"n\":2}");
        Await.until(() -> one.redis().isConnected());
        one.settle();
        push(two, GROUP, "{\"n\":3}");
        Await.untilEquals(List.of(1, 2, 3), () -> heard(ann, "g:g"));
        assertTrue(ann.wire.closed().isEmpty());
    }
}
