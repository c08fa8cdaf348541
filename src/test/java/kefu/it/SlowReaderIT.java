package kefu.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import kefu.Await;
import kefu.protocol.Json;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** A client that stops reading harms nobody but itself, in a real container. */
@ArquillianTest
class SlowReaderIT {
    private static final BuiltWar SLOW = new BuiltWar("slow");
    private static final boolean ON_TOMCAT =
            System.getProperty("arquillian.launch").startsWith("tomcat");
    private static final int FRAMES = 1_000;

    /** Most that is sent before the queue must have overflowed: its bound, and 16 MiB for the container's and the system's buffers. */
    private static final int MOST_FRAMES = (32 << 20) / 8_000;

    /** The queue holds the thousand frames and not many more; nothing but its bound closes a connection here. */
    private static final String SETTINGS = """
            kefu.backend.url=
            kefu.queue.max-bytes=16MiB
            kefu.queue.timeout=10m
            kefu.heartbeat.timeout=10m
            """;

    /** What the container's live objects may grow by: the queue's bound, the group's stream (4 MiB), and as much as both for buffers and rest. */
    private static final long MOST_GROWTH = 2 * (16L + 4 << 20);

    /**
     * And when the stuck one has gone: less than its queue alone. The stream stays; and Payara's threads keep buffers that
     * they have used, the more of them the busier the machine is.
     */
    private static final long MOST_LEFT = 16L << 20;

    /** More than the system's buffers take, so that a frame is on its way while the client stands still. */
    private static final int FRAMES_OF_A_PAUSE = 420;

    /** Longer than Tomcat takes to notice a timeout of a second. */
    private static final int PAUSE_SECONDS = 3;

    @Deployment(testable = false)
    static WebArchive slow() {
        return SLOW.with(SETTINGS);
    }

    @Test
    void theOthersHearAThousandFramesInOrderWhileItIsConnectedAndThenItLeaves() throws Exception {
        WsClient speaker = WsClient.connect(SLOW.socket());
        login(speaker, "speaker");
        WsClient listener = WsClient.connect(SLOW.socket());
        login(listener, "listener");
        say(speaker, 0);
        listener.next();
        long before = liveBytes();
        try (RawClient stuck = new RawClient(SLOW.socket(), 4_096)) {
            stuck.send("{\"method\":\"login\",\"bid\":\"slow\",\"customer_id\":\"stuck\",\"customer_name\":\"n\"}");
            assertTrue(stuck.read().contains("customer_list")); // and reads no more
            assertEquals("login_push stuck", event(listener.next()));
            for (int i = 0; i < FRAMES; i++) {
                say(speaker, i);
                assertEquals("say_push " + i, event(listener.next()));
            }
            assertEquals(3, SLOW.connections(), "the stuck one is still connected");
            long grown = liveBytes() - before;
            assertTrue(grown < MOST_GROWTH, "with the stuck one " + grown + " bytes more");

            int said = FRAMES;
            for (String heard = ""; !heard.equals("logout_push stuck"); heard = event(listener.next())) {
                if (heard.isEmpty() || heard.startsWith("say_push")) {
                    assertTrue(said < MOST_FRAMES, "the queue of the stuck one has grown past its bound");
                    say(speaker, said++);
                }
            }
            assertEquals(2, SLOW.connections());
        }
        // Payara keeps what it took, up to four times the socket's buffer, as long as the socket is there
        Await.until(() -> liveBytes() - before < MOST_LEFT);
        // of ours nothing stays of a thousand: the stream keeps what was said, not the frames
        Await.until(() -> ContainerHeap.look().instances("kefu.protocol.Frame") < FRAMES / 10);
        speaker.close();
        listener.close();
        Await.until(() -> SLOW.connections() == 0);
    }

    /** It pings too: then the container's pongs wait with the frames, and neither may get into the other. */
    @Test
    void aClientThatStandsStillForSecondsHearsEverythingWhenItReadsOn() throws Exception {
        WsClient speaker = WsClient.connect(SLOW.socket());
        login(speaker, "speaker");
        try (RawClient paused = new RawClient(SLOW.socket(), 4_096)) {
            paused.send("{\"method\":\"login\",\"bid\":\"slow\",\"customer_id\":\"paused\",\"customer_name\":\"n\"}");
            assertTrue(paused.read().contains("customer_list"));
            for (int i = 0; i < FRAMES_OF_A_PAUSE; i++) {
                say(speaker, i);
            }
            TimeUnit.SECONDS.sleep(PAUSE_SECONDS); // by the client
            for (int i = 0; i < 2 * FRAMES_OF_A_PAUSE; i++) {
                if (i < FRAMES_OF_A_PAUSE) { // so that the system's buffer stays full
                    say(speaker, FRAMES_OF_A_PAUSE + i);
                    ping(paused);
                }
                assertEquals("say_push " + i, event(said(paused)));
            }
        }
        speaker.close();
        Await.until(() -> SLOW.connections() == 0);
    }

