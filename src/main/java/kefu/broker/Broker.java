package kefu.broker;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import kefu.protocol.Channel;
import kefu.protocol.Position;

/**
 * The channels: bounded streams of publications. Which sessions are in them {@link Presence} knows.
 *
 * <p><b>Order.</b> A publication gets the next offset of its channel, in one atomic step with the count of who hears
 * it. The listener is handed each channel's publications once, in the order of their offsets, never two at a time, or it is told
 * that some were lost.
 * Nothing is promised between channels.
 *
 * <p><b>What is kept.</b> A stream keeps its latest publications up to {@code kefu.stream.max-entries} and
 * {@code kefu.stream.max-bytes}, all streams together {@code kefu.stream.total-bytes}, the oldest going first, and
 * nothing longer than {@code kefu.stream.retention} after its last publication. Its epoch and offset are kept as long
 * as a session is in the channel, and for that time after; only a client's channel in which nothing was said goes with
 * its session. Of the channels without a session {@code kefu.stream.idle-channels} are kept at most: the one used
 * longest ago goes first, with what it keeps and the ids of its publications. A channel that comes back later has
 * another epoch: the offset of one epoch is never taken for that of another.
 *
 * <p><b>Failure.</b> A stage that fails has changed nothing, or it is not known whether it has: publish again with an
 * id. Within one process a stage fails only where the broker is sealed, and a {@link SealedException} says so; in Redis
 * where that cannot be reached, with an {@link UnavailableException}.
 *
 * <p>Calls come from any thread, return without waiting, and throw nothing.
 */
public interface Broker {

    /** Is handed what is published in the channels that this node follows, and perhaps in others. Must neither block nor throw. */
    interface Listener {
        void published(Delivery delivery);

        /**
         * Publications of a followed channel were perhaps not handed here: what the stream still has is to be read from it. Comes
         * in order with what is published.
         */
        void lost(Channel channel);

        /** Whether somebody on this node hears a channel. It need not be followed any more where nobody does. */
        default boolean hears(Channel channel) {
            return true;
        }
    }

    /**
     * Some of a stream.
     *
     * @param entries in the order of their offsets, without a hole
     * @param lostUpTo where publications behind the position cannot be read any more, or the position is of another epoch or
     *     beyond the stream's end, the position to go on from; there are no entries then. It is the stream's end, but for
     *     another epoch: that has just begun, and all that its stream keeps lies behind this position
     * @param top the stream's end at that moment
     */
    record Page(List<Delivery> entries, Optional<Position> lostUpTo, Position top) {
        public boolean lost() {
            return lostUpTo.isPresent();
        }
    }

    /** Where publications go from now on. Called once, before the first session comes. */
    void listen(Listener listener);

    /**
     * This node hears a channel from now on, whoever is in it, as long as the listener hears it. To be called for each session
     * that hears it, once the listener does.
     *
     * @return the position from which the listener hears everything
     */
    CompletionStage<Position> follow(Channel channel);

    CompletionStage<PublishResult> publish(Channel channel, Publication publication);

    /**
     * Reads what is behind a position: at most {@code maxEntries} publications with payloads of at most {@code maxBytes}
     * together, but one where there is one.
     */
    CompletionStage<Page> read(Channel channel, Position after, int maxEntries, int maxBytes);
}
