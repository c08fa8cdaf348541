package kefu.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import kefu.Await;
import kefu.config.Settings;
import kefu.metrics.Metrics;
import kefu.protocol.CloseCode;
import kefu.protocol.Frame;
import kefu.protocol.Request;
import kefu.protocol.Version;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionTest {
    private final Threads threads = new Threads();
    private final AtomicLong now = new AtomicLong();
    private final AtomicInteger ends = new AtomicInteger();
    private final FakeWire wire = new FakeWire();

    @AfterEach
    void close() {
        threads.close();
    }

    private Connection connection(Map<String, String> settings) {
        return new Connection(
                "c",
                Version.V1,
                wire,
                settings(settings),
                threads,
                new Metrics(List.of(), List.of(), List.of()),
                now::get,
                new Connection.Listener() {
                    @Override
                    public boolean isAlone(Request request) {
                        return false;
                    }

                    @Override
                    public CompletionStage<?> serve(Connection from, Request request) {
                        return CompletableFuture.completedFuture(null);
                    }

                    @Override
                    public void ended(Connection connection, int code) {
                        ends.incrementAndGet();
                    }
                });
    }

    private static Settings settings(Map<String, String> settings) {
        return Settings.from(key -> Optional.ofNullable(settings.get(key)));
    }

    private void advance(Duration by) {
        now.addAndGet(by.toNanos());
    }

    private void isClosedWith(CloseCode code) {
        Await.until(() -> wire.closed().equals(Optional.of(code)));
        assertEquals(1, ends.get());
    }

    @Test
    void theHeartbeatIsATextAndAPingEveryInterval() {
        // the clock runs ahead while the first ping is still on its thread
        Connection connection = connection(Map.of("kefu.queue.timeout", "1h"));
        Heartbeat heartbeat = Heartbeat.of(settings(Map.of()));
        connection.check(heartbeat);
        assertEquals(List.of(), wire.received());
        advance(Duration.ofSeconds(10));
        connection.check(heartbeat);
        connection.check(heartbeat);
        Await.until(() -> wire.pings() == 1);
        assertEquals(List.of("{\"type\":\"ping\"}"), wire.received());
        advance(Duration.ofSeconds(10));
        connection.check(heartbeat);
        Await.until(() -> wire.received().size() == 2);
    }

    @Test
    void anEmptyTextLeavesThePing() {
        Connection connection = connection(Map.of());
        advance(Duration.ofSeconds(10));
        connection.check(Heartbeat.of(settings(Map.of("kefu.heartbeat.text", ""))));
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
        connection.check(heartbeat);
        assertFalse(connection.hasEnded());
        advance(Duration.ofNanos(1));
        connection.check(heartbeat);
        isClosedWith(CloseCode.HEARTBEAT_MISSED);
    }

    @Test
    void aClientThatTakesNothingIsClosedAfterTheTimeoutHoweverShortItsQueue() {
        Connection connection = connection(Map.of());
        Heartbeat heartbeat = Heartbeat.of(settings(Map.of()));
        wire.stick();
        connection.send(new Frame("x"));
        advance(Duration.ofSeconds(5));
        connection.check(heartbeat);
        assertFalse(connection.hasEnded());
        advance(Duration.ofNanos(1));
        connection.check(heartbeat);
        isClosedWith(CloseCode.TOO_SLOW);
    }

    @Test
    void aBrokenLineEndsTheConnectionOnce() {
        Connection connection = connection(Map.of());
        wire.stick();
        connection.send(new Frame("x"));
        wire.fail();
        isClosedWith(CloseCode.SEND_FAILED);
        assertFalse(connection.ended(1006), "the container's own word comes later, and changes nothing");
        assertEquals(1, ends.get());
        assertTrue(connection.hasEnded());
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
