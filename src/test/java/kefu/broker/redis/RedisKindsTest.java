package kefu.broker.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lettuce.core.cluster.SlotHash;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import kefu.Await;
import kefu.broker.Audience;
import kefu.broker.Broker;
import kefu.broker.Delivery;
import kefu.broker.Member;
import kefu.broker.Publication;
import kefu.broker.SessionRecord;
import kefu.broker.UnavailableException;
import kefu.protocol.Channel;
import kefu.protocol.Id;
import kefu.protocol.Position;
import kefu.protocol.Version;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes on each kind of Redis: with a user of few rights, with TLS, behind a Sentinel, and in a Redis Cluster. */
class RedisKindsTest {
    private static final Id GROUP = Id.ofText("g").orElseThrow();
    private static final Channel ROOM = Channel.group(GROUP);

    private final List<AutoCloseable> open = new ArrayList<>();

    @TempDir
    Path files;

    /** A node, and what it hears of the group's channel. */
    private final class Node {
        final RedisTestbed redis;
        final List<String> heard = new CopyOnWriteArrayList<>();

        Node(String uri) throws Exception {
            this(Map.of("kefu.redis.uri", uri, "kefu.redis.prefix", "kefu"));
        }

        Node(Map<String, String> settings) throws Exception {
            redis = new RedisTestbed(settings);
            open.add(redis);
            redis.broker().listen(new Broker.Listener() {
                @Override
                public void published(Delivery delivery) {
                    heard.add(delivery.publication().payload());
                }

                @Override
                public void lost(Channel channel) {
                    heard.add("lost");
                }
            });
            get(redis.broker().follow(ROOM));
        }

        /** @return who is listed then */
        List<String> join(String uid) throws Exception {
            Member member =
                    new Member("client of " + uid, GROUP, Id.ofText(uid).orElseThrow(), "n", Version.V2, "node", 1);
            return get(redis.presence()
                            .join(SessionRecord.of(member, "hash of " + uid), Publication.byGateway("\"" + uid + "\"")))
                    .listed()
                    .stream()
                    .map(one -> one.uid().toString())
                    .toList();
        }

        Position say(String what) throws Exception {
            return get(redis.broker()
                            .publish(
                                    ROOM,
                                    Publication.byBackend("\"" + what + "\"", Audience.EVERYBODY, Optional.empty())))
                    .position();
        }
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private RedisServer server(String... options) {
        RedisServer server = new RedisServer(options);
        open.add(server);
        return server;
    }

    @AfterEach
    void close() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private void worksOn(Node one, Node two) throws Exception {
        assertEquals(List.of("ann"), one.join("ann"));
        assertEquals(List.of("ann", "bob"), two.join("bob"));
        one.say("x");
        two.say("y");
        for (Node node : List.of(one, two)) {
            Await.untilEquals(List.of("\"ann\"", "\"bob\"", "\"x\"", "\"y\""), () -> node.heard);
        }
        one.redis.reapDeadNodes();
        one.redis.advance(Duration.ofSeconds(1));
        assertEquals(2, get(one.redis.presence().count(ROOM)));
    }

    @Test
    void aUserNeedsNoMoreThanTheDocumentedRights() throws Exception {
        theDocumentedRightsAreEnoughOn(RedisServer::new);
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
    void theOldestVersionKnowsTheSameRights() throws Exception {
        theDocumentedRightsAreEnoughOn(RedisServer::oldest);
    }

    private void theDocumentedRightsAreEnoughOn(Function<String[], RedisServer> version) throws Exception {
        String rights = Files.readString(Path.of("docs/cluster.md"))
                .lines()
                .filter(line -> line.startsWith("user kefu "))
                .findFirst()
                .orElseThrow()
                .replace("<password>", "secret");
        Path config = files.resolve("redis.conf");
        Files.writeString(config, rights + "\nuser default on nopass ~* resetchannels &* +@all\n");
        RedisServer server = version.apply(new String[] {config.toString()});
        open.add(server);
        String uri = "redis://kefu:secret@127.0.0.1:" + server.port();
        Map<String, String> settings = Map.of(
                "kefu.redis.uri",
                uri,
                "kefu.redis.prefix",
                "kefu",
                RedisTestbed.CLOCK,
                "redis://127.0.0.1:" + server.port());
        worksOn(new Node(settings), new Node(settings));
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
    void whyTheOldestVersionCanDoNothingNowIsUnderstood() throws Exception {
        RedisServer server = RedisServer.oldest();
        open.add(server);
        Node node = new Node(server.settings("kefu"));
        server.command("CONFIG SET maxmemory 1");
        isRefused(() -> node.say("x"));
        server.command("CONFIG SET maxmemory 0");
        node.say("y");
        server.command("REPLICAOF 127.0.0.1 9");
        isRefused(() -> node.say("z"));
    }

    private static void isRefused(Executable step) {
        assertInstanceOf(
                UnavailableException.class,
                assertThrows(ExecutionException.class, step).getCause());
    }

    @Test
    void tlsNeedsTheCertificateOfTheRedisOwnAuthority() throws Exception {
        Path store = files.resolve("keys.p12");
        keytool(store, "ca", "-dname", "CN=ca", "-ext", "bc:c");
        keytool(store, "server", "-dname", "CN=redis", "-signer", "ca", "-ext", "san=ip:127.0.0.1");
        KeyStore keys = KeyStore.getInstance(store.toFile(), "secret".toCharArray());
        Path key = pem(
                "key.pem",
                "PRIVATE KEY",
                keys.getKey("server", "secret".toCharArray()).getEncoded());
        Path certificate =
                pem("server.pem", "CERTIFICATE", keys.getCertificate("server").getEncoded());
        Path authority = pem("ca.pem", "CERTIFICATE", keys.getCertificate("ca").getEncoded());
        RedisServer server = server(
                "--tls-port", RedisServer.BUS,
                "--tls-cert-file", certificate.toString(),
                "--tls-key-file", key.toString(),
                "--tls-ca-cert-file", authority.toString(),
                "--tls-auth-clients", "no");
        String uri = "rediss://127.0.0.1:" + (server.port() + RedisServer.BUS_DISTANCE);
        assertThrows(RuntimeException.class, () -> new Node(uri), "nobody has said that it is to be trusted");
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", keys.getCertificate("ca"));
        Path trust = files.resolve("trust.p12");
        try (OutputStream out = Files.newOutputStream(trust)) {
            trusted.store(out, "secret".toCharArray());
        }
        System.setProperty("javax.net.ssl.trustStore", trust.toString());
        System.setProperty("javax.net.ssl.trustStorePassword", "secret");
        try {
            worksOn(new Node(uri), new Node(uri));
        } finally {
            System.clearProperty("javax.net.ssl.trustStore");
            System.clearProperty("javax.net.ssl.trustStorePassword");
        }
    }

    private static void keytool(Path store, String alias, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-storepass",
                "secret",
                "-keystore",
                store.toString(),
                "-alias",
                alias));
        command.addAll(List.of(more));
        Process made = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(made.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, made.waitFor(), output);
    }

