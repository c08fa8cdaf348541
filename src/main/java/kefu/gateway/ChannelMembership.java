package kefu.gateway;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kefu.broker.Broker;
import kefu.broker.Member;
import kefu.protocol.Channel;
import kefu.protocol.Position;
import kefu.session.Session;

/**
 * Tells the broker which session is in which channel. The caller changes the session first and calls this class then. Of two
 * calls at the same time the later one sees the session as it is now, and corrects what the earlier one told. Thread-safe.
 */
final class ChannelMembership {
    private final Broker broker;

    ChannelMembership(Broker broker) {
        this.broker = broker;
    }

    /** Tells the broker whether a session is in a channel. */
    CompletionStage<Void> write(Session session, Channel channel) {
        return hears(session, channel) ? take(session, channel).thenAccept(position -> {}) : release(session, channel);
    }

    /** Subscribes a session, or replaces its entry. @return the position from which it gets everything */
    CompletionStage<Position> take(Session session, Channel channel) {
        Member member = session.member();
        return broker.subscribe(channel, member).thenCompose(position -> {
            boolean current = hears(session, channel) && !session.member().isNewerThan(member);
            return current
                    ? CompletableFuture.completedFuture(position)
                    : write(session, channel).thenApply(done -> position);
        });
    }

    /** Unsubscribes a session. */
    CompletionStage<Void> release(Session session, Channel channel) {
        return CompletableFuture.completedFuture(channel)
                .thenCompose(one -> broker.unsubscribe(one, session.member().client()))
                .thenCompose(done -> {
                    session.released(channel);
                    return hears(session, channel) ? write(session, channel) : CompletableFuture.completedFuture(null);
                });
    }

    private static boolean hears(Session session, Channel channel) {
        return !session.hasEnded() && session.subscription(channel) != null;
    }
}
