package kefu.api;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import kefu.broker.Member;
import kefu.broker.Presence;
import kefu.protocol.Channel;
import kefu.protocol.Id;

/** Who is there: clients, groups and agents, one by one, several at once, or page by page. Ids are text in the answers. */
final class LookupApi {
    private final Presence presence;

    LookupApi(Presence presence) {
        this.presence = presence;
    }

    // The components are the answers' members.
    public record Clients(List<Client> clients, Optional<String> next) {}

    /** @param since when it logged in, in epoch seconds. @param protocol v1 or v2. @param state online */
    public record Client(
            String client,
            String uid,
            String name,
            String group,
            String node,
            long since,
            String protocol,
            String state) {}

    public record Groups(List<Group> groups, Optional<String> next) {}

    /** @param clients sessions that hear it; @param uids agents that are listed in it */
    public record Group(String group, boolean online, int clients, int uids) {}

    public record Uids(List<Uid> uids, Optional<String> next) {}

    /** @param clients sessions that hear the agent's channel; @param groups where the agent is logged in */
    public record Uid(String uid, boolean online, int clients, List<Listed> groups) {}

    /** @param version of the change by which the agent came online there */
    public record Listed(String group, int clients, long version) {}

    List<Route> routes() {
        return List.of(
                new Route(
                        "GET",
                        "/api/clients",
                        Set.of("client", "group", "uid", "cursor", "limit"),
                        Route.Body.NONE,
                        this::clients),
                new Route("GET", "/api/groups", Set.of("group", "cursor", "limit"), Route.Body.NONE, this::groups),
                new Route("GET", "/api/uids", Set.of("uid", "group", "cursor", "limit"), Route.Body.NONE, this::uids));
    }

    private CompletionStage<Clients> clients(ApiCall call) {
        if (call.has("client")) {
            return each(call.all("client"), presence::session)
                    .thenApply(found -> new Clients(
                            found.stream()
                                    .flatMap(Optional::stream)
                                    .map(LookupApi::client)
                                    .toList(),
                            Optional.empty()));
        }
        Channel channel = Channel.ALL;
        if (call.has("uid")) {
            channel = Channel.agent(call.id("uid"));
        } else if (call.has("group")) {
            channel = Channel.group(call.id("group"));
        }
        Optional<Id> within = call.has("uid") && call.has("group") ? Optional.of(call.id("group")) : Optional.empty();
        return presence.sessions(channel, call.cursor(), call.limit())
                .thenApply(page -> new Clients(
                        page.items().stream()
                                .filter(member ->
                                        within.isEmpty() || within.get().equals(member.group()))
                                .map(LookupApi::client)
                                .toList(),
                        page.next()));
    }

    private static Client client(Member member) {
        return new Client(
                member.client(),
                member.uid().key(),
                member.name(),
                member.group().key(),
                member.node(),
                member.since(),
                member.version().name().toLowerCase(Locale.ROOT),
                "online");
    }

    private CompletionStage<Groups> groups(ApiCall call) {
        if (call.has("group")) {
            List<Channel> asked = call.ids("group").stream().map(Channel::group).toList();
            return each(asked, this::group).thenApply(found -> new Groups(found, Optional.empty()));
        }
        return presence.groups(call.cursor(), call.limit()).thenCompose(page -> each(page.items(), this::group)
                .thenApply(found -> new Groups(found, page.next())));
    }

    private CompletionStage<Group> group(Channel channel) {
        return presence.count(channel)
                .thenCombine(
                        presence.agentsIn(ApiCall.id("group", channel.key())),
                        (clients, agents) -> new Group(channel.key(), clients > 0, clients, agents.size()));
    }

    private CompletionStage<Uids> uids(ApiCall call) {
        Map<Id, CompletionStage<List<Presence.Agent>>> known = new HashMap<>();
        if (call.has("uid")) {
            return each(call.ids("uid"), uid -> uid(uid, known)).thenApply(found -> new Uids(found, Optional.empty()));
        }
        CompletionStage<Presence.Page<Id>> page = call.has("group")
                ? presence.agentsIn(call.id("group")).thenApply(agents -> page(agents, call.cursor(), call.limit()))
                : presence.agents(call.cursor(), call.limit())
                        .thenApply(some -> new Presence.Page<>(
                                some.items().stream()
                                        .map(channel -> ApiCall.id("uid", channel.key()))
                                        .toList(),
                                some.next()));
        return page.thenCompose(
                some -> each(some.items(), uid -> uid(uid, known)).thenApply(found -> new Uids(found, some.next())));
    }

    private static Presence.Page<Id> page(List<Presence.Agent> agents, String after, int limit) {
        List<Id> uids = agents.stream()
                .map(Presence.Agent::uid)
                .filter(uid -> uid.key().compareTo(after) > 0)
                .sorted(Comparator.comparing(Id::key))
                .limit(limit + 1L)
                .toList();
        return uids.size() <= limit
                ? new Presence.Page<>(uids, Optional.empty())
                : new Presence.Page<>(
                        uids.subList(0, limit), Optional.of(uids.get(limit - 1).key()));
    }

    /** @param known the agents of the groups that this call has looked at already */
    private CompletionStage<Uid> uid(Id uid, Map<Id, CompletionStage<List<Presence.Agent>>> known) {
        Channel channel = Channel.agent(uid);
        return presence.sessions(channel, "", Integer.MAX_VALUE - 1).thenCompose(sessions -> {
            List<Id> groups = sessions.items().stream()
                    .filter(member -> member.uid().equals(uid))
                    .map(Member::group)
                    .distinct()
                    .toList();
            return each(groups, group -> known.computeIfAbsent(group, presence::agentsIn))
                    .thenApply(agents -> new Uid(
                            uid.key(),
                            !sessions.items().isEmpty(),
                            sessions.items().size(),
                            agents.stream()
                                    .flatMap(List::stream)
                                    .filter(agent -> agent.uid().equals(uid))
                                    .map(agent -> new Listed(agent.group().key(), agent.sessions(), agent.version()))
                                    .toList()));
        });
    }

    private static <A, B> CompletionStage<List<B>> each(List<A> items, Function<A, CompletionStage<B>> look) {
        CompletionStage<List<B>> all = CompletableFuture.completedFuture(new ArrayList<>());
        for (A item : items) {
            all = all.thenCompose(found -> look.apply(item).thenApply(one -> {
                found.add(one);
                return found;
            }));
        }
        return all;
    }
}
