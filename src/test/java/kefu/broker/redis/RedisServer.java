package kefu.broker.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A real {@code redis-server} on 127.0.0.1, which keeps nothing on disk. One serves all tests of a JVM, each with a prefix of its own. */
public final class RedisServer implements AutoCloseable {
    private static final int FIRST_PORT = 26_000;
    private static final int LAST_PORT = 26_400;
    private static final AtomicInteger PREFIXES = new AtomicInteger();
    private static @Nullable RedisServer shared;

    private final Path directory;
    private final int port;
    private Process process;

    /** A server of the test's own. */
    public RedisServer() {
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

    /** Starts again, with nothing, on the same port. */
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
        List<String> command = List.of(
                "redis-server",
                "--bind",
                "127.0.0.1",
                "--port",
                Integer.toString(on),
                "--dir",
                directory.toString(),
                "--save",
                "",
                "--appendonly",
                "no");
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
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", on), 1_000);
                socket.getOutputStream().write("INFO server\r\nQUIT\r\n".getBytes(US_ASCII));
                String info = new String(socket.getInputStream().readAllBytes(), US_ASCII);
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
