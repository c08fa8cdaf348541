package kefu.gateway;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kefu.backend.Backend;
import kefu.broker.Member;
import kefu.connection.Connection;
import kefu.connection.IdempotencyCache;
import kefu.metrics.Metrics;
import kefu.protocol.ErrorCode;
import kefu.protocol.Frame;
import kefu.protocol.Json;
import kefu.protocol.Request;
import kefu.session.Session;
import org.jspecify.annotations.Nullable;

/**
 * Forwards to the backend every method that the gateway does not answer itself. A request with an id is forwarded once. The
 * same request sent again gets the answer to the first one (protocol v2, "Answers").
 */
final class ForwardMethod implements Method {
    private static final String EVERY_METHOD = "*";

    private final Backend backend;
    private final Set<String> idempotent;
    private final Metrics metrics;

    /** @param idempotent the methods that may be forwarded twice; {@code *}: all */
    ForwardMethod(Backend backend, Set<String> idempotent, Metrics metrics) {
        this.backend = backend;
        this.idempotent = idempotent;
        this.metrics = metrics;
    }

    @Override
    public CompletionStage<Void> handle(Connection from, Request.Call call) {
        String text = Json.encodable(call.body().toString());
        return call.reply()
                .id()
                .map(id -> once(from, call, text, id))
                .orElseGet(() -> call(from, call, text).thenApply(answer -> answer.toFrame(call.reply())))
                .thenAccept(from::send);
    }

    private CompletionStage<Frame> once(Connection from, Request.Call call, String text, String id) {
        IdempotencyCache cache = from.login().idempotencyCache();
        IdempotencyCache.Entry asked = new IdempotencyCache.Entry(call.body(), text);
        boolean mayBeDone =
                !IdempotencyCache.isAgain(call.body()) || isIdempotent(call.method()) || cache.wasNeverServed(id);
        IdempotencyCache.@Nullable Entry before = mayBeDone ? cache.putIfAbsent(id, asked) : cache.get(id);
        if (before != null && !before.isSameAs(asked)) {
            return refused(call, ErrorCode.BAD_ID);
        }
        if (before != null) {
            return before.wasCutOff() ? refused(call, ErrorCode.OUTCOME_UNKNOWN) : before.answer();
        }
        if (!mayBeDone) {
            return refused(call, ErrorCode.OUTCOME_UNKNOWN);
        }
        return call(from, call, text)
                .thenApply(answer -> {
                    Frame frame = answer.toFrame(call.reply());
                    cache.complete(id, asked, frame, !(answer instanceof Backend.Refused)); // which was not done
                    return frame;
                })
                .whenComplete((frame, fault) -> {
                    if (fault != null) { // a repeated request waits for this answer too
                        cache.complete(id, asked, call.reply().error(ErrorCode.BUSY), false);
                    }
                });
    }

    private boolean isIdempotent(String method) {
        return idempotent.contains(method) || idempotent.contains(EVERY_METHOD);
    }

    private CompletionStage<Backend.Answer> call(Connection from, Request.Call call, String text) {
        Optional<Member> member = Optional.ofNullable(Session.on(from)).map(Session::member);
        String client = member.map(Member::client).orElse(from.client());
        return CompletableFuture.completedFuture(new Backend.Call(
                        call.method(),
                        call.body(),
                        text,
                        client,
                        member,
                        call.reply().id()))
                .thenCompose(backend::call)
                .thenApply(answer -> {
                    if (answer instanceof Backend.Refused refused) {
                        metrics.refused(refused.error().code());
                    }
                    return answer;
                });
    }

    private CompletionStage<Frame> refused(Request.Call call, ErrorCode error) {
        metrics.refused(error.code());
        return CompletableFuture.completedFuture(call.reply().error(error));
    }
}
