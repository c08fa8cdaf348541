package kefu.gateway;

import java.util.concurrent.CompletionStage;
import kefu.connection.Connection;
import kefu.protocol.Request;

/** Answers a call: one of the gateway's own methods, or the forwarding to the backend. */
interface Method {
    /**
     * Answers a call, without waiting. It may throw or fail before it has answered: the dispatcher answers then. It must
     * have given back before all that it had taken.
     *
     * @return completes when the call has ended, its answer sent; then the connection's next request is served
     */
    CompletionStage<Void> handle(Connection from, Request.Call call);
}
