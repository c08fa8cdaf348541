package kefu.gateway;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import kefu.auth.AuthResult;
import kefu.auth.Authentication;
import kefu.auth.Credentials;
import kefu.auth.Identity;
import kefu.broker.Audience;
import kefu.broker.Member;
import kefu.broker.Publication;
import kefu.broker.SessionRecord;
import kefu.broker.TooManySessionsException;
import kefu.config.LimitSettings;
import kefu.config.Settings;
import kefu.connection.Connection;
import kefu.connection.IdempotencyCache;
import kefu.metrics.Bound;
import kefu.protocol.ErrorCode;
import kefu.protocol.Frame;
import kefu.protocol.Frames;
import kefu.protocol.Reply;
import kefu.protocol.Request;
import kefu.protocol.Version;
import kefu.session.Replay;
import kefu.session.Session;
import org.jspecify.annotations.Nullable;

/** {@code login}: begins a session of an agent in a group (protocol v1, rule 5; v2, "login"). */
final class LoginMethod implements Method {
    private final Sessions sessions;
    private final SessionResumption resumption;
    private final Authentication authentication;
    private final Replay replay;
    private final Clock clock;
    private final Supplier<IdempotencyCache> answers;
    private final String node;
    private final int maxNameChars;
    private final Frames.GatewayFacts facts;

    /**
     * @param facts what a client of v2 is told of the gateway
     * @param answers makes the memory of a new session's requests
     */
    LoginMethod(
            Sessions sessions,
            SessionResumption resumption,
            Authentication authentication,
            Replay replay,
            Clock clock,
            Frames.GatewayFacts facts,
            Settings settings,
            Supplier<IdempotencyCache> answers) {
        this.sessions = sessions;
        this.resumption = resumption;
        this.authentication = authentication;
        this.replay = replay;
        this.clock = clock;
        this.facts = facts;
        this.answers = answers;
        this.node = settings.get(Settings.NODE);
        this.maxNameChars = settings.get(LimitSettings.NAME_MAX_CHARS);
    }

    @Override
    public CompletionStage<Void> handle(Connection from, Request.Call call) {
        Optional<Credentials> claim = Credentials.of(call.body());
        if (claim.isEmpty()) {
            return refuse(from, call, ErrorCode.BAD_LOGIN);
        }
        if (claim.get().name().filter(this::isTooLong).isPresent()) {
            from.hit(Bound.NAME_CHARS);
            return refuse(from, call, ErrorCode.BAD_LOGIN);
        }
        return authentication
                .identify(claim.get(), from.client())
                .thenCompose(verdict -> verdict instanceof Identity who
                        ? logIn(from, call, who)
                        : refuse(from, call, ((AuthResult.Refused) verdict).error()));
    }

    private boolean isTooLong(String name) {
        return name.codePointCount(0, name.length()) > maxNameChars;
    }

    private static CompletionStage<Void> refuse(Connection from, Request.Call call, ErrorCode error) {
        from.refuse(call.reply(), error);
        return CompletableFuture.completedFuture(null);
    }

    private CompletionStage<Void> logIn(Connection from, Request.Call call, Identity who) {
        if (from.hasEnded()) { // else the group would hear a login and a logout
            return CompletableFuture.completedFuture(null);
        }
        Session before = Session.on(from);
        long now = clock.instant().getEpochSecond();
        Member asked = new Member(from.client(), who.group(), who.uid(), who.name(), from.version(), node, now);
        Member member = asked.as(client(from, before, asked));
        String push = Frames.loginPush(member.client(), member.uid(), member.name(), now);
        LoginRequest login = new LoginRequest(
                from,
                Positions.of(from.version() == Version.V2 ? call.body().get("channels") : null),
                who.until().map(until -> Duration.between(clock.instant(), until)),
                result -> answer(result, call.reply(), now));
        if (before != null && before.member().isSameAgentAs(member)) {
            return sessions.renew(before, member, Publication.byGateway(push), login);
        }
        return before == null && member.version() == Version.V1
                ? resumption
                        .takeBack(member, login)
                        .thenCompose(taken -> taken
                                ? CompletableFuture.completedFuture(null)
                                : begin(call, member, null, push, login))
                : begin(call, member, before, push, login);
    }

    private CompletionStage<Void> begin(
            Request.Call call, Member member, @Nullable Session before, String push, LoginRequest login) {
        Connection from = login.on();
        String ticket = ticket(member);
        SessionRecord record = SessionRecord.of(member, Tickets.hash(ticket));
        Session session = new Session(from, record, ticket, answers.get(), replay);
        if (!sessions.reserve(session)) {
            return refuseOneMore(from, call);
        }
        return sessions.begin(session, record, before, firstOf(member, push), login)
                .exceptionallyCompose(fault -> TooManySessionsException.isCauseOf(fault)
                        ? refuseOneMore(from, call)
                        : CompletableFuture.failedFuture(fault));
    }

    private static CompletionStage<Void> refuseOneMore(Connection from, Request.Call call) {
        from.hit(Bound.AGENT_CONNECTIONS);
        return refuse(from, call, ErrorCode.TOO_MANY_REQUESTS);
    }

    /** The joiner does not get its own login_push, not by a replay either. */
    private static Publication firstOf(Member joiner, String push) {
        return Publication.byGateway(push, Audience.EVERYBODY.except(joiner.client()));
    }

    private static String ticket(Member member) {
        return member.version() == Version.V1 ? "" : Tickets.next(member.group());
    }

    private Frame answer(LoginResult result, Reply reply, long timestamp) {
        Member member = result.session().member();
        var listed = result.listed().stream().map(other -> other.entry(member.version()));
        if (member.version() == Version.V1) {
            return Frames.login(member.uid(), member.name(), timestamp, listed);
        }
        Frames.Welcome welcome = new Frames.Welcome(
                200,
                reply.id(),
                "login",
                member.client(),
                member.uid().json(),
                member.name(),
                timestamp,
                result.session().ticket(),
                sessions.grace().toSeconds());
        return Frames.login(welcome, facts, Positions.text(result.starts()), listed);
    }

    /** In v1 a client id is a connection's; in v2 a session's, so that nothing meant for one session reaches the next. */
    private static String client(Connection from, @Nullable Session before, Member member) {
        if (before != null && before.member().isSameAgentAs(member)) {
            return before.member().client();
        }
        return from.version() == Version.V1 || !from.login().hadSession()
                ? from.client()
                : UUID.randomUUID().toString();
    }
}
