package kefu.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import kefu.protocol.CloseCode;
import kefu.protocol.FrameDecoder;
import kefu.protocol.Request;
import kefu.protocol.Version;
import org.junit.jupiter.api.Test;

/** The rates of a connection's requests and pings. */
class RequestIntakeTest extends ConnectionTestbed {
    private static Request request(int n) {
        return request("m" + n);
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
}
