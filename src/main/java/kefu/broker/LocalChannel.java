package kefu.broker;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.stream.Stream;
import kefu.protocol.Channel;
import kefu.protocol.Position;
import org.jspecify.annotations.Nullable;

/** One channel of this process: its stream, who is in it, and what is still to be told of it. All guarded by itself. */
final class LocalChannel {
    /** A session's place in the channel. @param listed whether it is in the group's list: it logged in here */
    private record Membership(Member member, boolean listed) {}

    private record Answered(PublishResult answer, long atNanos) {}

    /** An agent with listed sessions. */
    private static final class Agent {
        final Member first;
        final long version;
        int sessions;

        Agent(Member first, long version) {
            this.first = first;
            this.version = version;
        }
    }

    final Channel name;
    private final String epoch;
    private final Retention retention;
    private final Retention.Log log = new Retention.Log();
    private final Map<String, Membership> members = new LinkedHashMap<>(2);
    private Map<String, Agent> agents = Map.of(); // most channels have none of either
    private Map<String, Answered> answered = Map.of();
    private final Queue<Runnable> effects = new LinkedList<>(); // nearly always empty
    private long top;
    private long saidAtNanos;
    private long leftAtNanos;
    private boolean wasEntered;
    boolean running;
    boolean retired;

    /** @param nanos when it begins */
    LocalChannel(Channel name, String epoch, Retention retention, long nanos) {
        this.name = name;
        this.epoch = epoch;
        this.retention = retention;
        this.saidAtNanos = nanos;
        this.leftAtNanos = nanos;
    }

    Position position() {
        return new Position(epoch, top);
    }

    /** @return the agent's change, where this is the agent's first listed session */
    boolean list(Member member, long version) {
        Membership before = members.get(member.client());
        if (before != null && !before.listed()) {
            members.remove(member.client()); // its place is that of its login, not the one by which it only listened
        }
        members.put(member.client(), new Membership(newest(before, member), true));
        if (before != null && before.listed()) {
            return false;
        }
        if (agents.isEmpty()) {
            agents = new LinkedHashMap<>(2);
        }
        Agent agent = agents.computeIfAbsent(member.uid().key(), key -> new Agent(member, version));
        return ++agent.sessions == 1;
    }

    /** @return empty where the session was not listed; else whether it was the agent's last one */
    Optional<Boolean> unlist(String client) {
        Membership membership = members.get(client);
        if (membership == null || !membership.listed()) {
            return Optional.empty();
        }
        members.remove(client);
        String uid = membership.member().uid().key();
        Agent agent = agents.get(uid);
        boolean last = agent != null && --agent.sessions == 0;
        if (last) {
            agents.remove(uid);
        }
        return Optional.of(last);
    }

    /** Lets a session listen. One that is in the channel already keeps its place. */
    void add(Member member) {
        Membership before = members.get(member.client());
        members.put(member.client(), new Membership(newest(before, member), before != null && before.listed()));
        wasEntered = true;
    }

    /** A listed session is seen as it is now, in its place. @return whether it is listed */
    boolean update(Member member) {
        Membership before = members.get(member.client());
        boolean listed = before != null && before.listed();
        if (listed) {
            members.put(member.client(), new Membership(newest(before, member), true));
        }
        return listed;
    }

    /** Two threads may say how a session is now, and the later be the first to come. */
    private static Member newest(@Nullable Membership before, Member member) {
        return before != null && before.member().isNewerThan(member) ? before.member() : member;
    }

    /** A session that only listens goes; one that is listed stays. */
    void remove(String client, long nanos) {
        Membership membership = members.get(client);
        if (membership != null && !membership.listed()) {
            members.remove(client);
            leftAtNanos = nanos;
        }
    }

    List<Member> listed() {
        List<Member> listed = new ArrayList<>(members.size());
        for (Membership membership : members.values()) {
            if (membership.listed()) {
                listed.add(membership.member());
            }
        }
        return listed;
    }

    Stream<Member> members() {
        return members.values().stream().map(Membership::member);
    }

    int size() {
        return members.size();
    }

    @Nullable Member member(String client) {
        Membership membership = members.get(client);
        return membership == null ? null : membership.member();
    }

    List<Presence.Agent> agents() {
        return agents.values().stream()
                .map(a -> new Presence.Agent(a.first.group(), a.first.uid(), a.sessions, a.version))
                .toList();
    }

    /** Publishes what is to be published, and says what became of it. */
    PublishResult publish(Publication publication, long nanos, Broker.@Nullable Listener to) {
        Optional<String> id = publication.id();
        Answered before = id.map(answered::get).orElse(null);
        if (before != null) {
            return before.answer();
        }
        boolean heard = false;
        int connected = 0;
        for (Membership membership : members.values()) {
            if (publication.audience().includes(membership.member())) {
                heard = true;
                connected += membership.member().isConnected() ? 1 : 0;
            }
        }
        if (!heard && publication.onlyIfHeard()) {
            return new PublishResult(0, false, position());
        }
        PublishResult now = new PublishResult(connected, append(publication, nanos, to), position());
        id.ifPresent(key -> remember(key, new Answered(now, nanos)));
        return now;
    }

    private void remember(String id, Answered answer) {
        if (answered.isEmpty()) {
            answered = new LinkedHashMap<>(2);
        }
        answered.put(id, answer);
    }

    /** Gives a publication the next offset. @return whether it is kept */
    boolean append(Publication publication, long nanos, Broker.@Nullable Listener to) {
        saidAtNanos = nanos;
        Delivery delivery = new Delivery(name, ++top, publication);
        if (to != null && !members.isEmpty()) {
            effects.add(() -> to.published(delivery));
        }
        return retention.add(log, delivery);
    }

    /** Runs something behind the effects that wait. */
    void then(Runnable step) {
        effects.add(step);
    }

    @Nullable Runnable nextStep() {
        return effects.poll();
    }

    Broker.Page read(Position after, int maxEntries, int maxBytes) {
        boolean known = after.epoch().equals(epoch) && after.off() <= top && after.off() >= 0;
        List<Delivery> entries = known ? retention.read(log, after.off(), maxEntries, maxBytes) : List.of();
        return new Broker.Page(entries, !known || (entries.isEmpty() && after.off() < top), position());
    }

    /**
     * Whether it can go at once: nobody is in it, nothing was ever said in it, and nobody can come back to it with a
     * position: nobody was in it, or it is that of a session, which has ended.
     */
    boolean isUnused() {
        return members.isEmpty() && top == 0 && (!wasEntered || name.isClient());
    }

    boolean wasPublishedIn() {
        return top > 0;
    }

    /** Forgets what is older than its time. @return whether the channel itself is: nobody can hold a position in it */
    boolean expire(long nanos, long retentionNanos, long idNanos) {
        answered.values().removeIf(a -> nanos - a.atNanos() > idNanos);
        if (nanos - saidAtNanos <= retentionNanos) {
            return false;
        }
        retention.clear(log);
        boolean mayBeHeld = !members.isEmpty() || nanos - leftAtNanos <= retentionNanos;
        return !mayBeHeld && answered.isEmpty() && effects.isEmpty() && !running;
    }
}
