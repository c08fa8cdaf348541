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
 * Reads streams for paused subscriptions, page by page as the client reads. A client that is so slow that the stream has
 * dropped its position is closed, so that no hole passes silently. Thread-safe.
 */
public final class Replay {
    private static final Logger LOG = Logger.getLogger(Replay.class.getName());

    /** The size of a page. Of a page only what has room goes into the queue. */
    private static final int PAGE_ENTRIES = 64;

    private static final int PAGE_BYTES = 256 << 10;

    private final Broker broker;

    public Replay(Broker broker) {
        this.broker = broker;
    }

    /**
     * Replays until the subscription is live. One without a position is left alone. If the stream cannot be read, the
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

    /** Replays up to an offset. The subscription is still paused then. Fails where the stream cannot be read. */
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
