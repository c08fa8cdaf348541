package kefu.gateway;

import java.util.List;
import java.util.Map;
import kefu.broker.Member;
import kefu.protocol.Channel;
import kefu.protocol.Position;
import kefu.session.Session;
import org.jspecify.annotations.Nullable;

/**
 * The result of a login or resume.
 *
 * @param listed the group, in the order of joining
 * @param starts where each of the session's channels starts
 */
record LoginResult(Session session, List<Member> listed, Map<Channel, ChannelStart> starts) {
    /**
     * Where a session starts in a channel.
     *
     * @param from the session gets everything after this position
     * @param asked whether the client's own position could be used; null: it named none
     */
    record ChannelStart(Position from, @Nullable Recovery asked) {
        /** What the client did not say it has missed: how much of it nobody knows. */
        ChannelStart orNotRecovered() {
            return asked == null ? new ChannelStart(from, new Recovery(from.off(), false)) : this;
        }
    }

    /** @param top the stream's end at the login; the replay ends there */
    record Recovery(long top, boolean recovered) {}
}
