package kefu.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kefu.Await;
import kefu.metrics.LogLine;
import kefu.protocol.CloseCode;
import org.junit.jupiter.api.Test;

/** The deadline of a login. */
class LoginStateTest extends ConnectionTestbed {
    private Connection inJwtMode() {
        return connection(
                Map.of("kefu.auth.secret", "a secret of thirty-two bytes or more", "kefu.queue.timeout", "1h"));
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
}
