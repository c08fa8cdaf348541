package kefu.protocol;

import java.time.Duration;

/**
 * One close of a connection: its code, and the reason that the client reads.
 *
 * @param reason ASCII, at most 123 bytes (RFC 6455, 5.5.1)
 */
public record Close(CloseCode code, String reason) {
    /** With the code's own reason. */
    public static Close of(CloseCode code) {
        return new Close(code, code.reason());
    }

    /** Tells the client after which delay it may come back. */
    public static Close retryAfter(CloseCode code, Duration delay) {
        return new Close(code, "retry=" + delay.toMillis());
    }
}
