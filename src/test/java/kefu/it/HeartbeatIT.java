package kefu.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.List;
import kefu.Await;
import kefu.protocol.Json;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** Whoever shows a sign of life stays, and whose line is dead goes, in a real container. */
@ArquillianTest
class HeartbeatIT {
    private static final BuiltWar BEAT = new BuiltWar("beat");
    private static final BuiltWar PING = new BuiltWar("ping");
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    /** Ten heartbeats to a timeout. */
    private static final int HEARTBEATS = 10;

    private static final String SETTINGS = """
            kefu.backend.url=
            kefu.heartbeat.interval=200ms
            kefu.heartbeat.timeout=2s
            kefu.session.grace=1s
            """;

    @Deployment(name = "beat", testable = false)
    static WebArchive beat() {
        return BEAT.with(SETTINGS);
    }

    @Deployment(name = "ping", testable = false)
    static WebArchive ping() {
        return PING.with(SETTINGS + "kefu.heartbeat.text=\n");
    }

    @Test
    void aLineThatIsCutWithoutAWordIsDroppedWithinTheTimeoutAndItsGroupHearsItOnce() throws Exception {
        Await.until(() -> BEAT.connections() == 0); // those of the other tests have left
        WsClient witness = WsClient.connect(BEAT.socket());
        login(witness, "witness");
        try (CutLine line = new CutLine(BEAT.socket())) {
            login(WsClient.connect(line.url()), "lost");
            assertEquals("login_push lost", event(witness.next()));
            assertEquals(2, BEAT.connections());

            line.cut();
            long cut = System.nanoTime();
            int before = witness.heartbeats();
            assertEquals("logout_push lost", event(witness.next()));
            int heartbeats = witness.heartbeats() - before;
            assertTrue(heartbeats <= HEARTBEATS + 2, "after " + heartbeats + " heartbeats");
            long millis = (System.nanoTime() - cut) / 1_000_000;
            assertTrue(millis > TIMEOUT.toMillis() / 2, "not before its time, but after " + millis + " ms");
            assertEquals(1, BEAT.connections());
        }
        // and not again when the container at last sees the socket's end
        awaitHeartbeats(witness, HEARTBEATS);
        assertEquals(List.of(), witness.take());
        witness.close();
    }

    @Test
    void aSessionThatMayBeResumedLeavesAfterItsGraceAndItsGroupHearsItOnce() throws Exception {
        Await.until(() -> BEAT.connections() == 0);
        WsClient witness = WsClient.connect(BEAT.socket());
        login(witness, "witness");
        try (CutLine line = new CutLine(BEAT.socket())) {
            login(WsClient.connectV2(line.url()), "lost");
            assertEquals("login_push lost", event(witness.next()));
            line.cut();
            assertEquals("logout_push lost", event(witness.next()));
        }
        awaitHeartbeats(witness, HEARTBEATS);
        assertEquals(List.of(), witness.take());
        witness.close();
    }

    @Test
    void whoAnswersPingsOrTheTextStaysAndWhoAnswersNothingIsClosedWith4009() throws Exception {
        WsClient pongs = WsClient.connect(BEAT.socket());
        try (RawClient beats = new RawClient(BEAT.socket());
                RawClient silent = new RawClient(BEAT.socket())) {
            for (int i = 0; i < 3 * HEARTBEATS; i++) {
                assertEquals("{\"type\":\"ping\"}", beats.read());
                beats.send("beat");
            }
            beats.send("{\"method\":\"login\"}");
            String answer = beats.read();
            while (answer.equals("{\"type\":\"ping\"}")) {
                answer = beats.read();
            }
            assertTrue(answer.contains("\"10002\""), "no answer to a beat, and one to a request: " + answer);
            assertEquals(4009, silent.closeCode());
        }
        Await.until(() -> pongs.heartbeats() >= 3 * HEARTBEATS);
        login(pongs, "pongs");
        pongs.close();
    }

    @Test
    void withoutATextTheHeartbeatIsPingsOnly() throws Exception {
        try (RawClient client = new RawClient(PING.socket())) {
            for (int i = 0; i < 5; i++) {
                assertEquals(RawClient.PING, client.next().opcode());
            }
        }
        WsClient client = WsClient.connect(PING.socket());
        login(client, "pongs");
        client.close();
    }

    private static void awaitHeartbeats(WsClient client, int count) {
        int enough = client.heartbeats() + count;
        Await.until(() -> client.heartbeats() >= enough);
    }

    private static void login(WsClient client, String id) throws Exception {
        client.send("{\"method\":\"login\",\"bid\":\"beat\",\"customer_id\":\"" + id + "\",\"customer_name\":\"n\"}");
        assertEquals("login " + id, event(client.next()));
    }

    private static String event(String text) {
        JsonObject frame = Json.parse(text).orElseThrow().asJsonObject();
        return frame.getString("method") + " " + frame.getString("customer_id");
    }
}
