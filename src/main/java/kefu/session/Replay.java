package kefu.session;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import kefu.broker.Broker;
import kefu.broker.Delivery;
import kefu.connection.Connection;
import kefu.metrics.LogLine;
import kefu.protocol.CloseCode;

/**
 * Hands on to paused subscriptions what their streams hold behind their positions, page by page as the client reads. A
 * client so slow that its place in the stream is lost is closed: a hole never passes silently. Thread-safe.
 */
public final class Replay {
    private static final Logger LOG = Logger.getLogger(Replay.class.getName());

    /** A part of a stream that is read at once. Of it goes into the queue what has room there. */
    private static final int PAGE_ENTRIES = 64;

    private static final int PAGE_BYTES = 256 << 10;

    private final Broker broker;

    public Replay(Broker broker) {
        this.broker = broker;
    }

    /**
     * Hands on until the subscription is live. One that has not begun is left alone. Where reading the stream fails, the
     * client is closed.
     *
     * @return completes when the subscription is live, or paused again, or its stream could not be read; never where the
     *     connection ends before. It never fails
     */
    public CompletionStage<Void> catchUp(Subscription subscription) {
        int turn = subscription.turn();
        if (!subscription.hasStarted() || subscription.goLive(turn)) {
            return CompletableFuture.completedFuture(null);
        }
        return CompletableFuture.completedFuture(subscription)
                .thenCompose(one -> readUntil(one, turn, Long.MAX_VALUE, () -> one.goLive(turn)))
                .exceptionally(fault -> {
                    LOG.log(Level.WARNING, fault, () -> subscription
                            .connection()
                            .describe(LogLine.of("Fault").with("in", "reading a channel"))
                            .toString());
                    subscription.connection().end(CloseCode.TOO_SLOW);
                    return null;
                });
    }

    /** The same up to an offset, after which the subscription is still paused. Fails where reading the stream fails. */
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
                    subscription.tellHeard();
                    return reached.getAsBoolean()
                            ? CompletableFuture.completedFuture(null)
                            : reader.drained().thenCompose(none -> readUntil(subscription, turn, off, reached));
                });
    }
}
