package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import kefu.Await;
import kefu.connection.FakeWire;
import kefu.desk.Desk;
import kefu.protocol.Version;
import org.junit.jupiter.api.Test;

/** The gateway itself stands still for longer than any deadline, as when its machine is suspended: nobody else pays for it. */
class PauseTest extends V2Testbed {
    private static final Duration LONGER_THAN_ALL = Duration.ofSeconds(33);

    private TestGateway gateway(Map<String, String> settings) {
        TestGateway gateway = new TestGateway(settings, desk -> new Desk(desk.broker, Clock.systemUTC()));
        gateways.add(gateway);
        return gateway;
    }

    private static Map<String, String> deadlines(String more, String value) {
        return Map.of(
                "kefu.heartbeat.interval",
                "100ms",
                "kefu.heartbeat.text", // else it may come behind an answer
                "",
                "kefu.heartbeat.timeout",
                "30s",
                "kefu.queue.timeout",
                "30s",
                "kefu.session.grace",
                "30s",
                more,
                value);
    }

    /** Stands still, and goes on until every connection was looked at a few times. */
    private static void pause(TestGateway gateway) {
        TestGateway.Client watched = gateway.connect();
        gateway.pause(LONGER_THAN_ALL);
        int before = watched.wire.pings();
        Await.until(() -> watched.wire.pings() > before + 5);
    }

    @Test
    void whoWasNotHeardMeanwhileIsNotSilent() {
        TestGateway gateway = gateway(deadlines("kefu.node", "n"));
        TestGateway.Client idle = gateway.connect();
        pause(gateway);
        assertEquals(Optional.empty(), idle.wire.closed());
    }

    @Test
    void whoTookNothingMeanwhileIsNotStuck() {
        TestGateway gateway = gateway(deadlines("kefu.node", "n"));
        FakeWire wire = new FakeWire();
        wire.stick();
        gateway.connect(wire).login("g", "u");
        pause(gateway);
        assertEquals(Optional.empty(), wire.closed());
    }

    @Test
    void whoHasNotLoggedInMeanwhileMayDoSoNow() {
        TestGateway gateway = gateway(Map.of(
                "kefu.auth.secret", "a secret of thirty-two bytes or more",
                "kefu.login.timeout", "30s",
                "kefu.heartbeat.interval", "100ms",
                "kefu.heartbeat.timeout", "10m"));
        TestGateway.Client late = gateway.connect();
        pause(gateway);
        assertEquals(Optional.empty(), late.wire.closed());
    }

    @Test
    void aSessionWhoseConnectionWasLostCanBeResumed() {
        TestGateway gateway = gateway(deadlines("kefu.node", "n"));
        TestGateway.Client lost = gateway.connect(new FakeWire(), Version.V2);
        JsonObject session = login(lost, "g", "u", "");
        lost.lose();
        pause(gateway);
        TestGateway.Client again = gateway.connect(new FakeWire(), Version.V2);
        resume(again, session.getString("ticket"), 1, "{}");
        assertEquals(200, last(again).getInt("code"));
    }
}
