package kefu.handover;

import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.json.JsonValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import kefu.broker.Audience;
import kefu.broker.Member;
import kefu.broker.PresenceSnapshot;
import kefu.broker.Publication;
import kefu.broker.SessionRecord;
import kefu.broker.StreamsSnapshot;
import kefu.protocol.Channel;
import kefu.protocol.Id;
import kefu.protocol.Status;
import kefu.protocol.Version;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionsFormatTest {
    private static final Id ROOM = Id.ofText("room").orElseThrow();
    private static final Id AGENT = Id.ofText("17").orElseThrow();

    @TempDir
    Path directory;

    private HandoverReader read() throws IOException {
        return new HandoverFile(directory).take().orElseThrow();
    }

    @Test
    void aSessionIsHandedOverWithItsState() throws IOException {
        Member away = new Member("c", ROOM, AGENT, "n", Version.V2, "node", 5, true, 3, Status.AWAY);
        PresenceSnapshot all = new PresenceSnapshot(
                List.of(new PresenceSnapshot.Session(SessionRecord.of(away, "hash"), OptionalLong.empty(), 7)), 9);
        new HandoverFile(directory).write(to -> SessionsFormat.write(to, all));
        Member read = SessionsFormat.read(read()).sessions().get(0).record().member();
        assertEquals(Status.AWAY, read.status());
        assertEquals(3, read.generation());
    }

    @Test
    void aStateIsHandedOverForThoseWhoAreToHearOfIt() throws IOException {
        Channel room = Channel.group(ROOM);
        List<StreamsSnapshot.Entry> entries = List.of(
                new StreamsSnapshot.Entry(room, 2, Publication.byGateway("{\"n\":2}", Audience.V2)),
                new StreamsSnapshot.Entry(room, 1, Publication.byGateway("{\"n\":1}")));
        new HandoverFile(directory)
                .write(to -> StreamsFormat.write(to, new StreamsSnapshot(List.of(), entries), 1 << 20));
        assertEquals(entries, StreamsFormat.read(read(), 0).newestFirst());
    }

    @Test
    void inAFileOfTheFormatBeforeEverybodyIsOnline() throws IOException {
        new HandoverFile(directory, 2).write(to -> {
            to.number(9);
            to.all(List.of("c"), SessionsFormatTest::sessionOfFormat2);
            to.all(List.of(), HandoverWriter::text);
            to.first(List.of("{\"n\":1}"), 1 << 20, SessionsFormatTest::entryOfFormat2);
        });
        HandoverReader from = read();
        SessionRecord session = SessionsFormat.read(from).sessions().get(0).record();
        assertEquals(Status.ONLINE, session.member().status());
        assertEquals("hash", session.ticketHash());
        assertEquals(Set.of(Channel.ALL), session.joined());
        assertEquals(
                List.of(new StreamsSnapshot.Entry(Channel.ALL, 4, Publication.byGateway("{\"n\":1}"))),
                StreamsFormat.read(from, 0).newestFirst());
    }

    private static void sessionOfFormat2(HandoverWriter to, String client) throws IOException {
        to.text(client);
        to.id(ROOM);
        to.id(AGENT);
        to.text("n");
        to.text("V2");
        to.text("node");
        to.number(5);
        to.flag(true);
        to.number(3);
        to.text("hash");
        to.number(SessionRecord.NO_ATTEMPT);
        to.all(List.of("all"), HandoverWriter::text);
        to.text(JsonValue.EMPTY_JSON_OBJECT.toString());
        to.number(0);
        to.optionalNumber(OptionalLong.empty());
        to.number(7);
    }

    private static void entryOfFormat2(HandoverWriter to, String payload) throws IOException {
        to.text("all");
        to.number(4);
        to.text(payload);
        to.flag(true);
        to.optional(Optional.<Id>empty(), HandoverWriter::id);
        to.all(Set.of(), HandoverWriter::text);
        to.all(Set.of(), HandoverWriter::text);
        to.optional(Optional.<String>empty(), HandoverWriter::text);
        to.flag(false);
    }
}
