package kefu.broker;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import kefu.protocol.Channel;
import kefu.protocol.Position;
import org.jspecify.annotations.Nullable;

/** One channel of this process: its stream, who is in it, and what is still to be told of it. All guarded by itself. */
final class LocalChannel {
    /** An agent with listed sessions. */
    private static final class Agent {
        final long version;

        /** In the order of joining. Most agents have one. */
        final List<LocalSession> sessions = new ArrayList<>(1);

        Agent(long version) {
            this.version = version;
        }
    }

    /** In a snapshot, the ids of what agents say begin so. Those of the API have no space. */
    private static final String SAID = " ";

    final Channel name;
    private final String epoch;
    private final Retention retention;
    private final Retention.Log log;
    private final PublishIds ids;
    private final PublishIds saidIds;
    private final PublishIds.OfChannel known = new PublishIds.OfChannel();
    private final PublishIds.OfChannel knownSaid = new PublishIds.OfChannel();

    /** By client: so a page of a long list is found without looking at the rest. */
    private final NavigableMap<String, LocalSession> members = new TreeMap<>();

    /** Those of them that logged in here, in the order of joining. */
    private Map<String, LocalSession> listed = Map.of(); // most channels have neither

    private NavigableMap<String, Agent> agents = Collections.emptyNavigableMap();
    private final List<Runnable> effects = new LinkedList<>(); // nearly always empty
    private int urgent; // so many of them, the first ones
    private long top;
    private long saidAtNanos;
    private long leftAtNanos;
    private boolean wasEntered;
    private boolean expectsSession;
    boolean running;
    boolean retired;

    /** Whether it is among the channels that have a session. Of {@link ChannelIndex}. */
    boolean indexed;

    /**
     * @param ids of what the API publishes
     * @param saidIds of what agents say
     * @param nanos when it begins
     */
    LocalChannel(Channel name, String epoch, Retention retention, PublishIds ids, PublishIds saidIds, long nanos) {
        this.name = name;
        this.epoch = epoch;
        this.retention = retention;
        this.log = new Retention.Log(name, epoch);
        this.ids = ids;
        this.saidIds = saidIds;
        this.saidAtNanos = nanos;
        this.leftAtNanos = nanos;
    }

    /** Goes on with another broker's channel. @param nanos now */
    LocalChannel(StreamsSnapshot.Stream from, Retention retention, PublishIds ids, PublishIds saidIds, long nanos) {
        this(from.channel(), from.epoch(), retention, ids, saidIds, nanos);
        top = from.top();
        saidAtNanos = nanos - MILLISECONDS.toNanos(from.saidMillisAgo());
        leftAtNanos = nanos - MILLISECONDS.toNanos(from.leftMillisAgo());
        wasEntered = true;
        for (StreamsSnapshot.Answered one : from.answered()) {
            long at = nanos - MILLISECONDS.toNanos(one.millisAgo());
            if (one.id().startsWith(SAID)) {
                saidIds.add(knownSaid, one.id().substring(SAID.length()), one.result(), at);
            } else {
                ids.add(known, one.id(), one.result(), at);
            }
        }
    }

    /** @param nanos now */
    StreamsSnapshot.Stream snapshot(long nanos) {
        List<StreamsSnapshot.Answered> answered = new ArrayList<>();
        ids.all(known).forEach(one -> answered.add(answered(one.id, one, nanos)));
        saidIds.all(knownSaid).forEach(one -> answered.add(answered(SAID + one.id, one, nanos)));
        return new StreamsSnapshot.Stream(
                name,
                epoch,
                top,
                NANOSECONDS.toMillis(nanos - saidAtNanos),
                NANOSECONDS.toMillis(nanos - leftAtNanos),
                answered);
    }

    private static StreamsSnapshot.Answered answered(String id, PublishIds.Known known, long nanos) {
        return new StreamsSnapshot.Answered(id, known.result, NANOSECONDS.toMillis(nanos - known.atNanos));
    }

    /** Keeps a publication of the channel's earlier life. */
    void restore(StreamsSnapshot.Entry entry) {
        retention.add(log, new Delivery(name, epoch, entry.off(), entry.publication()));
    }

    Position position() {
        return new Position(epoch, top);
    }

    /**
     * Lists a session, or renews the one that is listed as this client.
     *
     * @return the session that is listed now
     */
    LocalSession list(LocalSession session, long version) {
        Member member = session.member();
        LocalSession there = listed.get(member.client());
        if (there != null) {
            there.update(member);
            return there;
        }
        if (listed.isEmpty()) {
            listed = new LinkedHashMap<>(2);
            agents = new TreeMap<>();
        }
        listed.put(member.client(), session);
        add(session);
        agents.computeIfAbsent(member.uid().key(), key -> new Agent(version))
                .sessions
                .add(session);
        return session;
    }

    /** A listed session; null: it is not listed. */
    @Nullable LocalSession listed(String client) {
        return listed.get(client);
    }

    /** The listed sessions of a member's agent, in the order of joining. Costs the same however many others are listed. */
    List<LocalSession> sessionsOf(Member member) {
        Agent agent = agents.get(member.uid().key());
        return agent == null ? List.of() : agent.sessions;
    }

    /** The version of the change by which a listed member's agent came. */
    long onlineVersion(Member member) {
        Agent agent = agents.get(member.uid().key());
        return agent == null ? 0 : agent.version;
    }

