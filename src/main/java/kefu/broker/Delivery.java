package kefu.broker;

import kefu.protocol.Channel;
import kefu.protocol.Frame;
import kefu.protocol.Frames;
import kefu.protocol.Version;
import org.jspecify.annotations.Nullable;

/**
 * A publication at its place in a channel's stream, on its way to this node's sessions. It is written once for each
 * protocol version, not once for each receiver. Thread-safe: two threads that write it at once write the same.
 */
public final class Delivery {
    private final Channel channel;
    private final String epoch;
    private final long off;
    private final Publication publication;
    private @Nullable Frame v1;
    private @Nullable Frame v2;

    /** @param off the publication's offset in the channel's epoch */
    public Delivery(Channel channel, String epoch, long off, Publication publication) {
        this.channel = channel;
        this.epoch = epoch;
        this.off = off;
        this.publication = publication;
    }

    public Channel channel() {
        return channel;
    }

    /** Offsets compare within one epoch only. */
    public String epoch() {
        return epoch;
    }

    public long off() {
        return off;
    }

    public Publication publication() {
        return publication;
    }

    public Frame frame(Version version) {
        return version == Version.V1 ? v1() : v2();
    }

    private Frame v1() {
        Frame made = v1;
        if (made == null) {
            made = Frames.publicationV1(publication.payload(), publication.byGateway());
            v1 = made;
        }
        return made;
    }

    private Frame v2() {
        Frame made = v2;
        if (made == null) {
            made = Frames.publicationV2(channel, off, publication.payload());
            v2 = made;
        }
        return made;
    }
}
