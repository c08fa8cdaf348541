package kefu.protocol;

/** Why the gateway closes a connection. The number tells the client whether and how to come back. */
public enum CloseCode {
    /** A message over {@code kefu.message.max-bytes} (RFC 6455, 7.4.1). */
    MESSAGE_TOO_BIG(1009, "message too big"),
    /** Sending failed: the connection is broken. */
    SEND_FAILED(1011, "send failed"),
    /** This gateway stops: reconnect after the delay in the reason (IANA registry of close codes). */
    SERVICE_RESTART(1012, "retry=1000"),
    /** A limit of connections is reached: reconnect after the delay in the reason (IANA registry of close codes). */
    TRY_AGAIN_LATER(1013, "retry=5000"),
    /** The session was resumed on another connection: do not reconnect. */
    TAKEN_OVER(4001, "taken over"),
    /** The backend ended the session: log in again by hand. */
    ENDED_BY_SERVER(4002, "ended by the server"),
    /** The client did not log in in time, or its token has ended: do not reconnect. */
    NOT_ALLOWED(4003, "not allowed"),
    /** The client sends too many requests: reconnect after the delay in the reason. */
    TOO_MANY_REQUESTS(4007, "retry=5000"),
    /** The client reads too slowly and its queue overflowed: reconnect. */
    TOO_SLOW(4008, "too slow"),
    /** No message and no pong came for {@code kefu.heartbeat.timeout}: reconnect. */
    HEARTBEAT_MISSED(4009, "heartbeat missed");

    private final int number;
    private final String reason;

    CloseCode(int number, String reason) {
        this.number = number;
        this.reason = reason;
    }

    public int number() {
        return number;
    }

    /** What the client reads unless a {@link Close} says another. ASCII, at most 123 bytes (RFC 6455, 5.5.1). */
    public String reason() {
        return reason;
    }
}
