package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import kefu.Await;
import kefu.broker.Audience;
import kefu.broker.Publication;
import kefu.connection.FakeWire;
import kefu.desk.Desk;
import kefu.protocol.Channel;
import kefu.protocol.Id;
import kefu.protocol.Version;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A login of protocol v2 that names positions hears what it missed: once, in order, behind its answer and before what comes later. */
class ReplayTest {
    private static final String ROOM = "g:room";
    private final List<TestGateway> gateways = new ArrayList<>();

    @AfterEach
    void close() {
        gateways.forEach(TestGateway::close);
    }

    private TestGateway gateway(Map<String, String> settings) {
        gateways.add(new TestGateway(settings, gateway -> new Desk(gateway.broker, Clock.systemUTC())));
        return gateways.get(gateways.size() - 1);
    }

    private static TestGateway.Client connect(TestGateway gateway, FakeWire wire) {
        return gateway.connect(wire, Version.V2);
    }

    /** Logs in to the room. @param channels positions, as a JSON object's text */
    private static void login(TestGateway.Client client, String uid, String channels) {
        client.send(
                "{\"method\":\"login\",\"bid\":\"room\",\"customer_id\":\"%s\",\"customer_name\":\"n\",\"channels\":%s}"
                        .formatted(uid, channels));
    }

    /** A session that was, and the positions that its login gave. */
    private static JsonObject earlier(TestGateway gateway, String uid) {
        TestGateway.Client client = connect(gateway, new FakeWire());
        login(client, uid, "{}");
        JsonObject channels = client.frames().get(0).getJsonObject("channels");
        client.close();
        return channels;
    }

    private static void publish(TestGateway gateway, Channel channel, int count) {
        publish(gateway, channel, count, Audience.EVERYBODY);
    }

    private static void publish(TestGateway gateway, Channel channel, int count, Audience audience) {
        for (int i = 0; i < count; i++) {
            gateway.broker.publish(channel, Publication.byBackend("{\"n\":" + i + "}", audience, Optional.empty()));
        }
    }

    private static Channel room() {
        return Channel.group(id("room"));
    }

    private static Id id(String text) {
        return Id.ofText(text).orElseThrow();
    }

    /** The offsets of what was heard in a channel. */
    private static List<Long> heard(TestGateway.Client client, String channel) {
        return client.frames().stream()
                .filter(frame -> frame.getString("ch", "").equals(channel))
                .map(frame -> frame.getJsonNumber("off").longValue())
                .toList();
    }

    private static long off(JsonObject channels, String channel) {
        return channels.getJsonObject(channel).getJsonNumber("off").longValue();
    }

