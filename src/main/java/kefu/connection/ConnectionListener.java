package kefu.connection;

import java.util.concurrent.CompletionStage;
import kefu.protocol.Request;

/** Who is told of what comes on a connection. Called on any thread, under no lock; must not block. */
public interface ConnectionListener {
    /** Whether a request is served while no other of its connection is. */
    boolean isExclusive(Request request);

    /** An unresponsive client is heard of again. */
    void responds(Connection connection);

    /** Serves one request. @return completes, in whatever way, when the request has ended */
    CompletionStage<?> serve(Connection from, Request request);

    /** The connection has ended: called once, at once. Must not send. @param code with which it was closed */
    void ended(Connection connection, int code);

    /** Called once after {@link #ended}: others may be told now. On a thread that may send. */
    void left(Connection connection, int code);
}
