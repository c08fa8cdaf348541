package kefu.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import kefu.Await;
import kefu.config.Settings;
import kefu.metrics.LogLine;
import kefu.metrics.Metrics;
import kefu.protocol.Close;
import kefu.protocol.CloseCode;
import kefu.protocol.Frame;
import kefu.protocol.FrameDecoder;
import kefu.protocol.Request;
import kefu.protocol.Version;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ConnectionTest {
    private final Threads threads = new Threads();
    private final AtomicLong now = new AtomicLong();
    private final AtomicInteger responses = new AtomicInteger();
    private final AtomicInteger ends = new AtomicInteger();
    private final AtomicInteger served = new AtomicInteger();
    private final FakeWire wire = new FakeWire();
    private CompletableFuture<Void> serving = CompletableFuture.completedFuture(null);

    @AfterEach
    void close() {
        threads.close();
    }

    private Connection connection(Map<String, String> settings) {
        return new Connection(
                new Peer("c", Version.V1, ""),
                wire,
                settings(settings),
                threads,
                new QueueBudget(Long.MAX_VALUE, Runnable::run, () -> {}),
                new Metrics(List.of(), List.of(), List.of()),
                now::get,
                new ConnectionListener() {
                    @Override
                    public boolean isExclusive(Request request) {
                        return false;
                    }

                    @Override
                    public void responds(Connection connection) {
                        responses.incrementAndGet();
                    }

                    @Override
                    public CompletionStage<?> serve(Connection from, Request request) {
                        served.incrementAndGet();
                        return serving;
                    }

                    @Override
                    public void ended(Connection connection, int code) {
                        ends.incrementAndGet();
                    }

                    @Override
                    public void left(Connection connection, int code) {}
                });
    }

    private static Settings settings(Map<String, String> settings) {
        return Settings.from(key -> Optional.ofNullable(settings.get(key)));
    }

    private void advance(Duration by) {
        now.addAndGet(by.toNanos());
    }

    private static void check(Connection connection, Heartbeat heartbeat) {
        connection.check(heartbeat).ifPresent(Runnable::run);
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
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // who closes the socket would wait for a day
    void aSocketThatIsSlowToCloseHoldsUpNeitherWhoEndsItNorAnotherClose() throws Exception {
        wire.closesIn(Duration.ofDays(1));
        Connection connection = connection(Map.of());
        connection.end(CloseCode.TOO_SLOW);
        assertTrue(connection.hasEnded());
        CountDownLatch other = new CountDownLatch(1);
        threads.closer().execute(other::countDown);
        assertTrue(other.await(10, TimeUnit.SECONDS));
    }

    @Test
    void theClientReadsTheReasonOfItsOwnClose() {
        connection(Map.of()).end(Close.retryAfter(CloseCode.SERVICE_RESTART, Duration.ofMillis(67)), () -> {});
        isClosedWith(CloseCode.SERVICE_RESTART);
        assertEquals(Optional.of("retry=67"), wire.closeReason());
    }

    @Test
    void aConnectionWhoseRequestsAreClosedRefusesThemAndTellsWhenTheLastHasEnded() {
        serving = new CompletableFuture<>();
        Connection connection = connection(Map.of());
        connection.request(request("begun"));
        connection.request(request("waits"));
        CompletableFuture<Void> ended = connection.closeRequests().toCompletableFuture();
        connection.request(request("late"));
        assertEquals(
                List.of(
                        "{\"code\":\"10008\",\"method\":\"waits\",\"msg\":\"系统繁忙，请稍后再试\"}",
                        "{\"code\":\"10008\",\"method\":\"late\",\"msg\":\"系统繁忙，请稍后再试\"}"),
                wire.received());
        assertFalse(ended.isDone());
        serving.complete(null);
        assertTrue(ended.isDone());
        assertEquals(1, served.get());
        assertTrue(connection.closeRequests().toCompletableFuture().isDone());
    }

    private static Request request(String method) {
        return new FrameDecoder().decode("{\"method\":\"" + method + "\"}", Version.V1);
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
    void aGoodbyeThatCrossesAFailedSendIsStillAGoodbye() {
        Connection connection = connection(Map.of());
        wire.stick();
        connection.send(new Frame("x"));
        wire.fail();
        connection.send(new Frame("y"));
        assertTrue(connection.ended(1000), "the container tells it a moment later");
        assertEquals(1000, connection.closeCode());
        assertEquals(List.of("x"), wire.received(), "nothing is sent behind a send that has failed");
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

    private Connection inJwtMode() {
        return connection(
                Map.of("kefu.auth.secret", "a secret of thirty-two bytes or more", "kefu.queue.timeout", "1h"));
    }

    private void checkWhileHeard(Connection connection) {
        connection.heard();
        check(
                connection,
                Heartbeat.of(settings(Map.of("kefu.heartbeat.interval", "1h", "kefu.heartbeat.timeout", "24h"))));
    }

    @Test
    void whoHasNotLoggedInInTimeIsClosed() {
        Connection connection = inJwtMode();
        advance(Duration.ofSeconds(10).minusNanos(1));
        checkWhileHeard(connection);
        assertFalse(connection.hasEnded());
        advance(Duration.ofNanos(1));
        checkWhileHeard(connection);
        isClosedWith(CloseCode.NOT_ALLOWED);
    }

    @Test
    void whoIsKnownForSoLongIsAskedOnceAMinuteBeforeAndThenClosed() {
        Connection connection = inJwtMode();
        connection.login().authenticated(Optional.of(Duration.ofSeconds(100)));
        advance(Duration.ofSeconds(40).minusNanos(1));
        checkWhileHeard(connection);
        assertEquals(List.of(), wire.received());
        advance(Duration.ofNanos(1));
        checkWhileHeard(connection);
        checkWhileHeard(connection);
        Await.until(() -> !wire.received().isEmpty());
        advance(Duration.ofSeconds(60).minusNanos(1));
        checkWhileHeard(connection);
        assertFalse(connection.hasEnded());
        assertEquals(List.of("{\"method\":\"token_expiring\"}"), wire.received());
        advance(Duration.ofNanos(1));
        checkWhileHeard(connection);
        isClosedWith(CloseCode.NOT_ALLOWED);
    }

    @Test
    void whoIsKnownAnewStays() {
        Connection connection = inJwtMode();
        connection.login().authenticated(Optional.of(Duration.ofSeconds(100)));
        advance(Duration.ofSeconds(50));
        connection.login().authenticated(Optional.of(Duration.ofSeconds(100)));
        advance(Duration.ofSeconds(99));
        checkWhileHeard(connection);
        assertFalse(connection.hasEnded());
        connection.login().authenticated(Optional.empty());
        advance(Duration.ofDays(1000));
        checkWhileHeard(connection);
        assertFalse(connection.hasEnded());
    }

    @Test
    void whoHasLoggedOutIsAStrangerAgain() {
        Connection connection = inJwtMode();
        connection.login().attach(new Somebody(), Optional.empty());
        advance(Duration.ofSeconds(100));
        connection.login().detach();
        advance(Duration.ofSeconds(10).minusNanos(1));
        checkWhileHeard(connection);
        assertFalse(connection.hasEnded());
        advance(Duration.ofNanos(1));
        checkWhileHeard(connection);
        isClosedWith(CloseCode.NOT_ALLOWED);
    }

    @Test
    void whoLogsOutWithoutALoginGetsNoMoreTime() {
        Connection connection = inJwtMode();
        advance(Duration.ofSeconds(9));
        connection.login().detach();
        advance(Duration.ofSeconds(1));
        checkWhileHeard(connection);
        isClosedWith(CloseCode.NOT_ALLOWED);
    }

    private static final class Somebody implements LoginState.Attachment {
        @Override
        public IdempotencyCache idempotencyCache() {
            return new IdempotencyCache();
        }

        @Override
        public LogLine describe(LogLine line) {
            return line;
        }
    }

    private static Request request(int n) {
        return new FrameDecoder().decode("{\"method\":\"m" + n + "\"}", Version.V1);
    }

    private List<String> refusals() {
        return wire.received().stream().filter(text -> text.contains("10007")).toList();
    }

    @Test
    void whoAsksTooMuchIsRefusedAndWhoGoesOnIsClosed() {
        Connection connection = connection(Map.of("kefu.requests.rate", "1", "kefu.requests.burst", "5"));
        IntStream.range(0, 5).forEach(n -> connection.request(request(n)));
        assertEquals(5, served.get());
        assertEquals(List.of(), refusals());
        IntStream.range(5, 10).forEach(n -> connection.request(request(n)));
        assertEquals(5, served.get());
        assertEquals(5, refusals().size());
        assertTrue(refusals().get(0).contains("\"method\":\"m5\""), refusals().get(0));
        assertFalse(connection.hasEnded());
        connection.request(request(10));
        isClosedWith(CloseCode.TOO_MANY_REQUESTS);
        assertEquals(5, served.get());
    }

    @Test
    void whoWaitsIsServedAgain() {
        Connection connection = connection(Map.of("kefu.requests.rate", "1", "kefu.requests.burst", "5"));
        IntStream.range(0, 7).forEach(n -> connection.request(request(n)));
        advance(Duration.ofSeconds(3));
        connection.request(request(7));
        assertEquals(6, served.get());
        assertEquals(2, refusals().size());
    }

    @Test
    void whatAsksNothingCountsTooAndIsNotAnswered() {
        Connection connection = connection(Map.of("kefu.requests.rate", "1", "kefu.requests.burst", "5"));
        Request beat = new FrameDecoder().decode("beat", Version.V1);
        IntStream.range(0, 10).forEach(n -> connection.request(beat));
        assertEquals(List.of(), wire.received());
        assertFalse(connection.hasEnded());
        connection.request(beat);
        isClosedWith(CloseCode.TOO_MANY_REQUESTS);
    }

    @Test
    void aPingTooManyClosesAndTimeMakesRoomForMore() {
        Connection connection = connection(Map.of("kefu.pings.rate", "2"));
        IntStream.range(0, 20).forEach(n -> wire.pinged());
        advance(Duration.ofSeconds(1));
        wire.pinged();
        wire.pinged();
        assertFalse(connection.hasEnded());
        wire.pinged();
        isClosedWith(CloseCode.TOO_MANY_REQUESTS);
    }
}