    private static List<Long> range(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    @Test
    void whatWasMissedComesOnceAndInOrderBehindTheAnswerAndBeforeWhatComesLater() {
        TestGateway gateway = gateway(Map.of());
        JsonObject known = earlier(gateway, "ann"); // the room's offsets 1 and 2: she came and went
        publish(gateway, room(), 200);
        publish(gateway, Channel.agent(id("ann")), 100);
        publish(gateway, Channel.ALL, 1);
        TestGateway.Client ann = connect(gateway, new FakeWire());
        login(ann, "ann", known.toString());
        Await.until(() -> heard(ann, ROOM).size() == 201 && heard(ann, "u:ann").size() == 100);
        JsonObject answer = ann.frames().get(0);
        assertEquals("login", answer.getString("method", ""), "the answer comes first");
        JsonObject room = answer.getJsonObject("channels").getJsonObject(ROOM);
        assertEquals(off(known, ROOM), room.getJsonNumber("off").longValue());
        assertEquals(203, room.getJsonNumber("top").longValue());
        assertTrue(room.getBoolean("recovered"));
        publish(gateway, room(), 1);
        Await.until(() -> heard(ann, ROOM).size() == 202);
        List<Long> expected = new ArrayList<>(range(2, 202)); // 203 is her own login, which a joiner does not hear
        expected.add(204L);
        assertEquals(expected, heard(ann, ROOM));
        assertEquals(range(1, 100), heard(ann, "u:ann"));
        assertEquals(List.of(1L), heard(ann, "all"));
    }

    @Test
    void fiveThousandGoPageByPageThroughATinyQueueToASlowReaderWhileOthersGoOnTalking() {
        TestGateway gateway = gateway(Map.of("kefu.queue.max-frames", "16", "kefu.queue.max-bytes", "64KiB"));
        JsonObject known = earlier(gateway, "ann");
        publish(gateway, room(), 5_000);
        publish(gateway, Channel.agent(id("ann")), 500);
        publish(gateway, Channel.ALL, 500);
        FakeWire wire = new FakeWire();
        TestGateway.Client ann = connect(gateway, wire);
        login(ann, "ann", known.toString());
        long last = 5_003;
        while (wire.received().size() < 6_000 && wire.closed().isEmpty()) {
            wire.stick();
            publish(gateway, room(), 3);
            last += 3;
            wire.unstick();
            Thread.yield();
        }
        long top = last;
        Await.until(() -> heard(ann, ROOM).contains(top) || wire.closed().isPresent());
        assertEquals(Optional.empty(), wire.closed());
        List<Long> expected = new ArrayList<>(range(2, top));
        expected.remove(5_003L); // her own login
        assertEquals(expected, heard(ann, ROOM));
        Await.until(() -> heard(ann, "u:ann").size() == 500 && heard(ann, "all").size() == 500);
        assertEquals(range(1, 500), heard(ann, "u:ann"));
        assertEquals(range(1, 500), heard(ann, "all"));
    }

    @Test
    void largePublicationsDoNotOverflowATinyQueueEither() {
        TestGateway gateway = gateway(Map.of("kefu.queue.max-bytes", "64KiB"));
        JsonObject known = earlier(gateway, "ann");
        for (int i = 0; i < 100; i++) {
            String large = "{\"n\":\"" + "x".repeat(5_000) + "\"}";
            gateway.broker.publish(room(), Publication.byBackend(large, Audience.EVERYBODY, Optional.empty()));
        }
        FakeWire wire = new FakeWire();
        TestGateway.Client ann = connect(gateway, wire);
        login(ann, "ann", known.toString());
        while (wire.received().size() < 102 && wire.closed().isEmpty()) {
            wire.stick();
            Thread.yield();
            wire.unstick();
        }
        assertEquals(Optional.empty(), wire.closed());
        assertEquals(range(2, 102), heard(ann, ROOM));
    }

    @Test
    void whatIsNotForTheSessionIsNotReplayed() {
        TestGateway gateway = gateway(Map.of());
        JsonObject known = earlier(gateway, "ann");
        Channel agent = Channel.agent(id("ann"));
        publish(gateway, agent, 1, Audience.of(id("other")));
        publish(gateway, agent, 1, Audience.of(id("room")));
        publish(gateway, room(), 1, new Audience(Optional.empty(), Set.of(), Set.of("ann")));
        publish(gateway, room(), 1, new Audience(Optional.empty(), Set.of(), Set.of("bob")));
        TestGateway.Client ann = connect(gateway, new FakeWire());
        login(ann, "ann", known.toString());
        publish(gateway, room(), 1);
        Await.until(() -> heard(ann, ROOM).contains(6L));
        assertEquals(List.of(2L), heard(ann, "u:ann"));
        assertEquals(List.of(2L, 4L, 6L), heard(ann, ROOM));
    }

    @Test
    void aPositionThatTheStreamDoesNotKnowIsNotRecoveredAndGoesOnFromTheTop() {
        TestGateway gateway = gateway(Map.of("kefu.stream.max-entries", "10"));
        JsonObject known = earlier(gateway, "ann");
        String epoch = known.getJsonObject(ROOM).getString("epoch");
        publish(gateway, room(), 20); // up to offset 22
        for (String position : List.of(
                "{\"epoch\":\"another\",\"off\":20}",
                "{\"epoch\":\"" + epoch + "\",\"off\":1000}",
                "{\"epoch\":\"" + epoch + "\",\"off\":1}")) {
            TestGateway.Client ann = connect(gateway, new FakeWire());
            login(ann, "ann", "{\"g:room\":" + position + "}");
            JsonObject room = ann.frames().get(0).getJsonObject("channels").getJsonObject(ROOM);
            assertFalse(room.getBoolean("recovered"), position);
            long top = room.getJsonNumber("top").longValue();
            assertEquals(top, room.getJsonNumber("off").longValue(), position);
            publish(gateway, room(), 1);
            Await.until(() -> !heard(ann, ROOM).isEmpty());
            assertEquals(List.of(top + 1), heard(ann, ROOM), position);
            ann.close();
        }
    }

    @Test
    void whatIsNoPositionAndWhatIsOfAnotherChannelDoesNotCount() {
        TestGateway gateway = gateway(Map.of());
        JsonObject known = earlier(gateway, "ann");
        publish(gateway, room(), 3);
        publish(gateway, Channel.agent(id("bob")), 3);
        for (String channels : List.of(
                "null",
                "[]",
                "{\"g:room\":2}",
                "{\"g:room\":{\"off\":2}}",
                "{\"g:room\":{\"epoch\":1,\"off\":2}}",
                "{\"g:room\":{\"epoch\":\"e\",\"off\":-1}}",
                "{\"g:room\":{\"epoch\":\"e\",\"off\":1e3}}",
                "{\"u:bob\":" + known.get("u:ann") + "}")) {
            TestGateway.Client ann = connect(gateway, new FakeWire());
            login(ann, "ann", channels);
            JsonObject told = ann.frames().get(0).getJsonObject("channels");
            assertEquals(4, told.size(), channels);
            assertNull(told.get("u:bob"), channels);
            told.values().forEach(at -> assertNull(at.asJsonObject().get("recovered"), channels));
            publish(gateway, room(), 1);
            Await.until(() -> !heard(ann, ROOM).isEmpty());
            assertEquals(List.of(off(told, ROOM) + 1), heard(ann, ROOM), channels);
            ann.close();
        }
    }
}
