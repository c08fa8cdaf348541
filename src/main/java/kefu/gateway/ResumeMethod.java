package kefu.gateway;

import jakarta.json.JsonString;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kefu.auth.TokenVerifier;
import kefu.broker.Member;
import kefu.broker.SessionRecord;
import kefu.connection.Connection;
import kefu.gateway.LoginResult.ChannelStart;
import kefu.protocol.Channel;
import kefu.protocol.ErrorCode;
import kefu.protocol.Frame;
import kefu.protocol.Frames;
import kefu.protocol.Json;
import kefu.protocol.Reply;
import kefu.protocol.Request;
import kefu.session.Session;

/** {@code resume} of protocol v2: continues a session on this connection. */
final class ResumeMethod implements Method {
    private final SessionResumption resumption;
    private final Optional<TokenVerifier> tokens;
    private final Clock clock;
    private final Frames.GatewayFacts facts;

    /**
     * @param tokens where present, the agent's token is required besides the ticket
     * @param facts what a client is told of the gateway
     */
    ResumeMethod(SessionResumption resumption, Optional<TokenVerifier> tokens, Clock clock, Frames.GatewayFacts facts) {
        this.resumption = resumption;
        this.tokens = tokens;
        this.clock = clock;
        this.facts = facts;
    }

    @Override
    public CompletionStage<Void> handle(Connection from, Request.Call call) {
        Optional<Long> attempt = Json.count(call.body().get("try"));
        if (!(call.body().get("ticket") instanceof JsonString ticket) || attempt.isEmpty()) {
            return refuse(from, call, ErrorCode.BAD_ARGUMENT);
        }
        if (Session.on(from) != null) {
            return refuse(from, call, ErrorCode.CANNOT_RESUME);
        }
        return resumption
                .find(ticket.getString())
                .thenCompose(session -> session.isEmpty()
                        ? refuse(from, call, ErrorCode.CANNOT_RESUME)
                        : resume(from, call, session.get(), ticket.getString(), attempt.get()));
    }

    private CompletionStage<Void> resume(
            Connection from, Request.Call call, SessionRecord session, String ticket, long attempt) {
        if (tokens.isEmpty()) {
            return resume(from, call, session, ticket, attempt, Optional.empty());
        }
        Member member = session.member();
        return tokens.get()
                .renew(call.body(), member.group(), member.uid(), from.client())
                .thenCompose(until -> until.isPresent()
                        ? resume(from, call, session, ticket, attempt, until)
                        : refuse(from, call, ErrorCode.NOT_ALLOWED));
    }

    private CompletionStage<Void> resume(
            Connection from,
            Request.Call call,
            SessionRecord session,
            String ticket,
            long attempt,
            Optional<Instant> until) {
        LoginRequest login = new LoginRequest(
                from,
                Positions.of(call.body().get("channels")),
                until.map(end -> Duration.between(clock.instant(), end)),
                result -> answer(result, call.reply()));
        return resumption
                .resume(session, ticket, attempt, login)
                .thenCompose(goesOn ->
                        goesOn ? CompletableFuture.completedFuture(null) : refuse(from, call, ErrorCode.CANNOT_RESUME));
    }

    private Frame answer(LoginResult result, Reply reply) {
        Member member = result.session().member();
        Map<Channel, ChannelStart> starts = new LinkedHashMap<>(result.starts());
        starts.replaceAll((channel, start) -> start.orNotRecovered());
        var listed = result.listed().stream().map(other -> other.entry(member.version()));
        return Frames.resumed(reply, member.client(), facts, Positions.text(starts), listed);
    }

    private static CompletionStage<Void> refuse(Connection from, Request.Call call, ErrorCode error) {
        from.refuse(call.reply(), error);
        return CompletableFuture.completedFuture(null);
    }
}
