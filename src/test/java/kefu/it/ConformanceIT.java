package kefu.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.File;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import kefu.Await;
import kefu.protocol.Json;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The built WAR, as it is, in the container that the build names, with a backend behind it. */
@ArquillianTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConformanceIT {
    private static final String AT = "127.0.0.1:" + Ports.HTTP;
    private static final URI SOCKET = URI.create("ws://" + AT + "/chat/chat");

    private static final List<String> SLOW =
            List.of("a backend that hangs: after 5 s code 0", "a slow backend within 5 s");

    private final JsonObject recorded = recorded();
    private StubBackend backend;

    @Deployment(testable = false)
    static WebArchive chat() {
        return ShrinkWrap.create(ZipImporter.class, "chat.war")
                .importFrom(new File(System.getProperty("kefu.it.war")))
                .as(WebArchive.class);
    }

    private static JsonObject recorded() {
        try {
            return Json.parse(Files.readString(Path.of("src/test/resources/seed-protocol.json")))
                    .orElseThrow()
                    .asJsonObject();
        } catch (java.io.IOException missing) {
            throw new java.io.UncheckedIOException(missing);
        }
    }

    @BeforeAll
    void beginBackend() throws Exception {
        backend = new StubBackend(Ports.BACKEND, recorded.getJsonObject("backend"));
        assertEquals(200, get("/chat/health/ready").statusCode());
    }

    @AfterAll
    void endBackend() {
        backend.close();
    }

    @Test
    void everyRecordedConversationGoesAsRecorded() throws Exception {
        List<JsonObject> vectors = recorded.getJsonArray("vectors").stream()
                .map(JsonValue::asJsonObject)
                .toList();
        assertEquals(29, vectors.size());
        assertEquals("", differences(vectors, () -> WsClient.connect(SOCKET)));
    }

    /** But those that wait for the backend, which has nothing to do with the way on which its answer comes. */
    @Test
    void everyRecordedConversationGoesAsRecordedWhereWebSocketIsBlocked() throws Exception {
        List<JsonObject> vectors = recorded.getJsonArray("vectors").stream()
                .map(JsonValue::asJsonObject)
                .filter(vector -> !SLOW.contains(vector.getString("name")))
                .toList();
        assertEquals(27, vectors.size());
        assertEquals("", differences(vectors, () -> StreamClient.connect(SOCKET)));
    }

    /** What does not go as recorded; empty: all does. */
    private String differences(List<JsonObject> vectors, Player.Connector connector) throws Exception {
        StringBuilder differences = new StringBuilder();
        for (JsonObject vector : vectors) {
            try (Player player = new Player(connector, backend)) {
                for (String difference : player.play(vector)) {
                    differences
                            .append(vector.getString("name"))
                            .append(", ")
                            .append(difference)
                            .append('\n');
                }
            }
        }
        return differences.toString();
    }

    @Test
    void theBackendIsToldWhoAsksAndByWhom() throws Exception {
        WsClient client = WsClient.connect(SOCKET);
        client.send("{\"method\":\"login\",\"bid\":\"三\",\"customer_id\":17,\"customer_name\":\"张三\"}");
        client.next();
        client.send("{\"method\":\"headers\"}");
        client.next();
        StubBackend.Received call = backend.received().stream()
                .filter(c -> c.path().endsWith("/headers"))
                .findAny()
                .orElseThrow();
        assertEquals("POST", call.verb());
        assertEquals("token=t-1%2b2%2f3", call.query());
        assertEquals("application/json", call.headers().getFirst("Content-Type"));
        assertNotNull(call.headers().getFirst("X-Kefu-Client"));
        assertEquals("17", call.headers().getFirst("X-Kefu-Customer-Id"));
        assertEquals("%e4%b8%89", call.headers().getFirst("X-Kefu-Bid"));
        client.close();
    }

    @Test
    void healthTellsVersionAndNode() throws Exception {
        for (String path : List.of("/chat/health/live", "/chat/health/ready")) {
            HttpResponse<String> answer = get(path);
            assertEquals(200, answer.statusCode());
            JsonObject health = Json.parse(answer.body()).orElseThrow().asJsonObject();
            assertEquals(System.getProperty("kefu.it.version"), health.getString("version"));
            assertEquals("it-node", health.getString("node"));
        }
        assertEquals(404, get("/chat/health/other").statusCode());
    }

    @Test
    void aPostThatComesTogetherWithItsHeadIsReadToItsEnd() throws Exception {
        StreamClient client = StreamClient.connect(SOCKET);
        String body = "data: {\"method\":\"long\",\"x\":\"%s\"}\n\n".formatted("x".repeat(12_000));
        String head = RawHttp.lines(
                "POST " + StreamClient.of(SOCKET).getPath() + " HTTP/1.1",
                "Host: 127.0.0.1",
                "X-Kefu-Connection: " + client.id(),
                "X-Kefu-Sequence: 1",
                "Content-Length: " + body.length());
        assertTrue(RawHttp.exchange(SOCKET, head + body).startsWith("HTTP/1.1 204"));
        assertTrue(client.next().contains("\"long\""));
    }

    @Test
    void aMessageOverTheBoundClosesItsConnectionWith1009AndOneAtTheBoundIsServed() throws Exception {
        String frame = "{\"method\":\"bound\",\"x\":\"%s\"}";
        int room = (256 << 10) - frame.length() + 2;
        for (ChatClient client : List.of(WsClient.connect(SOCKET), StreamClient.connect(SOCKET))) {
            client.send(frame.formatted("x".repeat(room)));
            assertTrue(client.next().contains("\"bound\""));
            client.send(frame.formatted("x".repeat(room + 1)));
            assertEquals(1009, client.closeCode());
        }
    }

    @Test
    void compressionIsDeclined() throws Exception {
        String offer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits";
        try (RawClient client = new RawClient(SOCKET, offer)) {
            assertFalse(client.handshake().toLowerCase(Locale.ROOT).contains("extensions"), client.handshake());
            client.send("{\"n\":1}");
            assertTrue(client.read().contains("\"10001\""));
        }
    }

    @Test
    void theSubprotocolOfTheSecondVersionIsAnsweredAndNoOther() throws Exception {
        try (RawClient second = new RawClient(SOCKET, "Sec-WebSocket-Protocol: other, kefu.v2")) {
            assertTrue(
                    second.handshake().toLowerCase(Locale.ROOT).contains("\r\nsec-websocket-protocol: kefu.v2\r\n"),
                    second.handshake());
            second.send("{\"method\":\"\",\"id\":\"x-1\"}");
            assertTrue(second.read().contains("\"x-1\""));
        }
        try (RawClient first = new RawClient(SOCKET, "Sec-WebSocket-Protocol: other")) {
            assertFalse(
                    first.handshake().toLowerCase(Locale.ROOT).contains("sec-websocket-protocol"), first.handshake());
            first.send("{\"method\":\"\",\"id\":\"x-1\"}");
            assertFalse(first.read().contains("\"x-1\""));
        }
    }

    @Test
    void theTokenIsInNoLogEvenWhereTheBackendFails() throws Exception {
        WsClient client = WsClient.connect(SOCKET);
        for (String method : List.of("token", "fail500", "reset", "hang")) {
            client.send("{\"method\":\"" + method + "\"}");
            client.next();
        }
        client.close();
        String encoded = "t-1%2b2%2f3";
        assertTrue(backend.received().stream().anyMatch(call -> call.query().equals("token=" + encoded)));
        if (!System.getProperty("arquillian.launch").equals("payara-micro")) {
            // the others write debug lines, the last of them this one
            Await.until(() -> ContainerLog.text().contains("No answer to hang of client"));
        }
        assertEquals(List.of(), ContainerLog.linesWith(System.getProperty("kefu.it.token")));
        assertEquals(List.of(), ContainerLog.linesWith(encoded));
    }

    @Test
    void servesThePage() throws Exception {
        HttpResponse<String> page = get("/chat/");
        assertEquals(200, page.statusCode());
        assertTrue(page.body().contains("login-form"));
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://" + AT + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
