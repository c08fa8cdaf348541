package kefu.connection;

import java.util.concurrent.CompletionStage;
import kefu.protocol.Request;

/** The listener of a connection. Called on any thread, under no lock; must not block. */
public interface ConnectionListener {
    /** Whether a request is served alone on its connection. */
    boolean isExclusive(Request request);

    /** Whether a request ends the client's session. It is served even when the connection takes no more requests. */
    default boolean endsSession(Request request) {
        return false;
    }

    /** An unresponsive client is responsive again. */
    void responds(Connection connection);

    /** Serves one request. @return completes, in whatever way, when the request has ended */
    CompletionStage<?> serve(Connection from, Request request);

    /** The connection has ended: called once, at once. Must not send. @param code with which it was closed */
    void ended(Connection connection, int code);

    /** Called once after {@link #ended}: others may be told now. On a thread that may send. */
    void left(Connection connection, int code);
}
