package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import kefu.backend.Backend;
import kefu.connection.FakeWire;
import kefu.desk.Desk;
import kefu.protocol.Version;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The built-in backend's room and private talk, through a whole gateway. */
class SayTest {
    private final TestGateway gateway = new TestGateway();
    private final TestGateway.Client ann = gateway.connect();
    private final TestGateway.Client annsTab = gateway.connect();
    private final TestGateway.Client bob = gateway.connect();
    private final TestGateway.Client cat = gateway.connect();
    private final TestGateway.Client bobElsewhere = gateway.connect();

    @BeforeEach
    void logIn() {
        ann.login("g", "ann");
        annsTab.login("g", "ann");
        bob.login("g", "bob");
        cat.login("g", "cat");
        bobElsewhere.login("other", "bob");
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    private static String last(TestGateway.Client client) {
        List<String> received = client.wire.received();
        return received.get(received.size() - 1);
    }

    /** The last frame that nobody has said. */
    private static String answer(TestGateway.Client client) {
        return client.wire.received().stream()
                .filter(frame -> !frame.contains("say_push"))
                .reduce("", (before, next) -> next);
    }

    private static boolean heard(TestGateway.Client client) {
        return client.wire.received().stream().anyMatch(frame -> frame.contains("say_push"));
    }

    @Test
    void toAllIsHeardByEverybodyInTheGroupTheSpeakerToo() {
        ann.send("{\"method\":\"say\",\"to\":\"all\",\"content\":\"<hi> & 'you'\"}");
        for (TestGateway.Client client : List.of(annsTab, bob, cat)) {
            assertTrue(last(client).contains("\"content\":\"&lt;hi&gt; &amp; &#039;you&#039;\""), last(client));
        }
        assertTrue(heard(ann));
        assertEquals("{\"code\":0,\"delivered\":4,\"method\":\"say\"}", answer(ann));
        assertTrue(!heard(bobElsewhere), "another group hears nothing");
    }

    @Test
    void halfAnEmojiIsSaidAndShownAsTheEscapeThatItCameAs() {
        String half = "\\ud83d";
        ann.send("{\"method\":\"login\",\"bid\":\"g\",\"customer_id\":\"ann\",\"customer_name\":\"" + half + "\"}");
        assertTrue(last(ann).contains("\"method\":\"login\""), last(ann));
        assertTrue(last(bob).contains("\"customer_name\":\"" + half + "\""), last(bob));
        ann.send("{\"method\":\"say\",\"to\":\"all\",\"content\":\"" + half + "\"}");
        assertTrue(last(bob).contains("\"content\":\"" + half + "\",\"from"), last(bob));
        assertEquals("{\"code\":0,\"delivered\":4,\"method\":\"say\"}", answer(ann));
        ann.send("{\"method\":\"" + half + "\"}");
        assertTrue(last(ann).contains("\"code\":\"10003\""), last(ann));
        cat.send("{\"method\":\"login\",\"bid\":\"g\",\"customer_id\":\"" + half + "\",\"customer_name\":\"n\"}");
        assertTrue(last(cat).contains("\"code\":\"10002\""), "a header could not name this agent");
    }

    @Test
    void inPrivateItIsHeardByTheOtherAndTheSpeakersOtherConnectionsOnly() {
        ann.send("{\"method\":\"say\",\"to\":\"bob\",\"content\":\"psst\"}");
        assertTrue(heard(bob) && heard(annsTab));
        assertTrue(!heard(ann) && !heard(cat));
        assertTrue(!heard(bobElsewhere), "an agent of the same id in another group hears nothing");
        assertEquals("{\"code\":0,\"delivered\":2,\"method\":\"say\"}", answer(ann));
    }

    @Test
    void toOneselfIsHeardByAllOfOnesConnections() {
        ann.send("{\"method\":\"say\",\"to\":\"ann\",\"content\":\"note\"}");
        assertTrue(heard(ann) && heard(annsTab) && !heard(bob));
        assertEquals("{\"code\":0,\"delivered\":2,\"method\":\"say\"}", answer(ann));
    }

    @Test
    void toNobodyThereIsRefusedAndHeardByNobody() {
        ann.send("{\"method\":\"say\",\"to\":\"dan\",\"content\":\"?\"}");
        assertTrue(last(ann).contains("\"10009\""));
        assertTrue(!heard(annsTab));
    }

    @Test
    void whatNobodyWasThereToHearIsSaidOnceWhenItComesAgain() {
        TestGateway.Client eve = gateway.connect(new FakeWire(), Version.V2);
        eve.login("g", "eve");
        String request = "{\"method\":\"say\",\"id\":\"e-1\",\"to\":\"dan\",\"content\":\"hi\"%s}";
        String again = request.formatted(",\"again\":true");
        eve.send(request.formatted(""));
        eve.send(again);
        assertTrue(last(eve).contains("\"10009\""), last(eve));
        TestGateway.Client dan = gateway.connect();
        dan.login("g", "dan");
        eve.send(again);
        assertTrue(heard(dan) && answer(eve).contains("\"delivered\":1"), answer(eve));
        eve.send(again);
        assertEquals(
                1,
                dan.wire.received().stream()
                        .filter(text -> text.contains("say_push"))
                        .count());
    }

    @Test
    void beforeALoginItIsRefused() {
        TestGateway.Client stranger = gateway.connect();
        stranger.send("{\"method\":\"say\",\"to\":\"all\",\"content\":\"hi\"}");
        assertTrue(last(stranger).contains("\"10004\""));
        assertTrue(!heard(ann));
    }

    @Test
    void aBadArgumentIsRefused() {
        for (String arguments : List.of(
                "\"content\":\"x\"",
                "\"to\":\"all\"",
                "\"to\":null,\"content\":\"x\"",
                "\"to\":\"\",\"content\":\"x\"",
                "\"to\":[\"all\"],\"content\":\"x\"",
                "\"to\":\"all\",\"content\":1",
                "\"to\":\"all\",\"content\":{}",
                "\"to\":\"all\",\"content\":\"" + "中".repeat(2731) + "\"")) {
            ann.send("{\"method\":\"say\"," + arguments + "}");
            assertTrue(last(ann).contains("\"10012\""), arguments);
        }
        ann.send("{\"method\":\"say\",\"to\":\"all\",\"content\":\"" + "x".repeat(8192) + "\"}");
        assertTrue(answer(ann).contains("\"code\":0"), "8 KiB are allowed");
    }

    @Test
    void aClientOfVersion2KnowsItsOwnWordsByClientAndId() {
        TestGateway.Client eve = gateway.connect(new FakeWire(), Version.V2);
        eve.login("g", "eve");
        eve.send("{\"method\":\"say\",\"id\":\"e-1\",\"to\":\"all\",\"content\":\"hi\"}");
        JsonObject echo = eve.frames().stream()
                .filter(frame -> frame.containsKey("push"))
                .map(frame -> frame.getJsonObject("push"))
                .filter(push -> push.getString("method").equals("say_push"))
                .findAny()
                .orElseThrow();
        assertEquals("e-1", echo.getString("id"));
        assertEquals(eve.connection.client(), echo.getString("client"));
        assertTrue(answer(eve).contains("\"id\":\"e-1\""), answer(eve));
        assertTrue(!last(bob).contains("\"id\"") && !last(bob).contains("\"client\""), last(bob));
    }

    @Test
    void whatIsSaidAgainIsSaidOnceThoughItsAnswerIsForgotten() {
        TestGateway.Client eve = gateway.connect(new FakeWire(), Version.V2);
        eve.login("g", "eve");
        String said = "{\"method\":\"say\",\"id\":\"e-1\",\"to\":\"%s\",\"content\":\"hi\"%s}";
        for (String to : List.of("all", "bob")) {
            eve.send(said.formatted(to, "").replace("e-1", "e-" + to));
            for (int other = 0; other < 65; other++) { // as many answers as a session keeps, and one more
                eve.send("{\"method\":\"order/list\",\"id\":\"" + to + other + "\"}");
            }
            eve.send(said.formatted(to, ",\"again\":true").replace("e-1", "e-" + to));
            assertEquals(200, eve.frames().get(eve.frames().size() - 1).getInt("code"));
        }
        assertEquals(
                2,
                bob.wire.received().stream().filter(f -> f.contains("say_push")).count());
    }

    @Test
    void whatIsAskedAgainBeforeItWasEverSaidIsSaid() {
        TestGateway.Client eve = gateway.connect(new FakeWire(), Version.V2);
        eve.login("g", "eve");
        eve.send("{\"method\":\"say\",\"id\":\"e-1\",\"again\":true,\"to\":\"bob\",\"content\":\"hi\"}");
        assertTrue(heard(bob));
    }

    @Test
    void anyOtherMethodGoesToTheBackendBehindIt() {
        V2Testbed.SlowBackend rest = new V2Testbed.SlowBackend();
        rest.answer("order/list", new Backend.Answered("[]"));
        try (TestGateway beside =
                new TestGateway(Map.of("kefu.desk", "on"), one -> new Desk(one.broker, Clock.systemUTC(), rest))) {
            TestGateway.Client eve = beside.connect();
            eve.login("g", "eve");
            eve.send("{\"method\":\"order/list\"}");
            assertEquals("[]", last(eve));
            eve.send("{\"method\":\"say\",\"to\":\"all\",\"content\":\"hi\"}");
            assertTrue(heard(eve));
            assertEquals(List.of("order/list"), rest.methods());
        }
    }

    @Test
    void anyOtherMethodIsUnknown() {
        ann.send("{\"method\":\"order/list\"}");
        assertEquals("{\"code\":404,\"method\":\"order/list\",\"msg\":\"请求失败，请稍后再试\"}", last(ann));
    }
}
