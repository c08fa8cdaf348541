package kefu.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kefu.Await;
import kefu.desk.Desk;
import kefu.gateway.TestGateway;
import kefu.protocol.Version;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Streams and posts of a gateway that a container serves, played by the test. */
class StreamsTest {
    private static final String BAD = "{\"method\":\"no//path%d\"}";
    private final Map<String, String> settings = new HashMap<>();
    private @Nullable TestGateway gateway;
    private @Nullable Streams streams;

    @AfterEach
    void close() {
        if (gateway != null) {
            gateway.close();
        }
    }

    private TestGateway gateway() {
        if (gateway == null) {
            gateway = new TestGateway(settings, own -> new Desk(own.broker, Clock.systemUTC()));
        }
        return gateway;
    }

    private FakeStream connect() throws Exception {
        return connect(Version.V1);
    }

    private FakeStream connect(Version version) throws Exception {
        if (streams == null) {
            streams = new Streams(gateway().connections, gateway().dispatcher, gateway().settings, Runnable::run);
        }
        return new FakeStream(streams, version);
    }

    private static Event message(int n) {
        return Event.message(BAD.formatted(n));
    }

    /** The methods that were refused, in their order. */
    private static List<Integer> refused(FakeStream client) {
        return client.messages().stream()
                .filter(text -> text.contains("10003"))
                .map(text -> Integer.parseInt(text.replaceFirst(".*no//path(\\d+).*", "$1")))
                .toList();
    }

    private static void isClosedWith(FakeStream client, String codeAndReason) {
        Await.untilEquals(List.of(codeAndReason), () -> client.events(Event.CLOSE));
        Await.until(client::hasEnded);
        assertFalse(client.isConnected());
        assertEquals(404, client.post(message(0)));
    }

