package kefu.gateway;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kefu.broker.Audience;
import kefu.broker.Member;
import kefu.broker.Presence;
import kefu.broker.Publication;
import kefu.broker.SessionRecord;
import kefu.connection.Connection;
import kefu.protocol.ErrorCode;
import kefu.protocol.Frames;
import kefu.protocol.Request;
import kefu.protocol.Status;
import kefu.session.Session;

/** {@code kefu.status} of protocol v2: sets the session's own state, and tells its group. */
final class StatusMethod implements Method {
    private final Presence presence;

    StatusMethod(Presence presence) {
        this.presence = presence;
    }

    @Override
    public CompletionStage<Void> handle(Connection from, Request.Call call) {
        Session session = Session.on(from);
        if (session == null) {
            return refuse(from, call, ErrorCode.LOGIN_REQUIRED);
        }
        Optional<Status> asked = Status.of(call.body().get("status"));
        if (asked.isEmpty()) {
            return refuse(from, call, ErrorCode.BAD_ARGUMENT);
        }
        Member member = session.member();
        String push = Frames.statusPush(member.client(), member.uid(), asked.get());
        return presence.setStatus(member, asked.get(), Publication.byGateway(push, Audience.V2))
                .thenAccept(set -> answer(from, call, session, set));
    }

    private static void answer(Connection from, Request.Call call, Session session, Optional<SessionRecord> set) {
        if (set.isPresent()) {
            session.follow(set.get());
            from.send(call.reply().done());
        } else { // it has ended meanwhile
            from.refuse(call.reply(), ErrorCode.LOGIN_REQUIRED);
        }
    }

    private static CompletionStage<Void> refuse(Connection from, Request.Call call, ErrorCode error) {
        from.refuse(call.reply(), error);
        return CompletableFuture.completedFuture(null);
    }
}
