package kefu.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import kefu.broker.Member;
import kefu.broker.Presence;
import kefu.protocol.Channel;
import kefu.protocol.Id;

/** The lists of who is connected: {@code GET /api/clients}, {@code /api/groups}, {@code /api/uids}. They come in pages. */
final class Queries {
    private static final String ONLINE = "online";
    private static final String DETACHED = "detached";

    private final Presence presence;

    Queries(Presence presence) {
        this.presence = presence;
    }

    // The components are the answers' members, by their names in lower case with underscores.
    public record Client(
            String client,
            String uid,
            String name,
            String group,
            String node,
            long since,
            String protocol,
            String state,
            int status) {}

    public record ClientList(List<Client> clients, Optional<Integer> total, Optional<String> next) {}

    /** @param clients the sessions in the group's channel, @param uids the agents listed in the group */
    public record Group(String group, int clients, int uids) {}

    public record GroupList(List<Group> groups, Optional<Integer> total, Optional<String> next) {}

    /** @param clients the sessions in the agent's channel */
    public record Uid(String uid, boolean online, int clients, List<InGroup> groups) {}

    /** An agent in a group. @param version the version of the change that made the agent online there */
    public record InGroup(String group, int clients, long version) {}

    public record UidList(List<Uid> uids, Optional<Integer> total, Optional<String> next) {}

    Answer clients(Call call) {
        Optional<Id> group = call.optionalId("group");
        Optional<Id> uid = call.optionalId("uid");
        if (call.has("client")) {
            if (group.isPresent() || uid.isPresent()) {
                throw Refusal.bad("client", "goes with neither group nor uid");
            }
            Member found = call.await(presence.session(call.client()))
                    .orElseThrow(() -> Refusal.unknownClient("client"))
                    .member();
            return Answer.ok(new ClientList(List.of(client(found)), Optional.of(1), Optional.empty()));
        }
        Channel channel =
                uid.map(Channel::agent).or(() -> group.map(Channel::group)).orElse(Channel.ALL);
        boolean both = group.isPresent() && uid.isPresent();
        Presence.Page<Member> page = call.await(presence.sessions(channel, call.cursor(), call.limit()));
        List<Client> clients = page.items().stream()
                .filter(member -> !both || group.get().equals(member.group()))
                .map(Queries::client)
                .toList();
        Optional<Integer> total = both ? Optional.empty() : Optional.of(call.await(presence.count(channel)));
        return Answer.ok(new ClientList(clients, total, page.next()));
    }

    Answer groups(Call call) {
        Presence.Page<Channel> page = call.has("group")
                ? named(call.ids("group"), Channel::group)
                : call.await(presence.groups(call.cursor(), call.limit()));
        List<CompletionStage<Integer>> clients =
                page.items().stream().map(presence::count).toList();
        List<CompletionStage<Integer>> agents =
                page.items().stream().map(g -> presence.agentCount(id(g))).toList();
        List<Group> groups = new ArrayList<>();
        for (int i = 0; i < clients.size(); i++) {
            groups.add(new Group(page.items().get(i).key(), call.await(clients.get(i)), call.await(agents.get(i))));
        }
        return Answer.ok(new GroupList(groups, total(call, "group", page, presence::groupCount), page.next()));
    }

    Answer uids(Call call) {
        Optional<Id> group = call.optionalId("group");
        if (group.isPresent()) {
            return uidsOf(group.get(), call);
        }
        Presence.Page<Channel> page = call.has("uid")
                ? named(call.ids("uid"), Channel::agent)
                : call.await(presence.agents(call.cursor(), call.limit()));
        List<CompletionStage<Presence.Page<Member>>> sessions = page.items().stream()
                .map(agent -> presence.sessions(agent, "", Integer.MAX_VALUE))
                .toList();
        List<Uid> uids = new ArrayList<>();
        for (int i = 0; i < sessions.size(); i++) {
            Id uid = id(page.items().get(i));
            List<Member> heard = call.await(sessions.get(i)).items();
            List<InGroup> groups = heard.stream()
                    .filter(member -> member.uid().equals(uid)) // other sessions are only bound to the agent
                    .map(Member::group)
                    .distinct()
                    .flatMap(in -> call.await(presence.agentIn(in, uid)).stream())
                    .map(Queries::inGroup)
                    .toList();
            uids.add(new Uid(uid.key(), !heard.isEmpty(), heard.size(), groups));
        }
        return Answer.ok(new UidList(uids, total(call, "uid", page, presence::agentCount), page.next()));
    }

    /** The agents of one group. Their sessions in other groups do not count. */
    private Answer uidsOf(Id group, Call call) {
        if (call.has("uid")) {
            List<Uid> uids = call.ids("uid").stream()
                    .map(uid -> call.await(presence.agentIn(group, uid))
                            .map(Queries::uid)
                            .orElse(new Uid(uid.key(), false, 0, List.of())))
                    .toList();
            return Answer.ok(new UidList(uids, Optional.empty(), Optional.empty()));
        }
        Presence.Page<Presence.Agent> page = call.await(presence.agentsIn(group, call.cursor(), call.limit()));
        List<Uid> uids = page.items().stream().map(Queries::uid).toList();
        return Answer.ok(new UidList(uids, Optional.of(call.await(presence.agentCount(group))), page.next()));
    }

    private static Presence.Page<Channel> named(List<Id> ids, Function<Id, Channel> channel) {
        return new Presence.Page<>(ids.stream().map(channel).toList(), Optional.empty());
    }

    /** The total, which only the first page of an unfiltered list has. */
    private static Optional<Integer> total(
            Call call, String names, Presence.Page<Channel> page, Supplier<CompletionStage<Integer>> count) {
        if (call.has(names) || call.has("cursor")) {
            return Optional.empty();
        }
        return Optional.of(page.next().isEmpty() ? page.items().size() : call.await(count.get()));
    }

    private static Id id(Channel channel) {
        return Id.ofText(channel.key()).orElseThrow();
    }

    private static Client client(Member m) {
        return new Client(
                m.client(),
                m.uid().key(),
                m.name(),
                m.group().key(),
                m.node(),
                m.since(),
                m.version().name().toLowerCase(Locale.ROOT),
                m.isConnected() ? ONLINE : DETACHED,
                m.status().number());
    }

    private static Uid uid(Presence.Agent agent) {
        return new Uid(agent.uid().key(), true, agent.sessions(), List.of(inGroup(agent)));
    }

    private static InGroup inGroup(Presence.Agent agent) {
        return new InGroup(agent.group().key(), agent.sessions(), agent.version());
    }
}
