package kefu.gateway;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kefu.broker.Broker;
import kefu.broker.Member;
import kefu.protocol.Channel;
import kefu.protocol.Position;
import kefu.session.Session;

/**
 * Has the broker know who is in which channel. A session changes first, then whoever has changed it says so here: of two at
 * once the later one sees what has become of it meanwhile, and puts right what the earlier one has said. Thread-safe.
 */
final class ChannelMembership {
    private final Broker broker;

    ChannelMembership(Broker broker) {
        this.broker = broker;
    }

    /** Has the broker know whether a session hears a channel. */
    CompletionStage<Void> write(Session session, Channel channel) {
        return hears(session, channel) ? take(session, channel).thenAccept(position -> {}) : release(session, channel);
    }

    /** A session hears a channel, or is another than before. @return where it begins to hear */
    CompletionStage<Position> take(Session session, Channel channel) {
        Member member = session.member();
        return broker.subscribe(channel, member).thenCompose(position -> {
            boolean current = hears(session, channel) && !session.member().isNewerThan(member);
            return current
                    ? CompletableFuture.completedFuture(position)
                    : write(session, channel).thenApply(done -> position);
        });
    }

    /** A session does not hear a channel any more. */
    CompletionStage<Void> release(Session session, Channel channel) {
        return CompletableFuture.completedFuture(channel).thenCompose(one -> {
            broker.unsubscribe(one, session.member().client());
            session.released(one);
            return hears(session, one) ? write(session, one) : CompletableFuture.completedFuture(null);
        });
    }

    private static boolean hears(Session session, Channel channel) {
        return !session.hasEnded() && session.subscription(channel) != null;
    }
}
