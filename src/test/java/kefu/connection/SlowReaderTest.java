package kefu.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import kefu.Await;
import kefu.protocol.CloseCode;
import kefu.protocol.Frame;
import org.junit.jupiter.api.Test;

/** Clients that read slowly, or nothing. */
class SlowReaderTest extends ConnectionTestbed {
    @Test
    void aClientThatTakesNothingIsClosedAfterTheTimeoutHoweverShortItsQueue() {
        Connection connection = connection(Map.of());
        Heartbeat heartbeat = Heartbeat.of(settings(Map.of()));
        wire.stick();
        connection.send(new Frame("x"));
        advance(Duration.ofSeconds(5));
        check(connection, heartbeat);
        assertFalse(connection.hasEnded());
        advance(Duration.ofNanos(1));
        check(connection, heartbeat);
        isClosedWith(CloseCode.TOO_SLOW);
    }

    @Test
    void aClientThatGoesOnToPingAndReadsNothingIsClosedThoughItsBufferHasRoom() {
        Connection connection = connection(Map.of());
        pingsUnread(connection);
        checkWhileHeard(connection);
        assertFalse(connection.hasEnded());
        advance(Duration.ofNanos(1));
        checkWhileHeard(connection);
        isClosedWith(CloseCode.TOO_SLOW);
    }

    @Test
    void aClientThatPingsMuchAndReadsStays() {
        Connection connection = connection(Map.of());
        pingsUnread(connection);
        connection.pong(wire.lastPing());
        advance(Duration.ofSeconds(1));
        checkWhileHeard(connection);
        assertFalse(connection.hasEnded());
    }

    /** So that one nanosecond more is too long. */
    private void pingsUnread(Connection connection) {
        IntStream.range(0, 2_000).forEach(i -> wire.pingsOnce());
        connection.send(new Frame("x"));
        Await.until(() -> wire.pings() == 1);
        advance(Duration.ofSeconds(5));
    }

    @Test
    void aClientThatOnlySendsAndReadsNothingIsClosedThoughTheContainerTakesAllForIt() {
        Connection connection = connection(Map.of());
        unread(connection, 20, 1_000);
        checkTextsOf(connection, Duration.ofSeconds(30));
        assertFalse(connection.hasEnded());
        checkTextsOf(connection, Duration.ofNanos(1));
        isClosedWith(CloseCode.TOO_SLOW);
    }

    @Test
    void aClientThatReadsOnASlowLineHasATimeoutForEach16KiB() {
        Connection connection = connection(Map.of());
        unread(connection, 1, 10 * SendWindow.BYTES);
        checkTextsOf(connection, Duration.ofSeconds(11 * 30));
        assertFalse(connection.hasEnded());
        connection.pong(wire.lastPing());
        checkTextsOf(connection, Duration.ofDays(1));
        assertFalse(connection.hasEnded());
    }

    @Test
    void aClientThatAnswersNoPingAndIsSentLittleStays() {
        Connection connection = connection(Map.of());
        unread(connection, 10, 1_000);
        checkTextsOf(connection, Duration.ofDays(1));
        assertFalse(connection.hasEnded());
    }

    /** Frames that the container takes, while the client does not answer the ping among them. */
    private void unread(Connection connection, int frames, int bytes) {
        IntStream.range(0, frames).forEach(i -> connection.send(new Frame("x".repeat(bytes))));
        Await.until(() -> wire.pings() == 1);
    }

    /** Time passes, and then the client sends a text. */
    private void checkTextsOf(Connection connection, Duration after) {
        advance(after);
        connection.heard();
        check(
                connection,
                new Heartbeat(Duration.ofDays(365), Duration.ofSeconds(30), Duration.ofDays(365), Optional.empty()));
    }

    @Test
    void theClientsPongMakesRoomForMore() {
        Connection connection = connection(Map.of());
        connection.send(new Frame("x".repeat(SendWindow.BYTES / 2)));
        Await.until(() -> wire.pings() > 0);
        connection.send(new Frame("x".repeat(SendWindow.BYTES / 2)));
        assertEquals(1, wire.withRoom());
        connection.pong(wire.lastPing());
        connection.send(new Frame("x"));
        Await.until(() -> wire.received().size() == 3);
        assertEquals(2, wire.withRoom());
    }
}
