package kefu.gateway;

import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import kefu.broker.Audience;
import kefu.broker.Broker;
import kefu.broker.Member;
import kefu.broker.Publication;
import kefu.protocol.ErrorCode;
import kefu.protocol.Frame;
import kefu.protocol.Frames;
import kefu.protocol.Id;
import kefu.protocol.Reply;
import kefu.protocol.Request;
import kefu.protocol.Version;
import kefu.session.Connection;
import kefu.session.Session;
import org.jspecify.annotations.Nullable;

/** {@code login}: who this connection is, and in which group (protocol v1, rule 5; v2, "login"). */
final class LoginMethod implements Method {
    private static final Logger LOG = Logger.getLogger(LoginMethod.class.getName());

    private final Sessions sessions;
    private final Broker broker;
    private final Clock clock;
    private final String node;

    /** @param node this gateway's name */
    LoginMethod(Sessions sessions, Broker broker, Clock clock, String node) {
        this.sessions = sessions;
        this.broker = broker;
        this.clock = clock;
        this.node = node;
    }

    @Override
    public CompletionStage<?> handle(Connection from, Request.Call call) {
        Session before = from.session();
        long now = clock.instant().getEpochSecond();
        Optional<Member> asked = member(from, before, call.body(), now);
        if (asked.isEmpty()) {
            from.refuse(call.reply(), ErrorCode.BAD_LOGIN);
            return CompletableFuture.completedFuture(null);
        }
        Member member = asked.get();
        String push = Frames.loginPush(member.client(), member.uid(), member.name(), now);
        Function<Sessions.Begun, Frame> answer = begun -> answer(begun, call.reply(), now);
        CompletionStage<Void> done;
        if (before != null && before.member().isSameAgentAs(member)) {
            done = sessions.renew(before, member, Publication.byGateway(push), answer);
        } else {
            Session session = new Session(from, member, ticket(member), broker);
            var known = Positions.of(from.version() == Version.V2 ? call.body().get("channels") : null);
            done = (before == null ? CompletableFuture.<Void>completedFuture(null) : sessions.end(before))
                    .thenCompose(none -> sessions.begin(session, firstOf(member, push), known, answer));
        }
        return done.exceptionally(fault -> {
            LOG.log(Level.WARNING, fault, () -> "The login of client " + member.client() + " failed");
            from.refuse(call.reply(), ErrorCode.BUSY);
            return null;
        });
    }

    /** A joiner does not hear that it has come itself, not by a replay either. */
    private static Publication firstOf(Member joiner, String push) {
        return Publication.byGateway(push, Audience.EVERYBODY.except(joiner.client()));
    }

    private static String ticket(Member member) {
        return member.version() == Version.V1 ? "" : Tickets.next(member.group());
    }

    private static Frame answer(Sessions.Begun begun, Reply reply, long timestamp) {
        Member member = begun.session().member();
        var listed = begun.listed().stream().map(other -> other.entry(member.version()));
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
                begun.session().ticket(),
                0);
        return Frames.login(welcome, Positions.text(begun.positions()), listed);
    }

    private Optional<Member> member(Connection from, @Nullable Session before, JsonObject body, long now) {
        Optional<Id> bid = Id.of(body.get("bid"));
        Optional<Id> uid = Id.of(body.get("customer_id"));
        Optional<String> name = name(body.get("customer_name"));
        if (bid.isEmpty() || uid.isEmpty() || name.isEmpty()) {
            return Optional.empty();
        }
        Member member = new Member(from.client(), bid.get(), uid.get(), name.get(), from.version(), node, now);
        return Optional.of(member.as(client(from, before, member)));
    }

    /** In v1 a client is its connection; in v2 a session: what was meant for one must not reach the next one's agent. */
    private static String client(Connection from, @Nullable Session before, Member member) {
        if (from.version() == Version.V1 || !from.hadSession()) {
            return from.client();
        }
        return before != null && before.member().isSameAgentAs(member)
                ? before.member().client()
                : UUID.randomUUID().toString();
    }

    /** A name may be a number too, and becomes text; unlike an id it may be empty, and of any length. */
    private static Optional<String> name(@Nullable JsonValue json) {
        if (json instanceof JsonString text) {
            return Optional.of(text.getString());
        }
        return json != null && json.getValueType() == JsonValue.ValueType.NUMBER
                ? Optional.of(json.toString())
                : Optional.empty();
    }
}