    private static void ping(RawClient client) throws IOException {
        for (int i = 0; ON_TOMCAT && i < 5; i++) { // Payara tells of pings, and these would be too many
            client.write(RawClient.frame(0x80 | RawClient.PING, new byte[125]));
        }
    }

    /** By its API Tomcat would encode it once for each receiver, and send it in parts of 8 KiB, each on another thread. */
    @Test
    void aLongTextComesInOneFrame() throws Exception {
        WsClient speaker = WsClient.connect(SLOW.socket());
        login(speaker, "speaker");
        try (RawClient listener = new RawClient(SLOW.socket())) {
            listener.send(
                    "{\"method\":\"login\",\"bid\":\"slow\",\"customer_id\":\"listener\",\"customer_name\":\"n\"}");
            assertTrue(listener.read().contains("customer_list"));
            String text = "x".repeat(8 << 10); // the longest, to which the frame adds who speaks
            int frames = 4; // there is room for the first, and not for the last
            for (int i = 0; i < frames; i++) {
                speaker.send("{\"method\":\"say\",\"to\":\"all\",\"content\":\"" + text + "\"}");
            }
            for (int i = 0; i < frames; i++) {
                JsonObject push = Json.parse(said(listener)).orElseThrow().asJsonObject();
                assertEquals(text, push.getString("content"));
            }
        }
        speaker.close();
        Await.until(() -> SLOW.connections() == 0);
    }

    /** The next words, behind a login and heartbeats. */
    private static String said(RawClient client) throws IOException {
        for (int i = 0; i < 5; i++) {
            String frame = client.read();
            if (frame.contains("say_push")) {
                return frame;
            }
        }
        throw new AssertionError("nothing is said");
    }

    /**
     * To complete such a request would hold one of Tomcat's threads, and to leave it would keep what it holds for a minute. Payara
     * gives it up by itself after 30 s.
     */
    @Test
    void aStreamThatIsNotReadIsCutOffWithItsConnection() throws Exception {
        WsClient speaker = WsClient.connect(SLOW.socket());
        login(speaker, "speaker");
        WsClient listener = WsClient.connect(SLOW.socket());
        login(listener, "listener");
        try (RawHttp stuck = new RawHttp(SLOW.socket())) {
            stuck.write(RawHttp.lines("GET /slow/chat/stream HTTP/1.1", "Host: 127.0.0.1"));
            String opening = "";
            while (!opening.contains("\"protocol\"")) {
                opening += stuck.read(1);
            }
            String id = opening.replaceFirst("(?s).*\"connection\":\"(\\w+)\".*", "$1");
            assertEquals(
                    204,
                    StreamClient.post(StreamClient.of(SLOW.socket()), id, 1, """
                    data: {"method":"login","bid":"slow","customer_id":"stuck","customer_name":"n"}
                    """)
                            .join());
            assertEquals("login_push stuck", event(listener.next()));
            int said = 0;
            for (String heard = ""; !heard.equals("logout_push stuck"); heard = event(listener.next())) {
                if (heard.isEmpty() || heard.startsWith("say_push")) {
                    assertTrue(said < MOST_FRAMES, "the queue of the stuck one has grown past its bound");
                    say(speaker, said++);
                }
            }
            if (ON_TOMCAT) {
                Await.until(() -> ContainerHeap.look().instances("kefu.gateway.http.EventStream") == 0);
            }
        }
        assertEquals(List.of(), ContainerLog.linesWith("This Tomcat ends a response in another way"));
        speaker.close();
        listener.close();
        Await.until(() -> SLOW.connections() == 0);
    }

    /** What the container's objects take that are still in use: the histogram collects garbage first. */
    private static long liveBytes() {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        String pid = String.valueOf(Ownership.started().get(0));
        try {
            Process histogram = new ProcessBuilder(jcmd, pid, "GC.class_histogram").start();
            String total =
                    histogram.inputReader().lines().reduce("", (last, line) -> line.startsWith("Total") ? line : last);
            return Long.parseLong(total.trim().split(" +")[2]);
        } catch (IOException noTool) {
            throw new UncheckedIOException(noTool);
        }
    }

    /** Says something long to everybody, and waits for the answer: the stuck one delays nobody. */
    private static void say(WsClient speaker, int number) throws Exception {
        String content = number + " " + "x".repeat(8_000);
        speaker.send("{\"method\":\"say\",\"to\":\"all\",\"content\":\"" + content + "\"}");
        while (!speaker.next().contains("\"delivered\"")) {
            // its own words come back to it too
        }
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
}
