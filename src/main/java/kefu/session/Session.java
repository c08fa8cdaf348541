package kefu.session;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import kefu.broker.Broker;
import kefu.broker.Delivery;
import kefu.broker.Member;
import kefu.connection.Connection;
import kefu.connection.IdempotencyCache;
import kefu.metrics.LogLine;
import kefu.protocol.Channel;
import kefu.protocol.CloseCode;
import org.jspecify.annotations.Nullable;

/**
 * What a login made: who is logged in, what they hear and ask, and on which connection now. In protocol v2 it outlives its
 * connection for a while, and goes on on another one. Thread-safe.
 */
public final class Session implements Connection.Attachment {
    /** A part of a stream that is read at once. Of it goes into the queue what has room there. */
    private static final int PAGE_ENTRIES = 64;

    private static final int PAGE_BYTES = 256 << 10;

    private final Broker broker;
    private final String ticket;
    private final IdempotencyCache answers = new IdempotencyCache();
    private final Map<Channel, Subscription> subscriptions = new ConcurrentHashMap<>(8);
    private final AtomicBoolean reserved = new AtomicBoolean();
    private volatile Connection connection;
    private volatile Member member;
    private volatile boolean ended;

    // guarded by this
    private boolean endsWithConnection;
    private long lastAttempt = Long.MIN_VALUE;
    private long detachedAt;

    /**
     * How it went on on another connection.
     *
     * @param before the connection that it had
     * @param heardBefore the subscriptions that it had there
     * @param hears those that it has now
     */
    public record Moved(Connection before, List<Subscription> heardBefore, List<Subscription> hears, Member member) {}

    /** @param ticket the secret with which the session is resumed; empty in protocol v1, which has none */
    public Session(Connection connection, Member member, String ticket, Broker broker) {
        this.connection = connection;
        this.member = member;
        this.ticket = ticket;
        this.broker = broker;
    }

    /** The session that is logged in on a connection; null before a login. Stays after the end, for the requests that still wait. */
    public static @Nullable Session on(Connection connection) {
        return (Session) connection.attachment(); // nothing else is ever attached
    }

    public Connection connection() {
        return connection;
    }

    public Member member() {
        return member;
    }

    /** The same agent has logged in again, by another name perhaps. @return who it is now */
    public synchronized Member renew(Member login) {
        member = member.renewed(login);
        return member;
    }

    /** Its connection is lost, and may be followed by another. @return false where it has another, or must end now */
    public synchronized boolean detach(Connection from, long nanos) {
        if (ended || endsWithConnection || connection != from) {
            return false;
        }
        detachedAt = nanos;
        member = member.connected(false);
        return true;
    }

    /**
     * Goes on on another connection, with new subscriptions to what it hears, all paused.
     *
     * @param attempt rises with each one of the client: one that was overtaken must not take over
     * @return empty: it has ended, or there was a later attempt
     */
    public synchronized Optional<Moved> resume(Connection on, long attempt) {
        if (ended || endsWithConnection || attempt <= lastAttempt) {
            return Optional.empty();
        }
        lastAttempt = attempt;
        Connection before = connection;
        List<Subscription> heardBefore = List.copyOf(subscriptions.values());
        connection = on;
        member = member.connected(true);
        subscriptions.replaceAll((channel, old) -> new Subscription(this, on, channel));
        return Optional.of(new Moved(before, heardBefore, List.copyOf(subscriptions.values()), member));
    }

    /** It cannot be resumed any more. @return whether it has a connection, with which it ends */
    public synchronized boolean endWithConnection() {
        endsWithConnection = true;
        return member.isConnected();
    }

    /** Ends it where it is still on this connection. @return false where it goes on on another */
    public synchronized boolean end(Connection from) {
        if (connection == from) {
            ended = true;
        }
        return connection == from;
    }

    /** Ends it where it has had no connection for so long. @return whether it has ended by that */
    public synchronized boolean endDetached(long nanos, long graceNanos) {
        boolean ends = !ended && !member.isConnected() && nanos - detachedAt >= graceNanos;
        ended |= ends;
        return ends;
    }

    public boolean hasEnded() {
        return ended;
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

    /** The subscription to a channel; a new one is paused. */
    public synchronized Subscription subscribe(Channel channel) {
        return subscriptions.computeIfAbsent(channel, key -> new Subscription(this, connection, key));
    }

    /** A new subscription to a channel, paused; null where there is one already, or as many as there may be. */
    public synchronized @Nullable Subscription add(Channel channel, int maxChannels) {
        if (subscriptions.size() >= maxChannels) {
            return null;
        }
        Subscription added = new Subscription(this, connection, channel);
        return subscriptions.putIfAbsent(channel, added) == null ? added : null;
    }

    public synchronized @Nullable Subscription remove(Channel channel) {
        return subscriptions.remove(channel);
    }

    /**
     * Hands on what the stream holds behind a paused subscription's position, page by page as the client reads, until
     * it is live. A client so slow that its place in the stream is lost is closed: a hole never passes silently.
     *
     * @return completes when the subscription is live, or paused again; never where the connection ends before
     */
    public CompletionStage<Void> catchUp(Subscription subscription) {
        int turn = subscription.turn();
        return readUntil(subscription, turn, Long.MAX_VALUE, () -> subscription.goLive(turn));
    }

    /** The same up to an offset, after which the subscription is still paused. */
    public CompletionStage<Void> catchUpTo(Subscription subscription, long off) {
        return readUntil(
                subscription,
                subscription.turn(),
                off,
                () -> subscription.position().off() >= off);
    }

    private CompletionStage<Void> readUntil(Subscription subscription, int turn, long off, BooleanSupplier reached) {
        if (reached.getAsBoolean()) {
            return CompletableFuture.completedFuture(null);
        }
        return broker.read(subscription.channel(), subscription.position(), PAGE_ENTRIES, PAGE_BYTES)
                .thenCompose(page -> {
                    Connection reader = subscription.connection();
                    if (page.lost()) {
                        reader.end(CloseCode.TOO_SLOW);
                        return new CompletableFuture<>();
                    }
                    subscription.reaches(page.top().off());
                    for (Delivery entry : page.entries()) {
                        if (entry.off() > off || !subscription.replay(turn, entry)) {
                            break;
                        }
                    }
                    reader.flush();
                    return reached.getAsBoolean()
                            ? CompletableFuture.completedFuture(null)
                            : reader.drained().thenCompose(none -> readUntil(subscription, turn, off, reached));
                });
    }

    @Override
    public LogLine describe(LogLine line) {
        Member now = member;
        return line.with("session", now.client())
                .with("agent", now.uid().key())
                .with("group", now.group().key());
    }
}
