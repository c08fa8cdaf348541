package kefu.connection;

import java.util.Locale;
import kefu.protocol.CloseCode;

/** Who ended a connection or a session: for the log. */
public enum Initiator {
    /** The client closed the connection, logged out, or went on with its session on another connection. */
    CLIENT,
    /** The line broke, or nothing came over it any more. */
    NETWORK,
    /** The client hit a bound. */
    BOUND,
    /** The client did not show in time who it is, or its token has ended. */
    AUTH,
    /** A call of the HTTP API. */
    API,
    /** This gateway stops. */
    STOP,
    /** The client did not come back within {@code kefu.session.grace}. */
    GRACE;

    private static final int NO_CLOSE_FRAME = 1006; // RFC 6455, 7.1.5

    /** Who ends a session that ends now: by its connection, or by a request on it. */
    public static Initiator of(Connection connection) {
        return connection.hasEnded() ? connection.endedBy() : CLIENT;
    }

    /** Who closed a connection from the other side. */
    static Initiator peer(int code) {
        return code == NO_CLOSE_FRAME || code == CloseCode.SEND_FAILED.number() ? NETWORK : CLIENT;
    }

    /** For whom the gateway closes a connection with a code. */
    static Initiator gateway(CloseCode code) {
        return switch (code) {
            case SEND_FAILED, HEARTBEAT_MISSED -> NETWORK;
            case SERVICE_RESTART -> STOP;
            case TAKEN_OVER -> CLIENT;
            case ENDED_BY_SERVER -> API;
            case NOT_ALLOWED -> AUTH;
            case MESSAGE_TOO_BIG, TRY_AGAIN_LATER, TOO_MANY_REQUESTS, TOO_SLOW -> BOUND;
        };
    }

    /** The word in the log. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
