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
import org.jspecify.annotations.Nullable;

/** {@code logout} of protocol v2: ends the session at once or after some seconds, and leaves the connection open. */
final class LogoutMethod implements Method {
    private final Sessions sessions;

    LogoutMethod(Sessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public CompletionStage<Void> handle(Connection from, Request.Call call) {
        JsonValue after = call.body().get("after");
        Optional<Long> seconds = Json.count(after);
        if (after != null && seconds.isEmpty()) {
            from.refuse(call.reply(), ErrorCode.BAD_ARGUMENT);
            return CompletableFuture.completedFuture(null);
        }
        Session session = Session.on(from);
        from.login().detach();
        return end(session, from, seconds).thenRun(() -> from.send(call.reply().done()));
    }

    private CompletionStage<Void> end(@Nullable Session session, Connection from, Optional<Long> seconds) {
        if (session == null) {
            return CompletableFuture.completedFuture(null);
        }
        return seconds.map(after -> sessions.leave(session, from, Duration.ofSeconds(after)))
                .orElseGet(() -> sessions.end(session, from));
    }
}
