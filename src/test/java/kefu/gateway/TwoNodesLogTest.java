package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kefu.Await;
import kefu.LoggedLines;
import kefu.broker.redis.RedisServer;
import kefu.desk.Desk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What ends on one node and was on another is one line of the log, by whom it was. */
class TwoNodesLogTest extends V2Testbed {
    private final LoggedLines log = new LoggedLines();
    private final Map<String, String> redis = RedisServer.shared().settings();
    private final StoppedSteps steps = new StoppedSteps();
    private final TestGateway one = node();
    private final TestGateway two = node();

    private TestGateway node() {
        TestGateway node = new TestGateway(redis, gateway -> new Desk(gateway.broker, Clock.systemUTC()), steps);
        gateways.add(node);
        return node;
    }

    @AfterEach
    void stop() {
        log.close();
    }

    private List<String> logouts() {
        return log.starting("Logout").stream()
                .map(line -> line.replaceAll("(session|connection|address|code)=\\S* ?", "")
                        .replaceAll("seconds=\\d+", "")
                        .strip())
                .toList();
    }

    @Test
    void theEndOfAGraceThatAnotherNodeSeesIsItsLine() {
        TestGateway.Client ann = v2(one);
        login(ann, "g", "ann", "");
        ann.lose();
        two.redis().moveClock(Duration.ofSeconds(31));
        two.sessions.expire();
        Await.until(() -> one.sessions.kept() == 0);
        two.settle();
        assertEquals(List.of("Logout agent=\"ann\" group=\"g\" by=\"grace\""), logouts());
    }

    @Test
    void aSessionThatTheApiOfAnotherNodeEndsIsItsLine() {
        TestGateway.Client ann = v2(one);
        String client = login(ann, "g", "ann", "").getString("client");
        two.commands.close(client, Optional.empty()).toCompletableFuture().join();
        Await.until(() -> one.sessions.kept() == 0 && !log.starting("Close").isEmpty());
        one.settle();
        assertEquals(List.of("Logout agent=\"ann\" group=\"g\" by=\"api\""), logouts());
    }

    @Test
    void whoseLoginFailsIsNotLoggedOut() {
        steps.failAt("join");
        TestGateway.Client ann = v2(one);
        assertEquals("10008", login(ann, "g", "ann", "").getString("code"));
        one.settle();
        assertEquals(0, one.presence.count(group("g")).toCompletableFuture().join());
        assertEquals(List.of(), logouts());
    }
}
