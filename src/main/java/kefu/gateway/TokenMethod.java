package kefu.gateway;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kefu.auth.TokenVerifier;
import kefu.broker.Member;
import kefu.connection.Connection;
import kefu.protocol.ErrorCode;
import kefu.protocol.Request;
import kefu.session.Session;

/** {@code token}: takes a new token before the old one ends. Name and group do not change. */
final class TokenMethod implements Method {
    private final TokenVerifier tokens;
    private final Clock clock;

    TokenMethod(TokenVerifier tokens, Clock clock) {
        this.tokens = tokens;
        this.clock = clock;
    }

    @Override
    public CompletionStage<Void> handle(Connection from, Request.Call call) {
        Session session = Session.on(from);
        if (session == null) {
            from.refuse(call.reply(), ErrorCode.LOGIN_REQUIRED);
            return CompletableFuture.completedFuture(null);
        }
        Member member = session.member();
        return tokens.renew(call.body(), member.group(), member.uid(), from.client())
                .thenAccept(until -> answer(from, call, until));
    }

    private void answer(Connection from, Request.Call call, Optional<Instant> until) {
        if (until.isPresent()) {
            from.login().authenticated(until.map(end -> Duration.between(clock.instant(), end)));
            from.send(call.reply().done());
        } else {
            from.refuse(call.reply(), ErrorCode.NOT_ALLOWED);
        }
    }
}
