package kefu.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.io.File;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import kefu.protocol.Json;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** A client that stops reading harms nobody but itself, in a real container. */
@ArquillianTest
class SlowReaderIT {
    private static final String AT = "127.0.0.1:" + System.getProperty("kefu.it.http.port");
    private static final URI SOCKET = URI.create("ws://" + AT + "/slow/chat");
    private static final int FRAMES = 1_000;

    @Deployment(testable = false)
    static WebArchive slow() {
        return ShrinkWrap.create(ZipImporter.class, "slow.war")
                .importFrom(new File(System.getProperty("kefu.it.war")))
                .as(WebArchive.class)
                .addAsWebInfResource(
                        new StringAsset("config_ordinal=1000\nkefu.backend.url=\nkefu.queue.max-bytes=64MiB\n"),
                        "classes/META-INF/microprofile-config.properties");
    }

    /** The content is long enough to fill every buffer on the way to the stuck client: 8 MB in all. */
    @Test
    void theOthersHearAThousandFramesInOrderWhileItIsConnectedAndThenItLeaves() throws Exception {
        WsClient speaker = WsClient.connect(SOCKET);
        login(speaker, "speaker");
        WsClient listener = WsClient.connect(SOCKET);
        login(listener, "listener");
        String padding = "x".repeat(8_000);
        try (RawClient stuck = new RawClient(SOCKET, 4_096)) {
            stuck.send("{\"method\":\"login\",\"bid\":\"slow\",\"customer_id\":\"stuck\",\"customer_name\":\"n\"}");
            assertTrue(stuck.read().contains("customer_list")); // and reads no more
            assertEquals("login_push stuck", event(listener.next()));
            for (int i = 0; i < FRAMES; i++) {
                speaker.send("{\"method\":\"say\",\"to\":\"all\",\"content\":\"" + i + " " + padding + "\"}");
                // each is answered before the next: the stuck one delays nobody
                while (!speaker.next().contains("\"delivered\"")) {}
            }
            List<String> heard = new ArrayList<>();
            for (int i = 0; i < FRAMES; i++) {
                heard.add(event(listener.next()));
            }
            for (int i = 0; i < FRAMES; i++) {
                assertEquals("say_push " + i, heard.get(i), "in order, and nobody has left yet");
            }
            assertEquals(3, connections(), "the stuck one is still connected");
            assertEquals("logout_push stuck", event(listener.next()), "then it is closed and leaves the group");
            assertEquals(2, connections());
        }
        speaker.close();
        listener.close();
    }

    private static void login(WsClient client, String id) throws Exception {
        client.send("{\"method\":\"login\",\"bid\":\"slow\",\"customer_id\":\"" + id + "\",\"customer_name\":\"n\"}");
        client.next();
    }

    private static String event(String text) {
        JsonObject frame = Json.parse(text).orElseThrow().asJsonObject();
        return frame.getString("method") + " "
                + frame.getString("customer_id", frame.getString("content", "").split(" ", 2)[0]);
    }

    private static int connections() throws Exception {
        String health = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://" + AT + "/slow/health/ready"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
        return Json.parse(health).orElseThrow().asJsonObject().getInt("connections");
    }
}