    private Path pem(String name, String what, byte[] der) throws Exception {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return Files.writeString(
                files.resolve(name), "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
    }

    @Test
    void behindASentinelTheNodesGoOnWithTheNewMaster() throws Exception {
        RedisServer master = server();
        RedisServer replica = server("--replicaof", "127.0.0.1", Integer.toString(master.port()));
        Await.until(() -> replica.command("INFO replication").contains("master_link_status:up"));
        Path config = files.resolve("sentinel.conf");
        Files.writeString(
                config,
                "sentinel monitor kefu 127.0.0.1 " + master.port() + " 1\n"
                        + "sentinel down-after-milliseconds kefu 500\nsentinel failover-timeout kefu 5000\n");
        RedisServer sentinel = server(config.toString(), "--sentinel");
        Await.until(() -> sentinel.command("INFO sentinel").contains("slaves=1"));
        String uri = "redis-sentinel://127.0.0.1:" + sentinel.port() + "#kefu";
        Node one = new Node(uri);
        Node two = new Node(uri);
        worksOn(one, two);
        Position before = one.say("z");
        Await.until(() -> replica.command("LLEN {kefu}:d:g:g").startsWith(":5"));
        master.stop();
        open.add(new ServerSocket(
                master.port(), 50, InetAddress.getLoopbackAddress())); // else the next server of a test may be there
        Await.until(() -> isMaster(replica));
        Await.until(() -> one.redis.isConnected() && two.redis.isConnected());
        two.redis.lease().renew(); // the other one has given it up, as its time has moved
        two.redis.settle();
        assertEquals(List.of("ann", "bob", "cid"), two.join("cid"));
        assertNotEquals(before.epoch(), one.say("a").epoch(), "what was confirmed may be lost: that is told");
        Await.until(() -> one.heard.contains("\"a\"") && two.heard.contains("\"a\""));
    }

    private static boolean isMaster(RedisServer server) {
        try {
            return server.command("INFO replication").contains("role:master");
        } catch (UncheckedIOException reset) { // Sentinel kills all connections of a server that it promotes
            return false;
        }
    }

    @Test
    void inARedisClusterTheNodesUseTheServerThatHasTheKeys() throws Exception {
        String[] options = {"--cluster-enabled", "yes", "--cluster-port", RedisServer.BUS};
        RedisServer first = server(options);
        RedisServer second = server(options);
        int half = SlotHash.SLOT_COUNT / 2;
        first.command("CLUSTER ADDSLOTSRANGE 0 " + (half - 1));
        second.command("CLUSTER ADDSLOTSRANGE " + half + " " + (SlotHash.SLOT_COUNT - 1));
        int bus = second.port() + RedisServer.BUS_DISTANCE;
        first.command("CLUSTER MEET 127.0.0.1 " + second.port() + " " + bus);
        for (RedisServer server : List.of(first, second)) {
            Await.until(() -> server.command("CLUSTER INFO").contains("cluster_state:ok"));
        }
        Map<String, String> settings = new HashMap<>();
        boolean inFirst = SlotHash.getSlot("{kefu}:") < half;
        RedisServer with = inFirst ? first : second;
        RedisServer without = inFirst ? second : first;
        settings.put("kefu.redis.uri", "redis-cluster://127.0.0.1:" + without.port());
        settings.put("kefu.redis.prefix", "kefu");
        settings.put(RedisTestbed.CLOCK, "redis://127.0.0.1:" + with.port());
        worksOn(new Node(settings), new Node(settings));
    }
}
