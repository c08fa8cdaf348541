package kefu.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import kefu.broker.Member;
import kefu.broker.Presence;
import kefu.broker.SessionRecord;
import kefu.connection.Connection;
import kefu.connection.IdempotencyCache;
import kefu.connection.LoginState;
import kefu.metrics.LogLine;
import kefu.protocol.Channel;
import kefu.protocol.Frame;
import kefu.protocol.Frames;
import kefu.protocol.Position;
import org.jspecify.annotations.Nullable;

/**
 * One login: the agent, the subscriptions, the idempotency cache, and the connection. A session of v2 outlives its connection
 * for the grace, and may continue on another one. Thread-safe.
 */
public final class Session implements LoginState.Attachment {
    private final Replay replay;
    private final String ticket;
    private final IdempotencyCache answers;
    private final Map<Channel, Subscription> subscriptions = new ConcurrentHashMap<>(8);
    private final AtomicBoolean reserved = new AtomicBoolean();
    private volatile Connection connection;
    private volatile Member member;
    private volatile boolean ended;
    private volatile boolean isElsewhere;
    private volatile @Nullable Duration waitsAtMost;

    // guarded by this
    private boolean endsWithConnection;
    private long attempt;
    private int revision = -1; // of none
    private boolean answered;
    private final UntoldChannels untold = new UntoldChannels();

    /** A change of a session's channels. */
    public record Change(List<Subscription> added, List<Subscription> removed) {}

    /**
     * A session that comes to its first connection here.
     *
     * @param record the session as presence has it, or is to have it
     * @param ticket the secret that resumes the session; empty in v1
     * @param answers to its earlier requests
     */
    public Session(
            Connection connection, SessionRecord record, String ticket, IdempotencyCache answers, Replay replay) {
        this.connection = connection;
        this.member = record.member();
        this.attempt = record.attempt();
        this.ticket = ticket;
        this.answers = answers;
        this.replay = replay;
    }

    /** The session on a connection; null before a login. It stays after the connection's end, for requests that still wait. */
    public static @Nullable Session on(Connection connection) {
        return (Session) connection.login().attachment(); // nothing else is ever attached
    }

    public Connection connection() {
        return connection;
    }

    public Member member() {
        return member;
    }

    /**
     * The same agent logs in again, perhaps with another name. All subscriptions are paused until the answer is queued.
     *
     * @return the subscriptions
     */
    public synchronized List<Subscription> renew(Member login) {
        answered = false;
        pause();
        member = member.renewed(login);
        return List.copyOf(subscriptions.values());
    }

    /** Pauses all subscriptions. */
    public void pause() {
        subscriptions.values().forEach(Subscription::pause);
    }

    /** Undoes a second login that has failed. */
    public void undoRenewal(Connection on, Member before) {
        synchronized (this) {
            member = member.renewed(before);
        }
        goOn(on, Optional.empty());
    }

    /**
     * Puts the answer to a login or resume into the queue, then what the API has changed since it began; then the
     * subscriptions go on. Nothing is sent where the session is on another connection meanwhile, or has ended.
     */
    public void answer(Connection on, Frame answer) {
        goOn(on, Optional.of(answer));
    }

    private void goOn(Connection on, Optional<Frame> answer) {
        List<Subscription> paused;
        synchronized (this) {
            if (ended || connection != on) {
                return;
            }
            answer.ifPresent(on::add);
            answered = true;
            tell();
            paused = List.copyOf(subscriptions.values()); // those of the next resume wait for its own answer
        }
        on.flush();
        paused.forEach(this::catchUp);
    }

    /** A channel was joined at a position, or left: the client is told at once, or behind the answer that it waits for. */
    private void changed(Channel channel, Optional<Position> joined) {
        untold.add(channel, joined);
        if (answered) {
            tell();
        }
    }

    private void tell() {
        untold.take(member.version()).ifPresent(connection::add);
    }

    /**
     * Handles the end of the connection.
     *
     * @param mayWait whether the session may wait for another connection
     */
    public synchronized Loss lose(Connection from, boolean mayWait) {
        if (ended || connection != from || !member.isConnected()) {
            return Loss.NOTHING;
        }
        if (!mayWait || endsWithConnection) {
            ended = true;
            return Loss.ENDED;
        }
        member = member.detached();
        return Loss.DETACHED;
    }

    /**
     * Continues on another connection, with new subscriptions to its channels, all paused.
     *
     * @param record the session as presence has given it to that connection
     * @return empty: it has ended, or there was a later attempt
     */
    public synchronized Optional<MovedSession> resume(Connection on, SessionRecord record) {
        if (ended || endsWithConnection || record.attempt() <= attempt) {
            return Optional.empty();
        }
        attempt = record.attempt();
        waitsAtMost = null;
        Connection before = connection;
        List<Subscription> heardBefore = List.copyOf(subscriptions.values());
        connection = on;
        answered = false;
        untold.clear(); // the answer has all channels
        member = record.member();
        if (record.revision() > revision) {
            revision = record.revision();
            subscriptions.keySet().retainAll(record.channels());
            record.channels().forEach(channel -> subscriptions.put(channel, new Subscription(this, on, channel)));
        } else {
            subscriptions.replaceAll((channel, old) -> new Subscription(this, on, channel));
        }
        return Optional.of(new MovedSession(before, heardBefore, List.copyOf(subscriptions.values())));
    }

