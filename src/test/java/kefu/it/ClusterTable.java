package kefu.it;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import kefu.Await;
import kefu.broker.redis.RedisMeter;
import kefu.broker.redis.RedisServer;
import org.jspecify.annotations.Nullable;

/**
 * Measures gateways of one, two and more nodes on a Redis, each a Tomcat of its own on this machine, and one without Redis beside
 * them, and prints a Markdown table. A benchmark: nothing here says how quick is quick enough. {@code docs/scaling.md} says how it
 * is run.
 */
public final class ClusterTable {
    private static final int FIRST_PORT = Integer.getInteger("kefu.bench.port", 21012);
    private static final int SECONDS = Integer.getInteger("kefu.bench.seconds", 8);
    private static final int GROUPS = Integer.getInteger("kefu.bench.groups", 10);
    private static final int MEMBERS = Integer.getInteger("kefu.bench.members", 50);
    private static final int IDLE = Integer.getInteger("kefu.bench.idle", 1000);
    private static final int LARGE = 200; // of a group whose list is long
    private static final int WARM_SECONDS = Integer.getInteger("kefu.bench.warm", 15);
    private static final int IDLE_SECONDS = 15; // five signs of life of a node
    private static final int PUSHERS = 8;
    private static final int PACED = 100; // publications a second where delays are measured
    private static final String KEY = "0123456789abcdef";

    private final List<Process> nodes = new ArrayList<>();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicInteger names = new AtomicInteger();
    private final @Nullable RedisServer redis;
    private final @Nullable RedisMeter meter;

    /** What was used of the processors and of Redis, in a time. */
    private record Used(long nanos, long nodes, long redis, long commands) {
        Used since(Used before) {
            return new Used(
                    nanos - before.nanos, nodes - before.nodes, redis - before.redis, commands - before.commands);
        }

        double seconds() {
            return nanos / 1e9;
        }

        /** Of the nodes together, in microseconds. */
        double cpu(long times) {
            return nodes / 1e3 / Math.max(1, times);
        }

        double redisCpu(long times) {
            return redis / 1e3 / Math.max(1, times);
        }

        double commands(long times) {
            return (double) commands / Math.max(1, times);
        }
    }

    /** Publications that were accepted, and in which time. */
    private record Pushes(int count, double seconds) {}

    private ClusterTable(int count, Path war, Path home, Path directory) throws Exception {
        redis = count == 0 ? null : new RedisServer();
        meter = redis == null ? null : new RedisMeter(redis);
        for (int i = 0; i < Math.max(1, count); i++) {
            nodes.add(tomcat(FIRST_PORT + i, war, home, directory.resolve(count + "-" + i)));
        }
        for (int i = 0; i < nodes.size(); i++) {
            BuiltWar node = new BuiltWar("chat", FIRST_PORT + i);
            Await.until(Duration.ofMinutes(1), () -> isReady(node));
        }
    }

    private static boolean isReady(BuiltWar node) {
        try {
            return node.get("/health/ready").statusCode() == 200;
        } catch (RuntimeException notThereYet) {
            return false;
        }
    }

    /** @param args the WAR, a Tomcat, a directory for what is written, and the numbers of nodes; 0: one without Redis */
    public static void main(String[] args) throws Exception {
        System.out.println(
                "| nodes | scenario | a second | delivered a second | CPU of the nodes each, µs | CPU of Redis each, µs"
                        + " | commands of Redis each | p50, ms | p99, ms |");
        System.out.println("|---|---|---|---|---|---|---|---|---|");
        for (String count : List.of(args).subList(3, args.length)) {
            ClusterTable table =
                    new ClusterTable(Integer.parseInt(count), Path.of(args[0]), Path.of(args[1]), Path.of(args[2]));
            try {
                table.run(count);
            } finally {
                table.close();
            }
        }
        System.exit(0); // the HTTP client's threads
    }

