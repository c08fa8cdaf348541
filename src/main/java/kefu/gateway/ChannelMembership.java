package kefu.gateway;

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

    /** A session hears a channel, or is another than before. @return where it begins to hear */
    CompletionStage<Position> take(Session session, Channel channel) {
        Member member = session.member();
        return broker.subscribe(channel, member).thenApply(position -> {
            if (!hears(session, channel)) {
                release(session, channel);
            } else if (session.member().isNewerThan(member)) {
                take(session, channel);
            }
            return position;
        });
    }

    /** A session does not hear a channel any more. */
    void release(Session session, Channel channel) {
        broker.unsubscribe(channel, session.member().client());
        if (hears(session, channel)) {
            take(session, channel);
        }
    }

    private static boolean hears(Session session, Channel channel) {
        return !session.hasEnded() && session.subscription(channel) != null;
    }
}
