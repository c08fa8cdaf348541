package kefu.gateway;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kefu.connection.Connection;
import kefu.protocol.Request;
import kefu.session.Session;

/** {@code logout} of protocol v2: ends the session, and leaves the connection open. */
final class LogoutMethod implements Method {
    private final Sessions sessions;

    LogoutMethod(Sessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public CompletionStage<Void> handle(Connection from, Request.Call call) {
        Session session = Session.on(from);
        from.login().detach();
        return (session == null ? CompletableFuture.<Void>completedFuture(null) : sessions.end(session, from))
                .thenRun(() -> from.send(call.reply().done()));
    }
}
