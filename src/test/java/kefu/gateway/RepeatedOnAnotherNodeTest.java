package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kefu.Await;
import kefu.backend.Backend;
import kefu.broker.redis.RedisServer;
import org.junit.jupiter.api.Test;

/** A request that is sent again to another node: that knows nothing of the first time. */
class RepeatedOnAnotherNodeTest extends V2Testbed {
    private final Map<String, String> settings =
            new HashMap<>(RedisServer.shared().settings());
    private final TestGateway one;
    private final TestGateway two;
    private final TestGateway.Client before;
    private final JsonObject login;

    RepeatedOnAnotherNodeTest() {
        settings.put("kefu.backend.idempotent", "safe");
        one = slow(settings);
        two = new TestGateway(settings, none -> backend);
        gateways.add(two);
        before = v2(one);
        login = login(before, "g", "ann", "");
    }

    private static void send(TestGateway.Client client, String method, String again) {
        client.send("{\"method\":\"" + method + "\",\"id\":\"" + method + "-1\"" + again + "}");
    }

    private TestGateway.Client goToTheOther() {
        before.lose();
        TestGateway.Client now = v2(two);
        resume(now, login.getString("ticket"), 1, "{}");
        Await.until(() -> frames(now).stream().anyMatch(frame -> frame.getInt("code", 0) == 200));
        return now;
    }

    private static Optional<JsonObject> answer(TestGateway.Client client, String id) {
        return frames(client).stream()
                .filter(frame -> frame.getString("id", "").equals(id))
                .findFirst();
    }

    private static void awaitAnswer(String expected, TestGateway.Client client, String id) {
        Await.untilEquals(Optional.of(expected), () -> answer(client, id)
                .map(frame -> frame.getString("data", frame.getString("code", ""))));
    }

    @Test
    void whatMayBeDoneTwiceIsSentToTheBackendAsTheSameRequest() {
        send(before, "safe", "");
        TestGateway.Client now = goToTheOther();
        send(now, "safe", ",\"again\":true");
        assertEquals(2, backend.calls.size());
        Backend.Call first = backend.calls.get(0);
        Backend.Call second = backend.calls.get(1);
        assertEquals(first.id(), second.id());
        assertEquals(first.client(), second.client(), "by these two it has the same Idempotency-Key");
        backend.answer("safe", new Backend.Answered("\"done\""));
        awaitAnswer("done", now, "safe-1");
    }

    @Test
    void ofAnotherTheOutcomeIsUnknownWhetherItWasAnsweredOrNot() {
        send(before, "pay", "");
        send(before, "order", "");
        backend.answer("order", new Backend.Answered("\"done\""));
        awaitAnswer("done", before, "order-1");
        TestGateway.Client now = goToTheOther();
        send(now, "pay", ",\"again\":true");
        send(now, "order", ",\"again\":true");
        awaitAnswer("10011", now, "pay-1");
        awaitAnswer("10011", now, "order-1");
        assertEquals(List.of("pay", "order"), backend.methods());
    }
}