    /** Takes a listed session off the list. @return whether it was its agent's last one */
    boolean unlist(LocalSession session) {
        Member member = session.member();
        session.end();
        listed.remove(member.client());
        members.remove(member.client());
        String uid = member.uid().key();
        Agent agent = agents.get(uid);
        if (agent == null) {
            return false;
        }
        agent.sessions.remove(session);
        if (agent.sessions.isEmpty()) {
            agents.remove(uid);
        }
        return agent.sessions.isEmpty();
    }

    /** A session is about to come. */
    void expect() {
        expectsSession = members.isEmpty();
        wasEntered = true;
    }

    boolean expectsSession() {
        return expectsSession;
    }

    /** Lets a session listen. */
    void add(LocalSession session) {
        members.put(session.member().client(), session);
        wasEntered = true;
        expectsSession = false;
    }

    /** A session that only listens goes. */
    void remove(LocalSession session, long nanos) {
        if (members.remove(session.member().client(), session)) {
            leftAtNanos = nanos;
        }
    }

    /** The sessions that are listed, in the order of joining. */
    Collection<LocalSession> sessions() {
        return listed.values();
    }

    Presence.Joined joined(LocalSession session) {
        List<Member> list = new ArrayList<>(listed.size());
        for (LocalSession one : listed.values()) {
            list.add(one.member());
        }
        return new Presence.Joined(list, position(), session.record());
    }

    Presence.Page<Member> members(String after, int limit) {
        return ChannelIndex.page(members, after, limit, LocalSession::member);
    }

    int size() {
        return members.size();
    }

    int agentCount() {
        return agents.size();
    }

    /** An agent with a listed session. */
    Presence.@Nullable Agent agent(String uid) {
        Agent agent = agents.get(uid);
        return agent == null ? null : shown(agent);
    }

    Presence.Page<Presence.Agent> agents(String after, int limit) {
        return ChannelIndex.page(agents, after, limit, LocalChannel::shown);
    }

    private static Presence.Agent shown(Agent agent) {
        Member first = agent.sessions.get(0).member();
        return new Presence.Agent(first.group(), first.uid(), agent.sessions.size(), agent.version);
    }

    /** Publishes what is to be published, and says what became of it. */
    PublishResult publish(Publication publication, long nanos, Broker.@Nullable Listener to) {
        Optional<String> id = publication.id();
        PublishIds those = publication.byGateway() ? saidIds : ids;
        PublishIds.OfChannel here = publication.byGateway() ? knownSaid : known;
        PublishResult before = id.isEmpty() ? null : those.find(here, id.get());
        if (before != null) {
            return before;
        }
        boolean heard = false;
        int connected = 0;
        for (LocalSession session : members.values()) {
            Member member = session.member();
            if (publication.audience().includes(member)) {
                heard = true;
                connected += member.isConnected() ? 1 : 0;
            }
        }
        if (!heard && publication.onlyIfHeard()) {
            return new PublishResult(0, false, position());
        }
        PublishResult now = new PublishResult(connected, append(publication, nanos, to), position());
        id.ifPresent(key -> those.add(here, key, now, nanos));
        return now;
    }

    /** Gives a publication the next offset. @return whether it is kept */
    boolean append(Publication publication, long nanos, Broker.@Nullable Listener to) {
        saidAtNanos = nanos;
        Delivery delivery = new Delivery(name, epoch, ++top, publication);
        if (to != null) {
            effects.add(() -> to.published(delivery));
        }
        return retention.add(log, delivery);
    }

    /** Runs something behind the effects that wait. */
    void then(Runnable step) {
        effects.add(step);
    }

    /** Runs something before all deliveries that wait: they take their time, and a stop does not wait for them for ever. */
    void thenSoon(Runnable step) {
        effects.add(urgent++, step);
    }

    @Nullable Runnable nextStep() {
        urgent = Math.max(0, urgent - 1);
        return effects.isEmpty() ? null : effects.remove(0);
    }

    Broker.Page read(Position after, int maxEntries, int maxBytes) {
        if (!after.epoch().equals(epoch)) {
            Position beforeFirst = new Position(epoch, top - retention.size(log));
            return new Broker.Page(List.of(), Optional.of(beforeFirst), position());
        }
        boolean known = after.off() <= top && after.off() >= 0;
        List<Delivery> entries = known ? retention.read(log, after.off(), maxEntries, maxBytes) : List.of();
        boolean lost = !known || (entries.isEmpty() && after.off() < top);
        return new Broker.Page(entries, lost ? Optional.of(position()) : Optional.empty(), position());
    }

    /**
     * Whether it can go at once: nobody is in it or about to come, nothing was ever said in it, and nobody can come back to it
     * with a position: nobody was in it, or it is that of a session, which has ended.
     */
    boolean isUnused() {
        return members.isEmpty() && top == 0 && !expectsSession && (!wasEntered || name.isClient());
    }

    /** Whether nobody needs it now, and nothing of it is still to be told. */
    boolean canBeForgotten() {
        return !retired && members.isEmpty() && !running && effects.isEmpty();
    }

    /** Drops what it keeps. */
    void clear() {
        retention.clear(log);
        ids.clear(known);
        saidIds.clear(knownSaid);
    }

    boolean wasPublishedIn() {
        return top > 0;
    }

    /** Forgets what is older than its time. @return whether the channel itself is: nobody can hold a position in it */
    boolean expire(long nanos, long retentionNanos, long idNanos) {
        boolean noneIsKnown = ids.expire(known, nanos, idNanos) & saidIds.expire(knownSaid, nanos, idNanos);
        if (nanos - saidAtNanos <= retentionNanos) {
            return false;
        }
        retention.clear(log);
        return nanos - leftAtNanos > retentionNanos && noneIsKnown && canBeForgotten();
    }
}
