package kefu.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import kefu.Await;
import kefu.protocol.Close;
import kefu.protocol.CloseCode;
import kefu.protocol.Frame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a connection ends. */
class ConnectionTest extends ConnectionTestbed {
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
    void theClientReadsTheReasonOfItsOwnClose() {
        connection(Map.of()).beginEnd(Close.retryAfter(CloseCode.SERVICE_RESTART, Duration.ofMillis(67)), () -> {});
        isClosedWith(CloseCode.SERVICE_RESTART);
        assertEquals(Optional.of("retry=67"), wire.closeReason());
    }

    @Test
    void aClientThatDoesNotCloseIsCutOff() {
        Connection connection = connection(Map.of());
        wire.keepsOpen();
        connection.endOnceRead(CloseCode.ENDED_BY_SERVER);
        Await.until(wire::isCutOff);
        assertTrue(wire.isCloseBegun());
    }
}
