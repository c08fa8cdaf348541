package kefu.session;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import kefu.broker.Broker;
import kefu.broker.Delivery;
import kefu.broker.Member;
import kefu.protocol.Channel;
import kefu.protocol.CloseCode;
import org.jspecify.annotations.Nullable;

/** What a login made: who is logged in on a connection, and what it hears. Thread-safe. */
public final class Session {
    /** A part of a stream that is read at once. Of it goes into the queue what has room there. */
    private static final int PAGE_ENTRIES = 64;

    private static final int PAGE_BYTES = 256 << 10;

    private final Connection connection;
    private final Broker broker;
    private final String ticket;
    private final Answers answers = new Answers();
    private final Map<Channel, Subscription> subscriptions = new ConcurrentHashMap<>(8);
    private final AtomicBoolean reserved = new AtomicBoolean();
    private volatile Member member;

    /** @param ticket the secret with which the session is resumed; empty in protocol v1, which has none */
    public Session(Connection connection, Member member, String ticket, Broker broker) {
        this.connection = connection;
        this.member = member;
        this.ticket = ticket;
        this.broker = broker;
    }

    public Connection connection() {
        return connection;
    }

    public Member member() {
        return member;
    }

    /** The same agent has logged in again, by another name perhaps. */
    public void renamed(Member to) {
        member = to;
    }

    /** Whether it takes one of its agent's places; only one of those who set it so is told that it was not before. */
    public AtomicBoolean reserved() {
        return reserved;
    }

    public Answers answers() {
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
    public Subscription subscribe(Channel channel) {
        return subscriptions.computeIfAbsent(channel, key -> new Subscription(this, key));
    }

    /** A new subscription to a channel, paused; null where there is one already. */
    public @Nullable Subscription add(Channel channel) {
        Subscription added = new Subscription(this, channel);
        return subscriptions.putIfAbsent(channel, added) == null ? added : null;
    }

    public @Nullable Subscription remove(Channel channel) {
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
                    if (page.lost()) {
                        connection.end(CloseCode.TOO_SLOW);
                        return new CompletableFuture<>();
                    }
                    for (Delivery entry : page.entries()) {
                        if (entry.off() > off || !subscription.replay(turn, entry)) {
                            break;
                        }
                    }
                    connection.flush();
                    return reached.getAsBoolean()
                            ? CompletableFuture.completedFuture(null)
                            : connection.drained().thenCompose(none -> readUntil(subscription, turn, off, reached));
                });
    }
}
