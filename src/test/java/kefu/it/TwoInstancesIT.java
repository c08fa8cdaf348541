package kefu.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import kefu.Await;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two Tomcats on one host that share {@code kefu.data.dir}, behind nginx, as docs/operations.md sets them up: the newer one is
 * started beside the older one, which is stopped when the newer one serves. Agents and callers know nginx only.
 */
class TwoInstancesIT {
    private static final int NGINX = Ports.of(2);
    private static final int ONE = Ports.of(7);
    private static final int OTHER = Ports.of(8);
    private static final URI AGENTS = URI.create("ws://127.0.0.1:" + NGINX + "/chat/chat");
    private static final String KEY = System.getProperty("kefu.it.api.key");

    @TempDir
    private Path directory;

    private final List<AutoCloseable> servers = new ArrayList<>();
    private final List<ReturningClient> v2 = new ArrayList<>();
    private final List<ReturningClient> v1 = new ArrayList<>();
    private final ScheduledExecutorService pusher = Executors.newSingleThreadScheduledExecutor();
    private final ApiClient api = new ApiClient("http://127.0.0.1:" + NGINX + "/chat/api", KEY);

    // written by the pusher
    private volatile int accepted;
    private volatile String unexpected = "";

    @BeforeEach
    void startNginx() throws IOException {
        String block = DocumentBlock.of("docs/operations.md", "nginx")
                .replace("127.0.0.1:8081", "127.0.0.1:" + ONE)
                .replace("127.0.0.1:8082", "127.0.0.1:" + OTHER);
        int locations = block.indexOf("location");
        servers.add(ServerProcess.nginx(
                Files.createDirectory(directory.resolve("nginx")),
                NGINX,
                block.substring(0, locations),
                block.substring(locations)));
    }

    @AfterEach
    void stop() throws Exception {
        pusher.shutdownNow();
        for (ReturningClient client : all()) {
            client.close();
        }
        for (AutoCloseable server : servers) {
            server.close();
        }
    }

    private TomcatInstance start(int port, WebArchive... others) throws IOException {
        TomcatInstance instance = new TomcatInstance(
                directory.resolve(String.valueOf(port)),
                port,
                Map.of(
                        "KEFU_DATA_DIR",
                        directory.resolve("data").toString(),
                        "KEFU_PROXIES",
                        "127.0.0.1",
                        "KEFU_NODE",
                        "node-" + port),
                others);
        servers.add(instance);
        return instance.awaitReady();
    }

    private List<ReturningClient> all() {
        List<ReturningClient> all = new ArrayList<>(v2);
        all.addAll(v1);
        return all;
    }

    /** Pushes the next number, or the last one again where no gateway has taken it. */
    private void push() {
        int next = accepted + 1;
        try {
            ApiClient.Response answer =
                    api.call("POST", "/push", "{\"to\":{\"group\":\"two\"},\"message\":{\"n\":" + next + "}}");
            if (answer.status() == 200) {
                accepted = next;
            } else if (answer.status() != 503
                    || answer.headers().firstValue("Retry-After").isEmpty()) {
                unexpected = answer.toString();
            }
        } catch (Exception fault) { // else the timer would end in silence
            unexpected = fault.toString();
        }
    }

    private void awaitPushes(int more) {
        int until = accepted + more;
        Await.until(() -> accepted >= until);
    }

    @Test
    void theNewerOneGoesOnForEverybodyAndBackAgain() throws Exception {
        TomcatInstance one = start(ONE);
        for (int i = 0; i < 8; i++) {
            v2.add(new ReturningClient(AGENTS, "agent " + i, true));
        }
        for (int i = 0; i < 3; i++) {
            v1.add(new ReturningClient(AGENTS, "old page " + i, false));
        }
        List<ReturningClient> inOrder = all();
        for (int i = 0; i < inOrder.size(); i++) {
            ReturningClient client = inOrder.get(i);
            int after = inOrder.size() - 1 - i;
            Await.untilEquals(after, () -> client.presence().size()); // those who came after it
        }
        all().forEach(ReturningClient::forgetPresence);
        pusher.scheduleWithFixedDelay(this::push, 0, 10, TimeUnit.MILLISECONDS);
        awaitPushes(20);

        WebArchive slow = ShrinkWrap.create(WebArchive.class, "slow").addClass(SlowStart.class);
        TomcatInstance other = start(OTHER, slow);
        everybodyHasMoved(one);
        assertFalse(Files.exists(directory.resolve("data").resolve(SlowStart.ASKED_TOO_EARLY)));
        one.close();
        awaitPushes(20);

        start(ONE);
        everybodyHasMoved(other);
        other.close();
        awaitPushes(20);

        pusher.shutdown();
        assertTrue(pusher.awaitTermination(30, TimeUnit.SECONDS));
        assertEquals("", unexpected);
        List<Integer> pushed = IntStream.rangeClosed(1, accepted).boxed().toList();
        for (ReturningClient client : v2) {
            Await.untilEquals(pushed, client::numbers);
        }
        for (ReturningClient client : v1) { // it has no replay
            Await.until(() -> client.numbers().contains(accepted));
            assertEquals(client.numbers().stream().sorted().distinct().toList(), client.numbers());
        }
        for (ReturningClient client : all()) {
            assertEquals(List.of(), client.presence(), "nobody came or went");
        }
    }

    /** Each client has come back once, through nginx, and the older gateway takes nothing any more. */
    private void everybodyHasMoved(TomcatInstance from) throws Exception {
        for (ReturningClient client : all()) {
            client.comeBack();
        }
        awaitPushes(20);
        ApiClient.Response answer = new ApiClient(from.url() + "/api", KEY).call("GET", "/groups?group=two");
        assertEquals(503, answer.status());
        assertTrue(answer.headers().firstValue("Retry-After").isPresent());
        assertEquals(
                503,
                new ApiClient(from.url().toString(), KEY)
                        .call("GET", "/health/ready")
                        .status());
    }
}
