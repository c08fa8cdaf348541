package kefu.handover;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kefu.broker.Audience;
import kefu.broker.Publication;
import kefu.broker.PublishResult;
import kefu.broker.StreamsSnapshot;
import kefu.protocol.Channel;
import kefu.protocol.Position;

/** How streams and what they keep are written. */
final class StreamsFormat {
    private StreamsFormat() {}

    /**
     * Writes all streams, and of their entries the newest that there is room for.
     *
     * @param mostBytes of the whole file
     * @return how many entries it wrote
     */
    static int write(HandoverWriter to, StreamsSnapshot streams, long mostBytes) throws IOException {
        to.all(streams.streams(), StreamsFormat::stream);
        return to.first(streams.newestFirst(), mostBytes, StreamsFormat::entry);
    }

    /** @param ageMillis the time since the streams were written */
    static StreamsSnapshot read(HandoverReader from, long ageMillis) throws IOException {
        List<StreamsSnapshot.Stream> streams = from.all(in -> stream(in, ageMillis));
        return new StreamsSnapshot(streams, from.first(StreamsFormat::entry));
    }

    private static void stream(HandoverWriter to, StreamsSnapshot.Stream stream) throws IOException {
        to.text(stream.channel().name());
        to.text(stream.epoch());
        to.number(stream.top());
        to.number(stream.saidMillisAgo());
        to.number(stream.leftMillisAgo());
        to.all(stream.answered(), StreamsFormat::answered);
    }

    private static StreamsSnapshot.Stream stream(HandoverReader from, long ageMillis) throws IOException {
        return new StreamsSnapshot.Stream(
                new Channel(from.text()),
                from.text(),
                from.number(),
                from.number() + ageMillis,
                from.number() + ageMillis,
                from.all(in -> answered(in, ageMillis)));
    }

    private static void answered(HandoverWriter to, StreamsSnapshot.Answered answered) throws IOException {
        PublishResult result = answered.result();
        to.text(answered.id());
        to.number(result.delivered());
        to.flag(result.stored());
        to.text(result.position().epoch());
        to.number(result.position().off());
        to.number(answered.millisAgo());
    }

    private static StreamsSnapshot.Answered answered(HandoverReader from, long ageMillis) throws IOException {
        return new StreamsSnapshot.Answered(
                from.text(),
                new PublishResult(from.smallNumber(), from.flag(), new Position(from.text(), from.number())),
                from.number() + ageMillis);
    }

    private static void entry(HandoverWriter to, StreamsSnapshot.Entry entry) throws IOException {
        Publication publication = entry.publication();
        Audience audience = publication.audience();
        to.text(entry.channel().name());
        to.number(entry.off());
        to.text(publication.payload());
        to.flag(publication.byGateway());
        to.optional(audience.group(), HandoverWriter::id);
        to.all(audience.exceptClients(), HandoverWriter::text);
        to.all(audience.exceptUids(), HandoverWriter::text);
        to.flag(audience.exceptV1());
        to.optional(publication.id(), HandoverWriter::text);
        to.flag(publication.onlyIfHeard());
    }

    private static StreamsSnapshot.Entry entry(HandoverReader from) throws IOException {
        return new StreamsSnapshot.Entry(
                new Channel(from.text()),
                from.number(),
                new Publication(
                        from.text(), from.flag(), audience(from), from.optional(HandoverReader::text), from.flag()));
    }

    private static Audience audience(HandoverReader from) throws IOException {
        Audience audience = new Audience(
                from.optional(HandoverReader::id),
                texts(from),
                texts(from),
                from.format() >= HandoverFile.WITH_STATUS && from.flag());
        return audience.equals(Audience.EVERYBODY) ? Audience.EVERYBODY : audience;
    }

    private static Set<String> texts(HandoverReader from) throws IOException {
        return Set.copyOf(new HashSet<>(from.all(HandoverReader::text)));
    }
}
