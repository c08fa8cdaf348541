package kefu.api;

import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Logger;
import kefu.broker.UnavailableException;
import kefu.metrics.LogLine;
import kefu.protocol.Id;

/** One call: its parameters, its body and its deadline. Every wrong argument throws a {@link Refusal}. */
final class Call {
    private static final Logger LOG = Logger.getLogger(Call.class.getName());

    /** The time for the whole call. A call that takes longer is answered 503. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final int LIMIT = 100;
    static final int MAX_LIMIT = 1_000;

    private static final String ID = "must have 1 to " + Id.MAX_CHARS + " characters";

    private final Map<String, List<String>> parameters;
    private final JsonObject body;
    private final long deadline = System.nanoTime() + PATIENCE.toNanos();

    /** @param body empty: the request had none */
    Call(Map<String, List<String>> parameters, JsonObject body) {
        this.parameters = parameters;
        this.body = body;
    }

    JsonObject body() {
        return body;
    }

    boolean has(String name) {
        return parameters.containsKey(name);
    }

    /** The ids of a parameter that may be repeated. */
    List<Id> ids(String name) {
        return parameters.getOrDefault(name, List.of()).stream()
                .map(text -> Id.ofText(text).orElseThrow(() -> Refusal.bad(name, ID)))
                .toList();
    }

    Optional<Id> optionalId(String name) {
        return ids(name).stream().findFirst();
    }

    Id id(String name) {
        return optionalId(name).orElseThrow(() -> Refusal.bad(name, "is missing"));
    }

    /** The public id of a client. */
    String client() {
        return id("client").key();
    }

    /** The cursor from which a list goes on; empty: from the beginning. */
    String cursor() {
        return optionalId("cursor").map(Id::key).orElse("");
    }

    int limit() {
        return parameters.getOrDefault("limit", List.of(String.valueOf(LIMIT))).stream()
                .filter(text -> text.matches("[0-9]{1,4}"))
                .map(Integer::valueOf)
                .filter(limit -> limit >= 1 && limit <= MAX_LIMIT)
                .findFirst()
                .orElseThrow(() -> Refusal.bad("limit", "must be a whole number, 1 to " + MAX_LIMIT));
    }

    /** Waits for a step of the call. @throws Refusal where the step fails, or the deadline is over */
    <T> T await(CompletionStage<T> part) {
        try {
            return part.toCompletableFuture().get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException failed) {
            LOG.log(UnavailableException.level(failed), failed.getCause(), () -> LogLine.of("Fault")
                    .with("in", "api")
                    .toString());
        } catch (TimeoutException late) {
            LOG.warning(() -> LogLine.of("Fault")
                    .with("in", "api")
                    .with("seconds", PATIENCE.toSeconds())
                    .toString());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
        throw Refusal.busy();
    }
}
