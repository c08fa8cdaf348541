package kefu.api;

import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kefu.broker.Member;
import kefu.broker.Presence;
import kefu.gateway.Clients;
import kefu.protocol.Channel;
import kefu.protocol.Frame;
import kefu.protocol.Id;

/** What a backend does to a client: groups and agents' channels that it hears, its data, its end. */
final class ClientApi {
    /** What a backend keeps with a session is held in memory as long as the session is. */
    private static final int MOST_DATA_BYTES = 64 << 10;

    private static final Set<String> CLIENT = Set.of("client");

    private final Clients clients;
    private final Presence presence;

    ClientApi(Clients clients, Presence presence) {
        this.clients = clients;
        this.presence = presence;
    }

    // The components are the answers' members.
    public record Joined(String client, String group) {}

    public record Bound(String client, String uid) {}

    public record Ungrouped(String group, int left) {}

    public record Data(String client, JsonObject data) {}

    public record Closed(int closed) {}

    List<Route> routes() {
        Set<String> member = Set.of("group", "client");
        Set<String> binding = Set.of("uid", "client");
        return List.of(
                new Route("PUT", "/api/members", member, Route.Body.NONE, call -> member(call, true)),
                new Route("DELETE", "/api/members", member, Route.Body.NONE, call -> member(call, false)),
                new Route("DELETE", "/api/groups", Set.of("group"), Route.Body.NONE, this::ungroup),
                new Route("PUT", "/api/bindings", binding, Route.Body.NONE, call -> binding(call, true)),
                new Route("DELETE", "/api/bindings", binding, Route.Body.NONE, call -> binding(call, false)),
                new Route("GET", "/api/sessions", CLIENT, Route.Body.NONE, this::data),
                new Route("PUT", "/api/sessions", CLIENT, Route.Body.REQUIRED, this::replace),
                new Route("PATCH", "/api/sessions", CLIENT, Route.Body.REQUIRED, this::merge),
                new Route("DELETE", "/api/clients", CLIENT, Route.Body.OPTIONAL, this::close),
                new Route("DELETE", "/api/uids", Set.of("uid"), Route.Body.OPTIONAL, this::closeAgent));
    }

    private CompletionStage<Joined> member(ApiCall call, boolean join) {
        Id group = call.id("group");
        String client = call.one("client");
        return change(client, Channel.group(group), join, "group").thenApply(done -> new Joined(client, group.key()));
    }

    private CompletionStage<Bound> binding(ApiCall call, boolean bind) {
        Id uid = call.id("uid");
        String client = call.one("client");
        return change(client, Channel.agent(uid), bind, "uid").thenApply(done -> new Bound(client, uid.key()));
    }

    private CompletionStage<Clients.Outcome> change(String client, Channel channel, boolean in, String field) {
        return (in ? clients.join(client, channel) : clients.leave(client, channel)).thenApply(outcome -> {
            if (outcome == Clients.Outcome.OWN) {
                throw ApiException.of(
                        409, "the session is logged in with this " + field + ": close the client instead");
            }
            return known(outcome);
        });
    }

    private CompletionStage<Ungrouped> ungroup(ApiCall call) {
        Id group = call.id("group");
        Channel channel = Channel.group(group);
        return presence.count(channel).thenCompose(there -> {
            if (there == 0) {
                throw ApiException.unknown("group");
            }
            return clients.leaveAll(channel).thenApply(left -> new Ungrouped(group.key(), left));
        });
    }

    private CompletionStage<Data> data(ApiCall call) {
        String client = call.one("client");
        return presence.data(client).thenApply(data -> kept(client, data));
    }

    private CompletionStage<Data> replace(ApiCall call) {
        String client = call.one("client");
        return presence.setData(client, bounded(call)).thenApply(data -> kept(client, data));
    }

    private CompletionStage<Data> merge(ApiCall call) {
        String client = call.one("client");
        return presence.mergeData(client, bounded(call)).thenApply(data -> kept(client, data));
    }

    private static JsonObject bounded(ApiCall call) {
        JsonObject data = call.bodyOrEmpty();
        if (Frame.utf8Length(data.toString()) > MOST_DATA_BYTES) {
            throw ApiException.of(413, "more than " + MOST_DATA_BYTES + " bytes");
        }
        return data;
    }

    private static Data kept(String client, Optional<JsonObject> data) {
        return new Data(client, data.orElseThrow(() -> ApiException.unknown("client")));
    }

    private CompletionStage<Closed> close(ApiCall call) {
        Optional<String> message = message(call);
        return clients.close(call.one("client"), message).thenApply(outcome -> {
            known(outcome);
            return new Closed(1);
        });
    }

    private CompletionStage<Closed> closeAgent(ApiCall call) {
        Optional<String> message = message(call);
        return presence.sessions(Channel.agent(call.id("uid")), "", Integer.MAX_VALUE - 1)
                .thenCompose(sessions -> {
                    if (sessions.items().isEmpty()) {
                        throw ApiException.unknown("uid");
                    }
                    List<CompletableFuture<Clients.Outcome>> closing = new ArrayList<>();
                    for (Member member : sessions.items()) {
                        closing.add(clients.close(member.client(), message).toCompletableFuture());
                    }
                    return CompletableFuture.allOf(closing.toArray(CompletableFuture[]::new))
                            .thenApply(all -> new Closed((int) closing.stream()
                                    .filter(one -> one.join() == Clients.Outcome.DONE)
                                    .count()));
                });
    }

    /** The text of what the client hears before its end. */
    private static Optional<String> message(ApiCall call) {
        ApiCall.onlyMembers(call.bodyOrEmpty(), Set.of("message"), "");
        if (call.body().isEmpty()) {
            return Optional.empty();
        }
        if (!(call.body().get().get("message") instanceof JsonObject message)) {
            throw ApiException.badArgument("message", "must be a JSON object");
        }
        return Optional.of(message.toString());
    }

    private static Clients.Outcome known(Clients.Outcome outcome) {
        if (outcome == Clients.Outcome.UNKNOWN) {
            throw ApiException.unknown("client");
        }
        return outcome;
    }
}
