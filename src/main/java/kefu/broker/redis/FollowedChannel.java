package kefu.broker.redis;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import kefu.broker.Broker;
import kefu.broker.Delivery;
import kefu.broker.Publication;
import kefu.protocol.Channel;
import kefu.protocol.Position;
import org.jspecify.annotations.Nullable;

/**
 * A channel that this node follows: what comes of it goes to the listener, each publication once and in order, on the
 * executor's threads. Where one is missing the listener is told so, and what the stream has is read from it.
 */
final class FollowedChannel {
    /** What a publication takes while it waits, besides its text. */
    private static final int MESSAGE_BYTES = 200;

    private final Channel channel;
    private final CompletionStage<Void> subscribed;
    private final Supplier<Broker.@Nullable Listener> listener;
    private final SerialQueue queue;
    private final AtomicLong room;
    private volatile boolean dropped;
    private volatile boolean usedLately;
    private volatile boolean confirmed;

    // used by the queue's tasks only
    private @Nullable Position known;

    private @Nullable Position expected;

    /** Whether nothing was handed to the listener yet: then it does not matter what came before. */
    private boolean fresh = true;

    /**
     * @param subscribed completes when the channel's messages come
     * @param room for what waits for its turn, in bytes, in all channels together. Without it, what comes is read from the stream
     *     later
     */
    FollowedChannel(
            Channel channel,
            CompletionStage<Void> subscribed,
            AtomicLong room,
            Supplier<Broker.@Nullable Listener> listener,
            Executor executor) {
        this.channel = channel;
        this.subscribed = subscribed;
        this.room = room;
        this.listener = listener;
        this.queue = new SerialQueue("stream " + channel, executor);
    }

    Channel channel() {
        return channel;
    }

    CompletionStage<Void> subscribed() {
        return subscribed;
    }

    /** Somebody begins to follow it. */
    void use() {
        usedLately = true;
    }

    /** Whether somebody has begun to follow it since the last {@link #clearUse}. */
    boolean isUsed() {
        return usedLately;
    }

    boolean clearUse() {
        boolean was = usedLately;
        usedLately = false;
        return was;
    }

    /** The channel's messages come. @return whether they came before */
    boolean isConfirmedAgain() {
        boolean was = confirmed;
        confirmed = true;
        return was;
    }

    /** Somebody follows the channel from a position. */
    void followedFrom(Position position) {
        queue.add(() -> {
            if (fresh && (known == null || isBefore(position, known))) {
                known = position;
            }
        });
    }

    private static boolean isBefore(Position one, Position other) {
        return !one.epoch().equals(other.epoch()) || one.off() < other.off();
    }

    /** A publication has come: epoch and offset, a line break, its entry. */
    void received(String message) {
        int bytes = MESSAGE_BYTES + message.length();
        if (room.addAndGet(-bytes) < 0) {
            room.addAndGet(bytes);
            if (!dropped) {
                dropped = true;
                queue.add(this::goOnFromStream);
            }
            return;
        }
        queue.add(() -> {
            room.addAndGet(bytes);
            published(message);
        });
    }

    /** Behind what waited when there was no room: what comes from now on is handed on, or dropped once more. */
    private void goOnFromStream() {
        dropped = false;
        lost();
    }

    private void published(String message) {
        int space = message.indexOf(' ');
        int end = message.indexOf('\n');
        String epoch = message.substring(0, space);
        long off = Long.parseLong(message, space + 1, end, 10);
        Position before = known;
        boolean next = fresh || before == null || isNext(before, epoch, off);
        if (!next && before != null && before.epoch().equals(epoch) && off <= before.off()) {
            return;
        }
        known = new Position(epoch, off);
        fresh = false;
        Broker.Listener to = listener.get();
        if (next && to != null) {
            Publication publication = Entry.parse(message, end + 1);
            to.published(new Delivery(channel, epoch, off, publication));
        } else {
            lost();
        }
    }

    private static boolean isNext(Position before, String epoch, long off) {
        return before.epoch().equals(epoch) ? off == before.off() + 1 : off == 1;
    }

    /** The stream was at this position. What is before it has come when this is called again, or it is lost. */
    void wasAt(Position position) {
        queue.add(() -> {
            Position before = known;
            Position due = expected;
            expected = position;
            if (due != null && before != null && isBefore(before, due)) {
                known = due;
                fresh = false;
                lost();
            }
        });
    }

    private void lost() {
        Broker.Listener to = listener.get();
        if (to != null) {
            to.lost(channel);
        }
    }
}
