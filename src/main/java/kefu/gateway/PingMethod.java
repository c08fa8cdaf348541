package kefu.gateway;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kefu.connection.Connection;
import kefu.protocol.Request;

/** {@code kefu.ping} of protocol v2: is answered at once. A page sees no WebSocket ping, and cannot send one. */
final class PingMethod implements Method {
    @Override
    public CompletionStage<Void> handle(Connection from, Request.Call call) {
        from.send(call.reply().done());
        return CompletableFuture.completedFuture(null);
    }
}
