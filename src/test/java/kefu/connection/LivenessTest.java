package kefu.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import kefu.Await;
import kefu.protocol.CloseCode;
import org.junit.jupiter.api.Test;

/** The heartbeat of a connection, and what happens where it is not answered. */
class LivenessTest extends ConnectionTestbed {
    @Test
    void theHeartbeatIsATextAndAPingEveryInterval() {
        // the clock runs ahead while the first ping is still on its thread
        Connection connection = connection(Map.of("kefu.queue.timeout", "1h"));
        Heartbeat heartbeat = Heartbeat.of(settings(Map.of()));
        check(connection, heartbeat);
        assertEquals(List.of(), wire.received());
        advance(Duration.ofSeconds(10));
        check(connection, heartbeat);
        check(connection, heartbeat);
        Await.until(() -> wire.pings() == 1);
        assertEquals(List.of("{\"type\":\"ping\"}"), wire.received());
        advance(Duration.ofSeconds(10));
        check(connection, heartbeat);
        Await.until(() -> wire.received().size() == 2);
    }

    @Test
    void anEmptyTextLeavesThePing() {
        Connection connection = connection(Map.of());
        advance(Duration.ofSeconds(10));
        check(connection, Heartbeat.of(settings(Map.of("kefu.heartbeat.text", ""))));
        Await.until(() -> wire.pings() == 1);
        assertEquals(List.of(), wire.received());
    }

    @Test
    void aSilentClientIsDroppedAndOneThatIsHeardStays() {
        Connection connection = connection(Map.of());
        Heartbeat heartbeat = Heartbeat.of(settings(Map.of()));
        advance(Duration.ofSeconds(29));
        connection.heard();
        advance(Duration.ofSeconds(30));
        check(connection, heartbeat);
        assertFalse(connection.hasEnded());
        advance(Duration.ofNanos(1));
        check(connection, heartbeat);
        isClosedWith(CloseCode.HEARTBEAT_MISSED);
    }

    @Test
    void whoDoesNotAnswerAHeartbeatInTimeIsUnresponsiveUntilItIsHeardOf() {
        Heartbeat heartbeat = Heartbeat.of(settings(Map.of()));
        Connection connection = connection(Map.of());
        advance(Duration.ofSeconds(10));
        connection.check(heartbeat);
        advance(Duration.ofSeconds(5));
        connection.check(heartbeat);
        assertTrue(connection.isResponsive(), "it still has time");
        advance(Duration.ofNanos(1));
        connection.check(heartbeat);
        assertFalse(connection.isResponsive());
        connection.heard();
        assertTrue(connection.isResponsive());
        assertEquals(1, responses.get());
        connection.heard();
        connection.check(heartbeat);
        assertTrue(connection.isResponsive(), "it has answered");
        assertEquals(1, responses.get());
        connection.ended(1006);
        assertFalse(connection.isResponsive());
    }

    @Test
    void whoIsHeardOfWhileItIsTakenForUnresponsiveGetsWhatItMissed() {
        Heartbeat heartbeat = Heartbeat.of(settings(Map.of()));
        Connection connection = connection(Map.of());
        advance(Duration.ofSeconds(10));
        connection.check(heartbeat);
        advance(Duration.ofSeconds(6));
        atNextLook = connection::heard; // it has looked for an answer, and not yet at the clock
        connection.check(heartbeat);
        Await.until(() -> responses.get() == 1);
        assertTrue(connection.isResponsive());
    }
}
