package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import kefu.Await;
import kefu.broker.Audience;
import kefu.broker.Publication;
import kefu.connection.FakeWire;
import kefu.protocol.Channel;
import kefu.protocol.CloseCode;
import kefu.protocol.Version;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Clients that ping and read nothing: the container's pongs fill their sockets' buffers, so that a send which is believed to
 * have room would hold its thread. Whatever that thread is, the others are served.
 */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a thread that is held would be held for ever
class StuckClientTest {
    private final SlowBackend backend = new SlowBackend();
    private final List<TestGateway> gateways = new ArrayList<>();

    @AfterEach
    void close() {
        gateways.forEach(TestGateway::close);
    }

    private TestGateway gateway(Map<String, String> settings) {
        TestGateway gateway = new TestGateway(settings, none -> backend);
        gateways.add(gateway);
        return gateway;
    }

    private static List<TestGateway.Client> stuck(TestGateway gateway, int count, String group) {
        List<TestGateway.Client> stuck = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            TestGateway.Client client = gateway.connect();
            client.login(group, "stuck" + i);
            client.wire.pingsAndReadsNothing();
            stuck.add(client);
        }
        return stuck;
    }

    @Test
    void theAnswerToOneHoldsUpNoOtherAnswer() {
        TestGateway gateway = gateway(Map.of());
        TestGateway.Client stuck = gateway.connect();
        TestGateway.Client other = gateway.connect();
        stuck.send("{\"method\":\"m\"}");
        other.send("{\"method\":\"m\"}");
        stuck.wire.pingsAndReadsNothing();
        backend.answer(0, "{\"n\":1}"); // both on one thread, as the HTTP client does
        backend.answer(1, "{\"n\":2}");
        assertEquals(List.of("{\"n\":2}"), other.wire.received());
    }

    @Test
    void whatAGroupHearsIsNotHeldUpByOneOfItsMembers() {
        TestGateway gateway = gateway(Map.of());
        TestGateway.Client first = gateway.connect();
        first.login("g", "first");
        stuck(gateway, 20, "g");
        TestGateway.Client last = gateway.connect();
        last.login("g", "last");
        assertEquals(22, first.frames().size(), "the answer, and a push for each other");
        assertEquals(1, last.frames().size());
    }

    @Test
    void aPushToAllReachesTheOthers() {
        TestGateway gateway = gateway(Map.of());
        stuck(gateway, 20, "g");
        TestGateway.Client other = gateway.connect();
        other.login("h", "other");
        gateway.broker
                .publish(Channel.ALL, Publication.byBackend("{\"n\":1}", Audience.EVERYBODY, Optional.empty()))
                .toCompletableFuture()
                .join();
        assertEquals("{\"n\":1}", other.wire.received().get(1));
    }

    @Test
    void theWatchdogAndTheTimerGoOnAndHeartbeatsReachTheOthers() throws Exception {
        TestGateway gateway = gateway(Map.of(
                "kefu.heartbeat.interval", "100ms",
                "kefu.heartbeat.timeout", "10m",
                "kefu.queue.timeout", "1h"));
        stuck(gateway, 50, "g");
        TestGateway.Client other = gateway.connect();
        Await.until(() -> other.wire.received().size() >= 3 && other.wire.pings() >= 3);
        CountDownLatch tasks = new CountDownLatch(2);
        gateway.threads.timer().execute(tasks::countDown);
        gateway.threads.watchdog().execute(tasks::countDown);
        assertTrue(tasks.await(10, TimeUnit.SECONDS));
    }

    @Test
    void whoTakesNothingIsClosedAndItsGroupHearsIt() {
        TestGateway gateway = gateway(Map.of(
                "kefu.heartbeat.interval", "100ms",
                "kefu.heartbeat.timeout", "10m",
                "kefu.queue.timeout", "100ms"));
        TestGateway.Client other = gateway.connect();
        other.login("g", "other");
        for (TestGateway.Client stuck : stuck(gateway, 20, "g")) {
            Await.until(() -> stuck.wire.closed().equals(Optional.of(CloseCode.TOO_SLOW)));
        }
        Await.until(() -> other.wire.received().stream()
                        .filter(text -> text.contains("logout_push"))
                        .count()
                == 20);
    }

    /** The watchdog tells nobody itself, and ends all that are due first: who is about to be ended hears of none. */
    @Test
    void whoIsEndedTogetherHearsOfNoOther() {
        TestGateway gateway = gateway(Map.of("kefu.heartbeat.interval", "10s", "kefu.heartbeat.timeout", "30s"));
        List<TestGateway.Client> silent = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            silent.add(gateway.connect(new FakeWire(), Version.V1));
            silent.get(i).login("g", "silent" + i);
        }
        gateway.advance(Duration.ofSeconds(31));
        for (TestGateway.Client client : silent) {
            Await.until(() -> client.wire.closed().equals(Optional.of(CloseCode.HEARTBEAT_MISSED)));
            assertTrue(client.wire.received().stream().noneMatch(text -> text.contains("logout_push")));
        }
    }
}
