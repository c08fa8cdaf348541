package kefu.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients of a Tomcat that encrypts by itself. There each frame goes through Tomcat's framing. */
class EncryptedIT {
    private static final int HTTP = Ports.of(2);
    private static final int HTTPS = Ports.of(3);
    private static final String LOGIN =
            "{\"method\":\"login\",\"bid\":1,\"customer_id\":\"%s\",\"customer_name\":\"n\"}";

    /** More than the system's buffers take for a client with a small one. */
    private static final int FRAMES = 420;

    private static final String CONNECTORS = """
            <Connector address="127.0.0.1" port="${http.port}"/>
            <Connector address="127.0.0.1" port="%d" scheme="https" secure="true" SSLEnabled="true">
              <SSLHostConfig>
                <Certificate certificateKeystoreFile="%s" certificateKeystorePassword="%s"/>
              </SSLHostConfig>
            </Connector>
            """;

    /** No bound closes a connection here. */
    private static final Map<String, String> SETTINGS =
            Map.of("KEFU_QUEUE_MAX_BYTES", "16MiB", "KEFU_QUEUE_TIMEOUT", "10m", "KEFU_HEARTBEAT_TIMEOUT", "10m");

    @TempDir
    private Path directory;

    private TomcatInstance tomcat;

    @BeforeEach
    void start() throws Exception {
        Path store = directory.resolve("store.p12");
        String password = "changeit";
        makeCertificate(store, password);
        tomcat = new TomcatInstance(
                        directory.resolve("tomcat"), HTTP, CONNECTORS.formatted(HTTPS, store, password), SETTINGS)
                .awaitReady();
    }

    private static void makeCertificate(Path store, String password) throws IOException, InterruptedException {
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        Process made = new ProcessBuilder(
                        keytool.toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=127.0.0.1",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        password)
                .inheritIO()
                .start();
        assertTrue(made.waitFor(30, TimeUnit.SECONDS));
        assertEquals(0, made.exitValue());
    }

    @AfterEach
    void stop() {
        tomcat.close();
    }

    @Test
    void oneThatStandsStillHoldsUpNobodyAndHearsEverythingInOrderWhenItReadsOn() throws Exception {
        WsClient speaker = WsClient.connect(URI.create("ws://127.0.0.1:" + HTTP + "/chat/chat"));
        speaker.send(LOGIN.formatted("speaker"));
        speaker.next();
        URI encrypted = URI.create("wss://127.0.0.1:" + HTTPS + "/chat/chat");
        try (RawClient listener = new RawClient(encrypted);
                RawClient paused = new RawClient(encrypted, 4_096)) {
            for (RawClient client : new RawClient[] {listener, paused}) {
                client.send(LOGIN.formatted("e" + client.hashCode()));
                assertTrue(client.read().contains("customer_list"));
            }
            String rest = " " + "x".repeat(8_000);
            for (int i = 0; i < FRAMES; i++) {
                speaker.send("{\"method\":\"say\",\"to\":\"all\",\"content\":\"" + i + rest + "\"}");
                assertHeard(listener, i + rest);
            }
            for (int i = 0; i < FRAMES; i++) {
                assertHeard(paused, i + rest);
            }
        }
        speaker.close();
    }

    /** The next words that are said are these. */
    private static void assertHeard(RawClient client, String words) throws IOException {
        String frame = client.read();
        while (!frame.contains("say_push")) { // a login, a heartbeat
            frame = client.read();
        }
        assertTrue(frame.contains(words), () -> "not " + words.substring(0, 5));
    }
}
