package kefu.gateway;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kefu.auth.Credentials;
import kefu.broker.Member;
import kefu.connection.Connection;
import kefu.protocol.ErrorCode;
import kefu.protocol.Request;
import kefu.session.Session;

/** Passes a request on only where its client is logged in and names no other agent. */
final class LoggedInOnly implements Method {
    private static final String EVERY_METHOD = "*";

    private final Method method;
    private final Set<String> foreignIdMethods;

    /** @param foreignIdMethods the methods whose requests may name other agents; {@code *}: all */
    LoggedInOnly(Method method, Set<String> foreignIdMethods) {
        this.method = method;
        this.foreignIdMethods = foreignIdMethods;
    }

    @Override
    public CompletionStage<Void> handle(Connection from, Request.Call call) {
        Session session = Session.on(from);
        if (session == null) {
            return refuse(from, call, ErrorCode.LOGIN_REQUIRED);
        }
        Member member = session.member();
        boolean mayNameOthers = foreignIdMethods.contains(call.method()) || foreignIdMethods.contains(EVERY_METHOD);
        if (!mayNameOthers && Credentials.isForeign(call.body(), member.group(), member.uid())) {
            return refuse(from, call, ErrorCode.NOT_ALLOWED);
        }
        return method.handle(from, call);
    }

    private static CompletionStage<Void> refuse(Connection from, Request.Call call, ErrorCode error) {
        from.refuse(call.reply(), error);
        return CompletableFuture.completedFuture(null);
    }
}