    private Process tomcat(int port, Path war, Path home, Path base) throws IOException {
        for (String directory : List.of("conf", "logs", "temp", "webapps")) {
            Files.createDirectories(base.resolve(directory));
        }
        Files.copy(home.resolve("conf/web.xml"), base.resolve("conf/web.xml"), StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(base.resolve("conf/server.xml"), """
                <Server port="-1"><Service name="Catalina">
                <Connector port="%d" address="127.0.0.1" maxConnections="30000" acceptCount="4096"/>
                <Engine name="Catalina" defaultHost="localhost"><Host name="localhost" appBase="webapps" autoDeploy="false"/></Engine>
                </Service></Server>
                """.formatted(port));
        Files.copy(war, base.resolve("webapps/chat.war"), StandardCopyOption.REPLACE_EXISTING);
        Stream<String> own = Stream.of("-XX:+UseParallelGC", "-Xms512m", "-Xmx512m", "-Dkefu.node=" + port);
        Stream<String> limits = Stream.of(
                        "api.key=" + KEY,
                        "api.rate=1000000",
                        "agent.connections=100000",
                        "address.connections=100000",
                        "heartbeat.interval=1h",
                        "heartbeat.timeout=2h",
                        "queue.timeout=1h")
                .map(setting -> "-Dkefu." + setting);
        Stream<String> shared = redis == null
                ? Stream.of()
                : redis.settings("bench").entrySet().stream().map(one -> "-D" + one.getKey() + "=" + one.getValue());
        ProcessBuilder command = TomcatProcess.command(
                home, base, Stream.of(own, limits, shared).flatMap(all -> all).toList());
        return command.redirectErrorStream(true)
                .redirectOutput(base.resolve("logs/out").toFile())
                .start();
    }

    private void run(String count) throws Exception {
        try (BenchReader reader = new BenchReader()) {
            List<SocketChannel> members = new ArrayList<>();
            for (int i = 0; i < GROUPS * MEMBERS; i++) {
                members.add(client(reader, i, "g" + i % GROUPS, "m" + i));
            }
            pushes(reader, WARM_SECONDS, 0); // what has not run yet is slow
            measurePushes(count, "publications, as many as go", reader, 0);
            measurePushes(count, "publications, " + PACED + " a second", reader, PACED);
            measureIdle(count, reader, members);
            logins(3, 20); // what has not run yet is slow
            measureLogins(count, 20);
            measureLogins(count, LARGE);
            if (reader.ended() > 0) {
                System.out.println("connections that have ended: " + reader.ended());
            }
        }
    }

    private SocketChannel client(BenchReader reader, int node, String group, String uid) throws IOException {
        SocketChannel client = BenchReader.logIn(socket(node), group, uid);
        reader.add(client);
        return client;
    }

    private URI socket(int node) {
        return new BuiltWar("chat", FIRST_PORT + node / GROUPS % nodes.size()).socket();
    }

    private void measurePushes(String count, String what, BenchReader reader, int rate) throws Exception {
        long heard = reader.heard();
        reader.reset();
        Used before = used();
        Pushes done = pushes(reader, SECONDS, rate);
        Used used = used().since(before);
        int pushed = done.count();
        long deliveries = reader.heard() - heard;
        System.out.printf(
                "| %s | %s, to %d each | %.0f | %.0f | %.1f (%.1f a delivery) | %.1f | %.1f | %.2f | %.2f |%n",
                count,
                what,
                MEMBERS,
                pushed / done.seconds(),
                deliveries / done.seconds(),
                used.cpu(pushed),
                used.cpu(deliveries),
                used.redisCpu(pushed),
                used.commands(pushed),
                reader.delayMillis(0.5),
                reader.delayMillis(0.99));
        if (deliveries < pushed * (long) MEMBERS * 0.99) {
            System.out.println("of " + pushed * (long) MEMBERS + " deliveries " + deliveries + " were seen");
        }
    }

    /** Pushes by all nodes in turn. @param rate a second; 0: as many as go @return what was accepted, when all of it was heard */
    private Pushes pushes(BenchReader reader, int seconds, int rate) throws Exception {
        AtomicInteger pushed = new AtomicInteger();
        long begin = System.nanoTime();
        long end = begin + TimeUnit.SECONDS.toNanos(seconds);
        AtomicLong next = new AtomicLong(begin);
        long expected = reader.heard();
        inThreads(PUSHERS, thread -> {
            for (int i = thread; System.nanoTime() < end; i++) {
                if (rate > 0) {
                    LockSupport.parkNanos(next.getAndAdd(1_000_000_000 / rate) - System.nanoTime());
                }
                push(i % nodes.size(), "g" + i % GROUPS);
                pushed.incrementAndGet();
            }
        });
        double took = (System.nanoTime() - begin) / 1e9;
        long all = expected + pushed.get() * (long) MEMBERS * 999 / 1000;
        long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (reader.heard() < all && System.nanoTime() < patience) {
            LockSupport.parkNanos(1_000_000);
        }
        return new Pushes(pushed.get(), took);
    }

    private void push(int node, String group) throws Exception {
        String body = "{\"to\":{\"group\":\"" + group + "\"},\"message\":{\"method\":\"bench\",\"t\":"
                + System.nanoTime() + ",\"text\":\"" + "x".repeat(100) + "\"}}";
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + (FIRST_PORT + node) + "/chat/api/push"))
                        .header("Authorization", "Bearer " + KEY)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(answer.body());
        }
    }

    /** @param size of the group into which all log in: the list that each is answered with */
    private void measureLogins(String count, int size) throws Exception {
        Used before = used();
        int logins = logins(SECONDS, size);
        Used used = used().since(before);
        System.out.printf(
                "| %s | connect, log in, log out; a list of %d | %.0f | | %.0f | %.0f | %.1f | | |%n",
                count, size, logins / used.seconds(), used.cpu(logins), used.redisCpu(logins), used.commands(logins));
    }

    private int logins(int seconds, int size) throws Exception {
        String group = "logins" + names.incrementAndGet();
        List<SocketChannel> there = new ArrayList<>();
        int groups = size < LARGE ? GROUPS : 1;
        for (int i = 0; i < size * groups; i++) {
            there.add(BenchReader.logIn(socket(i * GROUPS), group + i % groups, "t" + i));
        }
        AtomicInteger done = new AtomicInteger();
        try (BenchReader reader = new BenchReader()) {
            for (SocketChannel client : there) {
                reader.add(client);
            }
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            inThreads(PUSHERS, thread -> {
                while (System.nanoTime() < end) {
                    int n = names.incrementAndGet();
                    try (SocketChannel client = BenchReader.logIn(socket(n * GROUPS), group + n % groups, "l" + n)) {
                        BenchReader.write(client, RawClient.frame(0x88, new byte[] {3, (byte) 0xe8}));
                        client.socket().getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
                    }
                    done.incrementAndGet();
                }
            });
            for (SocketChannel client : there) {
                client.close();
            }
        }
        return done.get();
    }

    private void measureIdle(String count, BenchReader reader, List<SocketChannel> members) throws Exception {
        for (int i = 0; i < IDLE; i++) {
            members.add(client(reader, i, "idle" + i % GROUPS, "i" + i));
        }
        TimeUnit.SECONDS.sleep(3); // what the logins have begun
        Used before = used();
        TimeUnit.SECONDS.sleep(IDLE_SECONDS);
        Used used = used().since(before);
        System.out.printf(
                "| %s | %d idle sessions | | | %.1f ms a second | %.2f ms a second | %.1f a second | | |%n",
                count,
                members.size(),
                used.nodes / 1e6 / used.seconds(),
                used.redis / 1e6 / used.seconds(),
                used.commands / used.seconds());
    }

    private Used used() {
        long cpu = nodes.stream()
                .mapToLong(node -> node.info().totalCpuDuration().orElseThrow().toNanos())
                .sum();
        return new Used(
                System.nanoTime(), cpu, meter == null ? 0 : meter.cpuNanos(), meter == null ? 0 : meter.commands());
    }

    private interface Work {
        void run(int thread) throws Exception;
    }

    private static void inThreads(int count, Work work) throws Exception {
        List<Thread> threads = new ArrayList<>();
        List<Exception> faults = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int own = i;
            threads.add(new Thread(() -> {
                try {
                    work.run(own);
                } catch (Exception fault) {
                    synchronized (faults) {
                        faults.add(fault);
                    }
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        if (!faults.isEmpty()) {
            throw faults.get(0);
        }
    }

    private void close() throws InterruptedException {
        nodes.forEach(Process::destroy);
        for (Process node : nodes) {
            node.waitFor(30, TimeUnit.SECONDS);
            node.destroyForcibly();
        }
        if (redis != null) {
            redis.close();
        }
    }
}
