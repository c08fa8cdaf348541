package kefu.broker.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real {@code redis-server} on 127.0.0.1, which keeps nothing on disk unless it is told to. One serves all tests of a JVM, each with
 * a prefix of its own.
 */
public final class RedisServer implements AutoCloseable {
    /** Tests run in several processes: a port whose server is killed for a moment must not become another one's. */
    private static final int PORTS_PER_PROCESS = 200;

    private static final int FIRST_PORT = 26_000 + PORTS_PER_PROCESS * (Integer.getInteger("kefu.test.process", 1) - 1);
    private static final int LAST_PORT = FIRST_PORT + PORTS_PER_PROCESS - 1;

    /** In an option: the port on which nodes of a Redis Cluster talk. */
    static final String BUS = "{bus}";

    static final int BUS_DISTANCE = 1_500;

    private static final AtomicInteger PREFIXES = new AtomicInteger();
    private static @Nullable RedisServer shared;

    private static final String INSTALLED = "redis-server";

    /** Of the library embedded-redis: the oldest version that Kefu runs on. */
    private static final String OLDEST = "/redis-server-6.2.6-v5-linux-amd64";

    private final String program;
    private final List<String> options;
    private final Path directory;
    private final int port;
    private Process process;

    /** A server of the test's own. @param options as on its command line */
    public RedisServer(String... options) {
        this(INSTALLED, options);
    }

    private RedisServer(String program, String... options) {
        this.program = program;
        this.options = List.of(options);
        try {
            directory = Files.createTempDirectory("kefu-redis");
            int next = FIRST_PORT;
            Process started = start(next);
            while (!answers(started, next)) {
                if (++next > LAST_PORT) {
                    throw new IllegalStateException("redis-server does not start: see " + directory);
                }
                started = start(next);
            }
            port = next;
            process = started;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** A server of the test's own, of the oldest version that Kefu runs on; for Linux on amd64. */
    static RedisServer oldest(String... options) {
        try (InputStream from = RedisServer.class.getResourceAsStream(OLDEST)) {
            Path program = Files.createTempFile("kefu-redis-server", "");
            Files.write(program, Objects.requireNonNull(from).readAllBytes());
            program.toFile().deleteOnExit();
            if (!program.toFile().setExecutable(true)) {
                throw new IOException("not executable: " + program);
            }
            return new RedisServer(program.toString(), options);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** The one for all tests. It ends with the JVM. */
    public static synchronized RedisServer shared() {
        RedisServer there = shared;
        if (there == null) {
            there = new RedisServer();
            Runtime.getRuntime().addShutdownHook(new Thread(there::close));
            shared = there;
        }
        return there;
    }

    /** The settings of a gateway that nobody else meets in this Redis. */
    public Map<String, String> settings() {
        return settings("test" + PREFIXES.incrementAndGet());
    }

    /** The settings of a gateway. */
    public Map<String, String> settings(String prefix) {
        return Map.of("kefu.redis.uri", "redis://127.0.0.1:" + port, "kefu.redis.prefix", prefix);
    }

    /** Stops without a farewell: what was kept is lost. */
    public void stop() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stands still: connections stay, and nothing is answered. */
    public void freeze() {
        signal("-STOP");
    }

    /** Goes on after {@link #freeze}. */
    public void goOn() {
        signal("-CONT");
    }

    private void signal(String name) {
        try {
            new ProcessBuilder("kill", name, Long.toString(process.pid()))
                    .start()
                    .waitFor(10, TimeUnit.SECONDS);
        } catch (IOException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** What Redis answers, as it comes. */
    public String command(String line) {
        try {
            return command(port, line, 5_000);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static String command(int on, String line, int timeoutMillis) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", on), 1_000);
            socket.setSoTimeout(timeoutMillis);
            socket.getOutputStream().write((line + "\r\n").getBytes(US_ASCII));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), US_ASCII);
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public int port() {
        return port;
    }

    /** Where it keeps what it keeps. */
    Path directory() {
        return directory;
    }

    /** Ends as by its service. */
    public void terminate() throws InterruptedException {
        process.destroy();
        process.waitFor(10, TimeUnit.SECONDS);
    }

    /** Starts again on the same port, with nothing. */
    public void startEmpty() {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!file.equals(directory)) {
                    Files.delete(file);
                }
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        start();
    }

    /** Starts again on the same port, with nothing but what it has kept on disk. */
    public void start() {
        try {
            process = start(port);
            if (!answers(process, port)) {
                throw new IllegalStateException("redis-server does not start again: see " + directory);
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private Process start(int on) throws IOException {
        List<String> command = new ArrayList<>();
        List<String> more = options;
        command.add(program);
        if (!more.isEmpty() && more.get(0).endsWith(".conf")) { // before what else there is
            command.add(more.get(0));
            more = more.subList(1, more.size());
        }
        command.addAll(List.of(
                "--bind", "127.0.0.1", "--port", Integer.toString(on), "--dir", directory.toString(), "--save", ""));
        more.forEach(option -> command.add(option.replace(BUS, Integer.toString(on + BUS_DISTANCE))));
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("log").toFile())
                    .start();
        } catch (IOException missing) {
            throw new IOException("redis-server is missing: apt-get install redis-server", missing);
        }
    }

    /** Waits until the server answers. @return false: it has ended, since another has the port */
    private static boolean answers(Process server, int on) throws IOException {
        for (int i = 0; i < 500; i++) {
            if (!server.isAlive()) {
                return false;
            }
            try {
                String info = command(on, "INFO server", 500); // another one there may stand still
                return info.contains("process_id:" + server.pid() + "\r"); // else another has the port
            } catch (IOException notYet) {
                // it is asked again
            }
            try {
                if (server.waitFor(10, TimeUnit.MILLISECONDS)) {
                    return false;
                }
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                throw new IOException(stop);
            }
        }
        throw new IOException("redis-server does not answer");
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
