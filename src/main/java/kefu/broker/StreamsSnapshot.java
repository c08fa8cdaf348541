package kefu.broker;

import java.util.List;
import kefu.protocol.Channel;

/**
 * All streams of a broker at one moment: another broker goes on with them. Whoever has no room for all entries drops the
 * last of the list: what is missing then cannot be read in the new broker, and a client that asks for it is told so.
 *
 * @param streams every channel whose epoch and offset somebody may know, the one used longest ago first
 * @param newestFirst the entries of all streams, the newest of all first
 */
public record StreamsSnapshot(List<Stream> streams, List<Entry> newestFirst) {

    /**
     * One channel.
     *
     * @param top the offset of its last publication
     * @param saidMillisAgo the time since its last publication
     * @param leftMillisAgo the time since its last session left; of no meaning while one is there
     * @param answered the publications whose ids are known
     */
    public record Stream(
            Channel channel, String epoch, long top, long saidMillisAgo, long leftMillisAgo, List<Answered> answered) {}

    /** A publication that had an id. @param millisAgo the time since it was published */
    public record Answered(String id, PublishResult result, long millisAgo) {}

    /** A publication at its place in its channel's stream. */
    public record Entry(Channel channel, long off, Publication publication) {}
}
