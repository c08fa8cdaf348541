package kefu.gateway;

import java.util.List;
import java.util.Map;
import kefu.broker.Member;
import kefu.protocol.Channel;
import kefu.protocol.Position;
import kefu.session.Session;
import org.jspecify.annotations.Nullable;

/**
 * What a login or resume gave.
 *
 * @param listed the group, in the order of joining
 * @param starts from where the session hears its channels
 */
record LoginResult(Session session, List<Member> listed, Map<Channel, ChannelStart> starts) {
    /**
     * From where a session hears a channel.
     *
     * @param from everything behind it
     * @param asked what the client knew already, and whether that is where it goes on; null where it did not say
     */
    record ChannelStart(Position from, @Nullable Recovery asked) {
        /** What the client did not say it has missed: how much of it nobody knows. */
        ChannelStart orNotRecovered() {
            return asked == null ? new ChannelStart(from, new Recovery(from.off(), false)) : this;
        }
    }

    /** @param top the stream's end at the login: up to there is what was missed */
    record Recovery(long top, boolean recovered) {}
}
