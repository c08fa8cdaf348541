package kefu.broker;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import kefu.protocol.Channel;
import kefu.protocol.Id;
import org.jspecify.annotations.Nullable;

/** The listed sessions of this process, and their places in the channels besides their groups'. Thread-safe. */
final class LocalSessions {
    private final LocalBroker broker;
    private final ConcurrentMap<String, LocalSession> byClient = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, LocalSession> byTicketHash = new ConcurrentHashMap<>();
    private final Set<LocalSession> detached = ConcurrentHashMap.newKeySet();

    LocalSessions(LocalBroker broker) {
        this.broker = broker;
    }

    @Nullable LocalSession get(String client) {
        return byClient.get(client);
    }

    Optional<LocalSession> find(Id group, String ticketHash) {
        return Optional.ofNullable(byTicketHash.get(ticketHash))
                .filter(session -> session.member().group().equals(group));
    }

    /** Under the lock of its group, as are the two below. */
    void add(LocalSession session) {
        SessionRecord record = session.record();
        byClient.put(record.member().client(), session);
        if (!record.ticketHash().isEmpty()) {
            byTicketHash.put(record.ticketHash(), session);
        }
    }

    void detached(LocalSession session) {
        detached.add(session);
    }

    void resumed(LocalSession session) {
        detached.remove(session);
    }

    /** Whether a session waits for its client. */
    boolean someAreDetached() {
        return !detached.isEmpty();
    }

    void clear() {
        byClient.clear();
        byTicketHash.clear();
        detached.clear();
    }

    /** Those whose grace has ended. */
    List<Member> due(long nanos) {
        return detached.stream()
                .filter(session -> session.isDue(nanos))
                .map(LocalSession::member)
                .toList();
    }

    /** A session has been taken off its group's list. */
    void remove(LocalSession session) {
        SessionRecord record = session.record();
        byClient.remove(record.member().client(), session);
        byTicketHash.remove(record.ticketHash(), session);
        detached.remove(session);
        settle(session);
    }

    /** Puts a session into all its channels besides its group's, or takes it out. */
    void settle(LocalSession session) {
        session.own().forEach(channel -> settle(session, channel));
        session.record().joined().forEach(channel -> settle(session, channel));
    }

    /** Puts a session into a channel or takes it out, as its record says, which another thread may change at the same time. */
    void settle(LocalSession session, Channel name) {
        boolean hears;
        do {
            boolean now = session.hears(name);
            hears = now;
            broker.step(name, channel -> {
                if (now) {
                    channel.add(session);
                } else {
                    channel.remove(session, broker.now());
                }
                return true;
            });
        } while (hears != session.hears(name));
    }

    /** Those of each group in the order of joining. */
    List<PresenceSnapshot.Session> snapshot(long nanos) {
        List<PresenceSnapshot.Session> sessions = new ArrayList<>();
        for (Channel group : broker.index().groups().values()) {
            broker.step(group, channel -> {
                for (LocalSession session : channel.sessions()) {
                    sessions.add(session.snapshot(nanos, channel.onlineVersion(session.member())));
                }
                return true;
            });
        }
        return sessions;
    }

    void restore(List<PresenceSnapshot.Session> from, long nanos, Duration grace, Duration least) {
        for (PresenceSnapshot.Session one : from) {
            LocalSession session = new LocalSession(one.record());
            if (one.graceLeftMillis().isEmpty()) {
                session.cut(nanos + grace.toNanos());
            } else {
                long left = MILLISECONDS.toNanos(one.graceLeftMillis().getAsLong());
                session.detach(session.member().detached(), nanos + Math.max(left, least.toNanos()));
            }
            settle(session);
            broker.step(Channel.group(session.member().group()), channel -> {
                channel.list(session, one.onlineVersion());
                add(session);
                detached(session);
                return true;
            });
        }
    }
}
