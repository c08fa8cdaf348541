package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.json.JsonObject;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kefu.Await;
import kefu.broker.redis.RedisServer;
import kefu.desk.Desk;
import kefu.protocol.CloseCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps that Redis has done, and whose node has not heard so, or was given up meanwhile: they leave nobody in the list for ever. */
class UnheardStepsTest extends V2Testbed {
    private final Map<String, String> redis = RedisServer.shared().settings();
    private final StoppedSteps steps = new StoppedSteps();
    private final TestGateway one = node(steps);
    private final TestGateway two = node(new StoppedSteps());

    private TestGateway node(StoppedSteps between) {
        TestGateway node = new TestGateway(redis, gateway -> new Desk(gateway.broker, Clock.systemUTC()), between);
        gateways.add(node);
        return node;
    }

    /** @return its answer */
    private static JsonObject loginV1(TestGateway on) {
        TestGateway.Client client = on.connect();
        client.login("g", "old");
        Await.until(() -> !client.frames().isEmpty());
        return client.frames().get(0);
    }

    private TestGateway.Client observer() {
        TestGateway.Client observer = v2(two);
        login(observer, "g", "observer", "");
        return observer;
    }

    private void isThereOnceAndCameOnce(JsonObject answer, TestGateway.Client observer) {
        assertEquals(List.of("observer", "old"), names(answer));
        Await.untilEquals(1L, () -> pushes(observer, "login_push"));
        assertEquals(0, pushes(observer, "logout_push"));
    }

    @Test
    void whoLogsInWhileTheNodeIsGivenUpIsTakenBackByTheNextLogin() {
        TestGateway.Client observer = observer();
        steps.stopAt("join");
        TestGateway.Client client = one.connect();
        client.login("g", "old");
        Await.until(steps::hasStopped);
        two.redis().reapDeadNodes();
        two.settle();
        one.redis().lease().renew();
        Await.untilEquals(Optional.of(CloseCode.SERVICE_RESTART), client.wire::closed);
        one.settle(); // it is counted again
        steps.goOn();
        one.settle();
        isThereOnceAndCameOnce(loginV1(two), observer);
    }

    /** By the first of them Redis has given it to the node, by the second one its list. */
    @ParameterizedTest
    @ValueSource(strings = {"takeBack", "list"})
    void aSessionWhoseTakingBackHasFailedIsTakenBackByTheNextLogin(String step) {
        TestGateway.Client observer = observer();
        TestGateway third = node(new StoppedSteps());
        loginV1(third);
        third.stop();
        steps.failAt(step);
        assertEquals("10008", loginV1(one).getString("code"));
        isThereOnceAndCameOnce(loginV1(one), observer);
    }

    @Test
    void theAgentsNextLoginWaitsUntilTheSessionIsGivenBack() {
        TestGateway.Client observer = observer();
        TestGateway third = node(new StoppedSteps());
        loginV1(third);
        third.stop();
        steps.failAt("takeBack");
        steps.stopAt("giveBack");
        assertEquals("10008", loginV1(one).getString("code"));
        TestGateway.Client next = one.connect();
        next.login("g", "old");
        assertEquals(List.of(), next.frames());
        steps.goOn();
        Await.until(() -> !next.frames().isEmpty());
        isThereOnceAndCameOnce(next.frames().get(0), observer);
    }
}
