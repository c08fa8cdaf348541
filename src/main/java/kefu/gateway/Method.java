package kefu.gateway;

import java.util.concurrent.CompletionStage;
import kefu.connection.Connection;
import kefu.protocol.Request;

/** What answers a call: one of the gateway's own methods, or the way to the backend. */
interface Method {
    /**
     * Answers a call, without waiting. It may throw or fail as long as nothing was answered: the dispatcher answers then. What
     * it had taken before that it has given back.
     *
     * @return completes when the call has ended, its answer sent; then the connection's next request is served
     */
    CompletionStage<Void> handle(Connection from, Request.Call call);
}
