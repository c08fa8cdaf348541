package kefu.gateway;

import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kefu.broker.Member;
import kefu.protocol.ErrorCode;
import kefu.protocol.Frames;
import kefu.protocol.Id;
import kefu.protocol.Request;
import kefu.session.Connection;
import org.jspecify.annotations.Nullable;

/** {@code login}: who this connection is, and in which group (protocol v1, rule 5). */
final class LoginMethod implements Method {
    private final Groups groups;
    private final Clock clock;

    LoginMethod(Groups groups, Clock clock) {
        this.groups = groups;
        this.clock = clock;
    }

    @Override
    public CompletionStage<?> handle(Connection from, Request.Call call) {
        Optional<Member> asked = member(from.client(), call.body());
        if (asked.isEmpty()) {
            from.send(Frames.error(ErrorCode.BAD_LOGIN, call.method()));
            return CompletableFuture.completedFuture(null);
        }
        Member member = asked.get();
        CompletableFuture<Void> answered = new CompletableFuture<>();
        Member before = from.member();
        if (before == null || before.isSameAgentAs(member)) {
            join(from, member, answered);
        } else {
            groups.leave(from, before, () -> join(from, member, answered));
        }
        return answered;
    }

    private void join(Connection from, Member member, CompletableFuture<Void> answered) {
        long timestamp = clock.instant().getEpochSecond();
        groups.join(from, member, Frames.loginPush(member.uid(), member.name(), timestamp), listed -> {
            from.send(Frames.login(
                    member.uid(), member.name(), timestamp, listed.stream().map(Member::entry)));
            answered.complete(null);
        });
    }

    private static Optional<Member> member(String client, JsonObject body) {
        Optional<Id> bid = Id.of(body.get("bid"));
        Optional<Id> uid = Id.of(body.get("customer_id"));
        Optional<String> name = name(body.get("customer_name"));
        return bid.isPresent() && uid.isPresent() && name.isPresent()
                ? Optional.of(new Member(client, bid.get(), uid.get(), name.get()))
                : Optional.empty();
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
