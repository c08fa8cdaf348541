package kefu.session;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import kefu.protocol.Channel;
import kefu.protocol.Frame;
import kefu.protocol.Frames;
import kefu.protocol.Position;
import kefu.protocol.Version;

/** What a session's client has not been told yet of its channels. Not thread-safe. */
final class UntoldChannels {
    private final Map<Channel, Optional<Position>> changed = new LinkedHashMap<>(2);

    /** @param joined where; empty: it was left */
    void add(Channel channel, Optional<Position> joined) {
        changed.put(channel, joined);
    }

    /** The client hears all in another way. */
    void clear() {
        changed.clear();
    }

    /** The frame that tells the client; empty: there is nothing to tell, or its version knows no channels. */
    Optional<Frame> take(Version version) {
        boolean tells = !changed.isEmpty() && version == Version.V2;
        Optional<Frame> frame = tells ? Optional.of(Frames.channels(changed)) : Optional.empty();
        changed.clear();
        return frame;
    }
}
