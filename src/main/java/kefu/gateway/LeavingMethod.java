package kefu.gateway;

import jakarta.json.JsonValue;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kefu.connection.Connection;
import kefu.protocol.ErrorCode;
import kefu.protocol.Json;
import kefu.protocol.Request;
import kefu.session.Session;

/**
 * {@code kefu.leaving} of protocol v2: the client says how long its session is to wait if it loses this connection. Firefox closes
 * a page's connections before the page knows that it is left, so a page says so before. The close code 1001 alone would not do:
 * a proxy sends it too when it is reloaded (Caddy), and Firefox when its user downloads a file and the page stays.
 */
final class LeavingMethod implements Method {
    @Override
    public CompletionStage<Void> handle(Connection from, Request.Call call) {
        JsonValue after = call.body().get("after");
        Optional<Long> seconds = Json.count(after);
        Session session = Session.on(from);
        if (session == null) {
            from.refuse(call.reply(), ErrorCode.LOGIN_REQUIRED);
        } else if (after != null && seconds.isEmpty()) {
            from.refuse(call.reply(), ErrorCode.BAD_ARGUMENT);
        } else {
            session.waitAtMost(from, seconds.map(Duration::ofSeconds).orElse(null));
            from.send(call.reply().done());
        }
        return CompletableFuture.completedFuture(null);
    }
}