    /**
     * Brings the subscriptions in line with the session's record, unless a newer one was seen. New ones are paused; the client is
     * told of those that are removed.
     */
    public Change follow(SessionRecord record) {
        List<Subscription> added = new ArrayList<>();
        List<Subscription> removed = new ArrayList<>();
        synchronized (this) {
            if (!ended && !member.isNewerThan(record.member())) {
                member = record.member();
            }
            if (ended || record.revision() <= revision) {
                return new Change(added, removed);
            }
            revision = record.revision();
            Set<Channel> channels = record.channels();
            for (Channel channel : channels) {
                if (!subscriptions.containsKey(channel)) {
                    Subscription subscription = new Subscription(this, connection, channel);
                    subscriptions.put(channel, subscription);
                    added.add(subscription);
                }
            }
            for (Subscription subscription : subscriptions.values()) {
                if (!channels.contains(subscription.channel())) {
                    subscriptions.remove(subscription.channel());
                    subscription.pause();
                    removed.add(subscription);
                    changed(subscription.channel(), Optional.empty());
                }
            }
        }
        if (!removed.isEmpty()) {
            connection.flush();
        }
        return new Change(added, removed);
    }

    /** When it loses this connection, it waits no longer than this for another one. @param time null: for the whole grace */
    public synchronized void waitAtMost(Connection from, @Nullable Duration time) {
        if (connection == from) {
            waitsAtMost = time;
        }
    }

    /** How long it waits for another connection. @param grace at most */
    public Duration waits(Duration grace) {
        Duration most = waitsAtMost;
        return most == null || most.compareTo(grace) > 0 ? grace : most;
    }

    /** Ends the session with its connection: it cannot be resumed any more. @return whether it has a connection */
    public synchronized boolean endWithConnection() {
        endsWithConnection = true;
        return member.isConnected();
    }

    /** Ends it if it is on this connection. @param elsewhere if another node may go on with it @return whether this call ended it */
    public synchronized boolean end(Connection from, boolean elsewhere) {
        boolean ends = !ended && connection == from;
        ended |= ends;
        isElsewhere |= ends && elsewhere;
        member = ends && elsewhere ? member.detached() : member;
        return ends;
    }

    /** Whether it has ended on all nodes. */
    public boolean hasEnded() {
        return ended && !isElsewhere;
    }

    /** Whether the session was ever in a channel. */
    public boolean hasBegun() {
        return !subscriptions.isEmpty();
    }

    /** Whether it takes one of its agent's places; only one of those who set it so is told that it was not before. */
    public AtomicBoolean reserved() {
        return reserved;
    }

    @Override
    public IdempotencyCache idempotencyCache() {
        return answers;
    }

    public String ticket() {
        return ticket;
    }

    public Collection<Subscription> subscriptions() {
        return subscriptions.values();
    }

    public @Nullable Subscription subscription(Channel channel) {
        return subscriptions.get(channel);
    }

    /** An added subscription begins at a position, and its client is told so, unless a leave or a resume came meanwhile. */
    public void start(Subscription added, Position position) {
        synchronized (this) {
            if (!isCurrent(added)) {
                return;
            }
            added.startAt(position, position.off());
            changed(added.channel(), Optional.of(position));
        }
        added.connection().flush();
        catchUp(added);
    }

    /** Whether this is the session's present subscription to its channel. */
    public boolean isCurrent(Subscription subscription) {
        return !ended && subscriptions.get(subscription.channel()) == subscription;
    }

    /** A paused subscription goes on; while an answer to a login or resume is due it does so behind that. */
    public void catchUp(Subscription subscription) {
        int turn; // of now: a login or resume that begins before the replay pauses it
        synchronized (this) {
            if (!answered) {
                return;
            }
            turn = subscription.turn();
        }
        replay.catchUp(subscription, turn);
    }

    /**
     * A subscription cannot get what is behind its position: it goes on at another one, and the client is told so.
     *
     * @param turn the replay that found it so
     * @param listed the session's group
     */
    synchronized Replay.Skip skip(Subscription lost, int turn, Position to, Presence.Joined listed) {
        Subscription group = subscriptions.get(Channel.group(member.group()));
        if (!answered || !isCurrent(lost) || group == null || lost.turn() != turn) {
            return Replay.Skip.OVERTAKEN;
        }
        Frame gap = Frames.gap(
                Map.of(lost.channel(), to), listed.listed().stream().map(other -> other.entry(member.version())));
        if (group == lost) {
            connection.add(gap);
        } else if (!group.addAt(listed.position(), gap)) {
            return Replay.Skip.LIST_TOO_OLD;
        }
        lost.restartAt(to);
        return Replay.Skip.DONE;
    }

    /** Completes when the session's connection has what is in a channel up to an offset; never where it does not hear it. */
    public CompletionStage<Void> heard(Channel channel, long off) {
        Subscription subscription = subscriptions.get(channel);
        return subscription == null ? new CompletableFuture<>() : subscription.heard(off);
    }

    @Override
    public LogLine describe(LogLine line) {
        return member.describe(line);
    }
}
