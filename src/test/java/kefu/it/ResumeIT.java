package kefu.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import kefu.Await;
import kefu.protocol.Json;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A session of protocol v2 that loses its line, in a real container: nobody sees it leave, and it misses nothing. */
@ArquillianTest
class ResumeIT {
    private static final BuiltWar CHAT = new BuiltWar("resume");
    private static final int SAID = 300;

    private final List<WsClient> clients = new ArrayList<>();

    @Deployment(testable = false)
    static WebArchive resume() {
        return CHAT.with("""
                kefu.backend.url=
                kefu.heartbeat.interval=200ms
                kefu.heartbeat.timeout=2s
                kefu.session.grace=5m
                """);
    }

    @BeforeEach
    void othersHaveLeft() {
        Await.until(() -> CHAT.connections() == 0);
    }

    @AfterEach
    void leave() {
        clients.forEach(WsClient::abort);
    }

    private WsClient connect(URI url) throws Exception {
        WsClient client = WsClient.connectV2(url);
        clients.add(client);
        return client;
    }

    private static JsonObject next(WsClient client) throws InterruptedException {
        return Json.parse(client.next()).orElseThrow().asJsonObject();
    }

    private static JsonObject login(WsClient client, String bid, String uid) throws Exception {
        client.send("{\"method\":\"login\",\"bid\":\"%s\",\"customer_id\":\"%s\",\"customer_name\":\"%s\"}"
                .formatted(bid, uid, uid));
        JsonObject answer = next(client);
        assertEquals("login", answer.getString("method"));
        return answer;
    }

    private static void resume(WsClient client, JsonObject login, int attempt) throws Exception {
        client.send("{\"method\":\"resume\",\"ticket\":\"%s\",\"try\":%d,\"channels\":%s}"
                .formatted(login.getString("ticket"), attempt, login.getJsonObject("channels")));
    }

    /** What is published next. */
    private static JsonObject push(WsClient client) throws InterruptedException {
        JsonObject frame = next(client);
        while (!frame.containsKey("push")) { // the answers to what it said
            frame = next(client);
        }
        return frame.getJsonObject("push");
    }

    private static void say(WsClient client, int from, int to) throws Exception {
        for (int n = from; n < to; n++) {
            client.send("{\"method\":\"say\",\"to\":\"all\",\"content\":\"" + n + "\"}");
            assertEquals(String.valueOf(n), push(client).getString("content"));
        }
    }

    private static List<String> said(WsClient client, int count) throws Exception {
        List<String> said = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            said.add(push(client).getString("content"));
        }
        return said;
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(String::valueOf).toList();
    }

    @Test
    void whoseLineBreaksOffMissesNothingAndNobodyHearsOfIt() throws Exception {
        WsClient witness = connect(CHAT.socket());
        login(witness, "breaks", "witness");
        WsClient lost = connect(CHAT.socket());
        JsonObject session = login(lost, "breaks", "ann");
        assertEquals("login_push", push(witness).getString("method"));
        lost.abort();
        Await.until(() -> CHAT.connections() == 1);
        say(witness, 0, SAID);
        WsClient again = connect(CHAT.socket());
        resume(again, session, 1);
        JsonObject answer = next(again);
        assertEquals("resume", answer.getString("method"));
        assertEquals(session.getString("client"), answer.getString("client"));
        say(witness, SAID, SAID + 10);
        assertEquals(numbers(0, SAID + 10), said(again, SAID + 10));
        assertTrue(
                witness.take().stream().noneMatch(frame -> frame.contains("_push\",\"client")), "nobody came or went");
    }

    @Test
    void whoIsQuickerThanTheHeartbeatTakesTheSessionOverFromTheDeadLine() throws Exception {
        WsClient witness = connect(CHAT.socket());
        login(witness, "dead", "witness");
        try (CutLine line = new CutLine(CHAT.socket())) {
            JsonObject session = login(connect(line.url()), "dead", "ann");
            assertEquals("login_push", push(witness).getString("method"));
            line.cut();
            say(witness, 0, 20);
            WsClient again = connect(CHAT.socket());
            resume(again, session, 1);
            assertEquals("resume", next(again).getString("method"));
            assertEquals(numbers(0, 20), said(again, 20));
            Await.until(() -> CHAT.connections() == 2);
            WsClient stalled = connect(CHAT.socket());
            resume(stalled, session, 1);
            assertEquals("10005", next(stalled).getString("code"));
            WsClient third = connect(CHAT.socket());
            resume(third, session, 2);
            assertEquals("resume", next(third).getString("method"));
            assertEquals(4001, again.closeCode());
            assertFalse(witness.take().toString().contains("logout_push"));
        }
    }

    @Test
    void whoSaysGoodbyeIsLoggedOutAtOnce() throws Exception {
        WsClient witness = connect(CHAT.socket());
        login(witness, "polite", "witness");
        WsClient polite = connect(CHAT.socket());
        JsonObject session = login(polite, "polite", "ann");
        assertEquals("login_push", push(witness).getString("method"));
        polite.close();
        assertEquals("logout_push", push(witness).getString("method"));
        WsClient late = connect(CHAT.socket());
        resume(late, session, 1);
        assertEquals("10005", next(late).getString("code"));
    }
}
