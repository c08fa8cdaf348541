package kefu.api;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import kefu.broker.Audience;
import kefu.broker.Broker;
import kefu.broker.Presence;
import kefu.broker.Publication;
import kefu.broker.Published;
import kefu.protocol.Channel;
import kefu.protocol.Id;
import org.jspecify.annotations.Nullable;

/** {@code POST /api/push}: what a backend says to groups, agents, clients or all. */
final class PushApi {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Set<String> MEMBERS = Set.of("to", "message", "exclude", "id");
    private static final Set<String> EXCLUDED = Set.of("clients", "uids");

    /** So many fit into a body of the default size. */
    private static final int MOST_TARGETS = 1_000;

    private static final int MOST_EXCLUDED = 10_000;

    private final Broker broker;
    private final Presence presence;

    PushApi(Broker broker, Presence presence) {
        this.broker = broker;
        this.presence = presence;
    }

    // The components are the answer's members; public, since JSON-B reads them.
    public record Results(List<Result> results) {}

    /** @param status 200, or 404 where there is no such client */
    public record Result(JsonObject to, int status, int delivered, boolean stored, String epoch, long off) {}

    /** One target. @param client its public id, where it is a client: one that is not there is unknown */
    private record Target(JsonObject to, Channel channel, Optional<String> client) {}

    List<Route> routes() {
        return List.of(new Route("POST", "/api/push", Set.of(), Route.Body.REQUIRED, this::push));
    }

    private CompletionStage<Results> push(ApiCall call) {
        JsonObject body = call.bodyOrEmpty();
        ApiCall.onlyMembers(body, MEMBERS, "");
        if (!(body.get("message") instanceof JsonObject message)) {
            throw ApiException.badArgument("message", "must be a JSON object");
        }
        boolean several = body.get("to") instanceof JsonArray;
        List<Target> targets = targets(body.get("to"));
        Publication publication = Publication.byBackend(message.toString(), audience(body.get("exclude")), id(body));
        CompletionStage<List<Result>> results = CompletableFuture.completedFuture(new ArrayList<>());
        for (Target target : targets) {
            results = results.thenCompose(done -> publish(target, publication).thenApply(result -> {
                if (result.status() == 404 && !several) {
                    throw ApiException.unknown("client");
                }
                done.add(result);
                return done;
            }));
        }
        return results.thenApply(Results::new);
    }

    private CompletionStage<Result> publish(Target target, Publication publication) {
        CompletionStage<Boolean> known = target.client().isEmpty()
                ? CompletableFuture.completedFuture(true)
                : presence.session(target.client().get()).thenApply(Optional::isPresent);
        return known.thenCompose(there -> there
                ? broker.publish(target.channel(), publication).thenApply(published -> result(target, published))
                : CompletableFuture.completedFuture(new Result(target.to(), 404, 0, false, "", 0)));
    }

    private static Result result(Target target, Published published) {
        return new Result(
                target.to(),
                200,
                published.delivered(),
                published.stored(),
                published.position().epoch(),
                published.position().off());
    }

    private static List<Target> targets(@Nullable JsonValue to) {
        if (to instanceof JsonArray list) {
            if (list.isEmpty() || list.size() > MOST_TARGETS) {
                throw ApiException.badArgument("to", "must name 1 to " + MOST_TARGETS + " targets");
            }
            return list.stream().map(PushApi::target).toList();
        }
        return List.of(target(to));
    }

    private static Target target(@Nullable JsonValue json) {
        if (!(json instanceof JsonObject to) || to.size() != 1) {
            throw ApiException.badArgument("to", "must be one of {group}, {uid}, {client}, {all:true}");
        }
        String kind = to.keySet().iterator().next();
        JsonValue value = to.get(kind);
        return switch (kind) {
            case "group" -> new Target(to, Channel.group(id("to.group", value)), Optional.empty());
            case "uid" -> new Target(to, Channel.agent(id("to.uid", value)), Optional.empty());
            case "client" -> {
                String client = id("to.client", value).key();
                yield new Target(to, Channel.client(client), Optional.of(client));
            }
            case "all" -> {
                if (value != JsonValue.TRUE) {
                    throw ApiException.badArgument("to.all", "must be true");
                }
                yield new Target(to, Channel.ALL, Optional.empty());
            }
            default -> throw ApiException.badArgument("to." + kind, "unknown member");
        };
    }

    private static Id id(String field, @Nullable JsonValue value) {
        return Id.of(value)
                .orElseThrow(() -> ApiException.badArgument(
                        field, "must be text or a number of 1 to " + Id.MAX_CHARS + " characters"));
    }

    private static Audience audience(@Nullable JsonValue exclude) {
        if (exclude == null) {
            return Audience.EVERYBODY;
        }
        if (!(exclude instanceof JsonObject object)) {
            throw ApiException.badArgument("exclude", "must be {clients:[…], uids:[…]}");
        }
        ApiCall.onlyMembers(object, EXCLUDED, "exclude.");
        return new Audience(Optional.empty(), keys(object, "clients"), keys(object, "uids"));
    }

    private static Set<String> keys(JsonObject exclude, String name) {
        JsonValue value = exclude.get(name);
        if (value == null) {
            return Set.of();
        }
        if (!(value instanceof JsonArray list) || list.size() > MOST_EXCLUDED) {
            throw ApiException.badArgument("exclude." + name, "must be a list of at most " + MOST_EXCLUDED);
        }
        Set<String> keys = new HashSet<>();
        list.forEach(item -> keys.add(id("exclude." + name, item).key()));
        return keys;
    }

    private static Optional<String> id(JsonObject body) {
        JsonValue id = body.get("id");
        if (id == null) {
            return Optional.empty();
        }
        if (id instanceof JsonString text && ID.matcher(text.getString()).matches()) {
            return Optional.of(text.getString());
        }
        throw ApiException.badArgument("id", "must be 1 to 64 of A-Z a-z 0-9 . _ -");
    }
}
