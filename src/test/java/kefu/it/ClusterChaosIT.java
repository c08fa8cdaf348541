package kefu.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import kefu.Await;
import kefu.broker.redis.RedisServer;
import kefu.chaos.Chaos;
import kefu.chaos.ChaosSettings;
import kefu.chaos.Report;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several nodes on one Redis behind HAProxy, as docs/cluster.md sets them up, while one after the other is drained and restarted,
 * nodes are killed, and Redis restarts: no client misses anything, and nobody hears of it.
 */
class ClusterChaosIT {
    private static final int HAPROXY = Ports.of(2);
    private static final int FIRST_NODE = Ports.of(6);
    private static final int NODES = Integer.getInteger("kefu.chaos.nodes", 3);
    private static final int ROUNDS = Integer.getInteger("kefu.chaos.rounds", 1);
    private static final Duration FREEZE = Duration.ofMillis(Long.getLong("kefu.chaos.freeze", 0));

    /** A node that has died is given up within two leases' time, and who vanished with it has no more than the grace. */
    private static final Duration GIVEN_UP = Duration.ofSeconds(20);

    /** Since Redis was back with nothing. */
    private static final Duration BACK = Duration.ofSeconds(15);

    private static final int BACKEND = Ports.BACKEND;
    private static final String KEY = System.getProperty("kefu.it.api.key");
    private static final URI GATEWAY = URI.create("http://127.0.0.1:" + HAPROXY + "/chat");

    private final ChaosSettings settings = ChaosSettings.readForCluster();
    private final RedisServer redis = new RedisServer("--appendonly", "yes", "--appendfsync", "always");
    private final List<TomcatInstance> nodes = new ArrayList<>();

    @TempDir
    private Path directory;

    @AfterEach
    void stop() {
        nodes.forEach(TomcatInstance::close);
        redis.close();
    }

    @Test
    void nobodyNoticesThatNodesAndRedisAreRestarted() throws Exception {
        for (int i = 0; i < NODES; i++) {
            nodes.add(node(i));
        }
        nodes.forEach(TomcatInstance::awaitReady);
        try (ServerProcess proxy = haproxy();
                Chaos chaos = new Chaos(settings, GATEWAY, KEY, BACKEND)) {
            Await.until(() -> isServed());
            chaos.start();
            for (int round = 0; round < ROUNDS; round++) {
                int first = round % NODES;
                int second = (round + 1) % NODES;
                chaos.kill("killed, node " + first, () -> {
                    nodes.get(first).kill();
                    nodes.set(first, node(first));
                });
                Consumer<Boolean> vanishes = chaos.guest();
                chaos.disturb("restarted, node " + second, () -> {
                    vanishes.accept(false);
                    restart(second);
                });
                nodes.get(first).awaitReady();
                chaos.awaitPresence("after a death", GIVEN_UP.plus(settings.grace()));
                if (!FREEZE.isZero()) {
                    chaos.kill("frozen, node " + second, () -> freeze(nodes.get(second)));
                }
                Consumer<Boolean> goes = chaos.guest();
                chaos.endStreams("Redis, with its data", () -> {
                    redis.terminate();
                    goes.accept(true);
                    redis.start();
                });
                Consumer<Boolean> goesToo = chaos.guest();
                chaos.forgetAll("Redis, with nothing", BACK, () -> {
                    redis.terminate();
                    goesToo.accept(true);
                    redis.startEmpty();
                });
            }
            Report report = chaos.finish();
            System.out.println(report);
            assertEquals(Map.of(), report.faults(), report::toString);
        }
    }

    private TomcatInstance node(int i) throws IOException {
        String backend = "http://127.0.0.1:" + BACKEND;
        Map<String, String> environment = new HashMap<>(Map.of(
                "KEFU_NODE", "node-" + i,
                "KEFU_PROXIES", "127.0.0.1",
                "KEFU_BACKEND_URL", backend + "/service/customer/",
                "KEFU_EVENTS_URL", backend + "/events",
                "KEFU_DESK", "on",
                "KEFU_AUTH_MODE", "backend",
                "KEFU_SESSION_GRACE", settings.grace().toMillis() + "ms",
                "KEFU_AGENT_CONNECTIONS", "1000",
                "KEFU_BACKEND_BREAKER_CALLS", "0"));
        redis.settings("chaos")
                .forEach((key, value) -> environment.put(key.toUpperCase().replace('.', '_'), value));
        return new TomcatInstance(directory.resolve("node-" + i), FIRST_NODE + i, environment);
    }

    /** As docs/cluster.md says. */
    private void restart(int node) throws Exception {
        TomcatInstance old = nodes.get(node);
        assertEquals(
                202,
                new ApiClient(old.url() + "/api", KEY).call("POST", "/drain").status());
        old.close();
        startAgain(node);
    }

    /** Until all of its clients have been told to come back. */
    private void freeze(TomcatInstance node) throws Exception {
        long due = metric(node, "kefu_connections ") + metric(node, "kefu_closes_total{");
        node.signal("-STOP");
        TimeUnit.MILLISECONDS.sleep(FREEZE.toMillis());
        node.signal("-CONT");
        node.awaitReady();
        Await.until(() -> metric(node, "kefu_closes_total{") >= due);
    }

    /** The sum of the lines that begin so. */
    private static long metric(TomcatInstance node, String lines) {
        try {
            return RawHttp.exchange(
                            node.url(), RawHttp.lines("GET /chat/metrics HTTP/1.1", "Host: x", "Connection: close"))
                    .lines()
                    .filter(line -> line.startsWith(lines))
                    .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                    .sum();
        } catch (IOException busy) {
            return 0;
        }
    }

    private void startAgain(int node) throws IOException {
        nodes.set(node, node(node).awaitReady());
    }

    private ServerProcess haproxy() throws IOException {
        String servers = nodes.stream()
                .map(node -> "server " + node.url().getPort() + " " + node.url().getAuthority())
                .collect(Collectors.joining("\n    "));
        String block = DocumentBlock.of("docs/cluster.md", "haproxy")
                .replaceAll("(?s)    server one .*", "    " + servers + "\n")
                .replace("bind :80", "bind 127.0.0.1:" + HAPROXY);
        Path file = Files.writeString(directory.resolve("haproxy.cfg"), block);
        return ServerProcess.installed("haproxy", "-db", "-f", file.toString());
    }

    private static boolean isServed() {
        try {
            return RawHttp.exchange(GATEWAY, RawHttp.lines("GET /chat/ HTTP/1.1", "Host: x", "Connection: close"))
                    .startsWith("HTTP/1.1 200");
        } catch (IOException notThereYet) {
            return false;
        }
    }
}