    @Test
    void theFirstEventTellsASecretOfTheConnectionAndTheVersion() throws Exception {
        assertTrue(connect(Version.V2).events().get(0).data().endsWith(",\"protocol\":\"kefu.v2\"}"));
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            FakeStream client = connect();
            assertEquals(
                    new Event("open", "{\"connection\":\"" + client.id() + "\",\"protocol\":\"\"}"),
                    client.events().get(0));
            assertTrue(client.id().matches("[0-9a-f]{32}"));
            ids.add(client.id());
        }
        assertEquals(20, ids.size());
        assertFalse(gateway().connections.count() != 21);
    }

    @Test
    void whatIsPostedIsServedInOrderAndAnsweredOnTheStream() throws Exception {
        FakeStream client = connect();
        assertEquals(204, client.post(message(1), message(2)));
        assertEquals(204, client.post(message(3)));
        assertEquals(List.of(1, 2, 3), refused(client));
    }

    @Test
    void whatIsPostedAgainCountsOnceAndWhatComesWithItCounts() throws Exception {
        FakeStream client = connect();
        client.post(1, message(1), message(2));
        assertEquals(204, client.post(1, message(1), message(2)));
        assertEquals(204, client.post(2, message(2), message(3)));
        assertEquals(List.of(1, 2, 3), refused(client));
    }

    @Test
    void aPostThatIsMissingIsNoticedAndNothingBehindItIsServed() throws Exception {
        FakeStream client = connect();
        client.post(1, message(1));
        assertEquals(409, client.post(3, message(3)));
        assertEquals(204, client.post(2, message(2), message(3)));
        assertEquals(List.of(1, 2, 3), refused(client));
    }

    @Test
    void aMessageOverTheBoundClosesWith1009() throws Exception {
        settings.put("kefu.message.max-bytes", "128");
        FakeStream client = connect();
        client.send("x".repeat(128));
        client.send("x".repeat(129));
        isClosedWith(client, "1009 message too big");
    }

    @Test
    void tooManyMessagesAreRefusedAndThenCloseWith4007() throws Exception {
        settings.put("kefu.requests.rate", "1");
        settings.put("kefu.requests.burst", "2");
        FakeStream client = connect();
        client.post(message(1), message(2), message(3), message(4), message(5), message(6));
        isClosedWith(client, "4007 retry=5000");
        assertEquals(List.of(1, 2), refused(client));
    }

    @Test
    void aClientThatReadsNothingKeepsNobodyWaitingAndIsClosedInTime() throws Exception {
        settings.put("kefu.queue.timeout", "100ms");
        settings.put("kefu.heartbeat.interval", "100ms");
        FakeStream stuck = connect();
        FakeStream other = connect();
        stuck.login("1");
        stuck.stick();
        other.login("2");
        assertTrue(other.messages().toString().contains("customer_list"));
        Await.until(() -> !stuck.isConnected());
        assertTrue(gateway().connections.count() < 2);
        stuck.unstick();
        isClosedWith(stuck, "4008 too slow");
    }

    @Test
    void moreThanMayWaitForAClientClosesIt() throws Exception {
        settings.put("kefu.queue.max-frames", "16");
        FakeStream client = connect();
        client.stick();
        for (int i = 0; i < 20; i++) {
            client.post(message(i));
        }
        Await.until(() -> !client.isConnected());
        client.unstick();
        isClosedWith(client, "4008 too slow");
    }

    @Test
    void whoReadsOnGetsAllInOrder() throws Exception {
        FakeStream client = connect();
        client.stick();
        for (int i = 0; i < 20; i++) {
            client.post(message(i));
        }
        assertEquals(List.of(), refused(client));
        client.unstick();
        assertEquals(20, refused(client).size());
        assertEquals(refused(client).stream().sorted().toList(), refused(client));
    }

    @Test
    void aClientThatAnswersNoPingIsClosedWith4009AndOneThatDoesStays() throws Exception {
        settings.put("kefu.heartbeat.interval", "100ms");
        settings.put("kefu.heartbeat.timeout", "1s");
        FakeStream silent = connect();
        FakeStream alive = connect();
        List<String> answered = new ArrayList<>();
        Await.until(() -> {
            List<String> pings = alive.events(Event.PING);
            pings.subList(answered.size(), pings.size()).forEach(ping -> {
                answered.add(ping);
                alive.post(new Event(Event.PONG, ping));
            });
            return !silent.events(Event.CLOSE).isEmpty();
        });
        isClosedWith(silent, "4009 heartbeat missed");
        assertTrue(alive.isConnected());
        assertTrue(answered.size() > 1);
        assertTrue(
                Set.copyOf(alive.events(Event.PING)).size() > 1,
                "an answer proves what was read, so each ping is another");
    }

    @Test
    void aStopClosesTheStreamsBehindWhatWasSentAndSaysWhenToComeBack() throws Exception {
        FakeStream client = connect();
        client.send(BAD.formatted(1));
        gateway().stop();
        List<Event> events = client.events();
        assertEquals(1, refused(client).size());
        Event last = events.get(events.size() - 1);
        assertEquals(Event.CLOSE, last.type());
        assertTrue(last.data().matches("1012 retry=\\d+"), last.data());
        assertTrue(client.hasEnded());
    }

    @Test
    void whoSaysGoodbyeIsGoneAtOnceAndSoIsWhoseLineHasBroken() throws Exception {
        FakeStream there = connect();
        there.login("1");
        for (String code : List.of("1000", "", "nonsense")) {
            FakeStream polite = connect();
            polite.login("2");
            assertEquals(204, polite.post(new Event(Event.CLOSE, code)));
            assertTrue(polite.hasEnded());
            assertFalse(polite.isConnected());
        }
        FakeStream cut = connect();
        cut.login("2");
        cut.breaks();
        assertTrue(cut.hasEnded());
        assertFalse(cut.isConnected());
        Await.untilEquals(4L, () -> there.messages().stream()
                .filter(text -> text.contains("logout_push"))
                .count());
    }

    @Test
    void theCodeOfAGoodbyeSaysWhetherTheSessionStays() throws Exception {
        FakeStream there = connect();
        there.login("1");
        FakeStream stays = connect(Version.V2);
        stays.login("2");
        FakeStream leaves = connect(Version.V2);
        leaves.login("3");
        stays.post(new Event(Event.CLOSE, "4000"));
        leaves.post(new Event(Event.CLOSE, "1000"));
        Await.until(() -> there.messages().toString().contains("logout_push"));
        List<String> left = there.messages().stream()
                .filter(text -> text.contains("logout_push"))
                .toList();
        assertEquals(1, left.size());
        assertTrue(left.get(0).contains("\"3\""), left.get(0));
    }

    @Test
    void aSessionGoesOnOnAnotherStreamAndTheOneBeforeIsTakenOver() throws Exception {
        FakeStream first = connect(Version.V2);
        first.login("1");
        String login = first.messages().get(0);
        String ticket = login.replaceFirst(".*\"ticket\":\"([^\"]+)\".*", "$1");
        FakeStream second = connect(Version.V2);
        second.send("{\"method\":\"resume\",\"ticket\":\"" + ticket + "\",\"try\":1,\"channels\":{}}");
        Await.until(() -> second.messages().toString().contains("\"method\":\"resume\""));
        assertTrue(
                second.messages().get(0).contains("\"code\":200"),
                second.messages().get(0));
        isClosedWith(first, "4001 taken over");
    }

    @Test
    void whoComesWhereThereIsNoRoomIsToldWhenToComeBack() throws Exception {
        settings.put("kefu.connections", "1");
        connect();
        FakeStream second = connect();
        isClosedWith(second, "1013 retry=5000");
        assertEquals(Event.OPEN, second.events().get(0).type());
    }
}
