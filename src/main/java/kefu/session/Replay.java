package kefu.session;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import kefu.broker.Broker;
import kefu.broker.Delivery;
import kefu.broker.Member;
import kefu.broker.Presence;
import kefu.connection.Connection;
import kefu.metrics.LogLine;
import kefu.protocol.Channel;
import kefu.protocol.CloseCode;
import kefu.protocol.Position;
import kefu.protocol.Version;

/**
 * Reads streams for paused subscriptions, page by page as the client reads. Where a stream has dropped a subscription's position
 * a client of v2 is told by a {@code gap}, and one of v1 is closed, so that no hole passes silently. Thread-safe.
 */
public final class Replay {
    private static final Logger LOG = Logger.getLogger(Replay.class.getName());

    /** The size of a page. Of a page only what has room goes into the queue. */
    private static final int PAGE_ENTRIES = 64;

    private static final int PAGE_BYTES = 256 << 10;

    /** What became of an attempt to skip what cannot be delivered. */
    enum Skip {
        DONE,
        /** The client was told already of more than the list has. */
        LIST_TOO_OLD,
        /** The subscription was paused, replaced or removed meanwhile. */
        OVERTAKEN
    }

    private final Broker broker;
    private final Presence presence;

    public Replay(Broker broker, Presence presence) {
        this.broker = broker;
        this.presence = presence;
    }

    /**
     * Replays until the subscription is live. One without a position is left alone. If the stream cannot be read, the
     * client is closed.
     *
     * @param turn the replay that it is: where the subscription was paused since it was asked for, it delivers nothing
     * @return completes when the subscription is live, or paused again, or its stream could not be read; never where the
     *     connection ends before. It never fails
     */
    public CompletionStage<Void> catchUp(Subscription subscription, int turn) {
        if (!subscription.hasStarted() || subscription.goLive(turn)) {
            return CompletableFuture.completedFuture(null);
        }
        return CompletableFuture.completedFuture(subscription)
                .thenCompose(
                        one -> readUntil(one, turn, Long.MAX_VALUE, () -> one.goLive(turn), to -> skip(one, turn, to)))
                .exceptionally(fault -> {
                    LOG.log(Level.WARNING, fault, () -> subscription
                            .connection()
                            .describe(LogLine.of("Fault").with("in", "reading a channel"))
                            .toString());
                    subscription.connection().end(CloseCode.TOO_SLOW);
                    return null;
                });
    }

    /** Replays up to an offset. The subscription is still paused then. Fails where the stream cannot be read. */
    public CompletionStage<Void> catchUpTo(Subscription subscription, long off) {
        return readUntil(
                subscription,
                subscription.turn(),
                off,
                () -> subscription.position().off() >= off,
                to -> close(subscription));
    }

    private static CompletionStage<Void> close(Subscription subscription) {
        subscription.connection().end(CloseCode.TOO_SLOW);
        return new CompletableFuture<>();
    }

    /** Goes on at a position, and tells the client so, with a list that is no older than what it knows of its group. */
    private CompletionStage<Void> skip(Subscription lost, int turn, Position to) {
        Session session = lost.session();
        Member member = session.member();
        Subscription group = session.subscription(Channel.group(member.group()));
        if (member.version() == Version.V1 || group == null) {
            return close(lost);
        }
        return presence.list(member.group(), member.client()).thenCompose(listed -> {
            if (listed.isEmpty()) { // it has ended
                return CompletableFuture.completedFuture(null);
            }
            Skip skipped = session.skip(lost, turn, to, listed.get());
            if (skipped == Skip.LIST_TOO_OLD) {
                return skip(lost, turn, to);
            }
            lost.connection().flush();
            if (skipped == Skip.DONE) {
                session.catchUp(lost);
            }
            return CompletableFuture.completedFuture(null);
        });
    }

    private CompletionStage<Void> readUntil(
            Subscription subscription,
            int turn,
            long off,
            BooleanSupplier reached,
            Function<Position, CompletionStage<Void>> lost) {
        if (reached.getAsBoolean()) {
            return CompletableFuture.completedFuture(null);
        }
        return broker.read(subscription.channel(), subscription.position(), PAGE_ENTRIES, PAGE_BYTES)
                .thenCompose(page -> {
                    Connection reader = subscription.connection();
                    if (page.lostUpTo().isPresent()) {
                        return lost.apply(page.lostUpTo().get());
                    }
                    subscription.reaches(page.top().off());
                    for (Delivery entry : page.entries()) {
                        if (entry.off() > off || !subscription.replay(turn, entry)) {
                            break;
                        }
                    }
                    reader.flush();
                    subscription.tellHeard();
                    return reached.getAsBoolean()
                            ? CompletableFuture.completedFuture(null)
                            : reader.drained().thenCompose(none -> readUntil(subscription, turn, off, reached, lost));
                });
    }
}
