package kefu.broker.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A line to a Redis. It can be cut, and it can fall silent: then nothing passes, and neither end is told. It can be mended. */
public final class RedisLine implements AutoCloseable {
    private enum State {
        WHOLE,
        CUT,
        SILENT,
        WITHOUT_MESSAGES
    }

    private final ServerSocket door;
    private final Set<Socket> ends = ConcurrentHashMap.newKeySet();
    private final Set<Socket> subscribed = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final int server;
    private volatile State state = State.WHOLE;

    public RedisLine(RedisServer server) {
        this.server = server.port();
        try {
            door = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        threads.execute(this::accept);
    }

    /** The settings of a gateway at this end of the line. */
    public Map<String, String> settings(String prefix) {
        return Map.of(
                "kefu.redis.uri",
                "redis://127.0.0.1:" + door.getLocalPort(),
                "kefu.redis.prefix",
                prefix,
                RedisTestbed.CLOCK,
                "redis://127.0.0.1:" + server);
    }

    /** Connections are closed, and new ones refused. */
    public void cut() {
        state = State.CUT;
        ends.forEach(RedisLine::close);
    }

    /** What is sent is lost, and what connects hears nothing. What hangs in the line stays lost when it is mended. */
    public void silence() {
        state = State.SILENT;
    }

    /** The connection on which messages come falls silent, the other one does not. */
    public void silenceMessages() {
        state = State.WITHOUT_MESSAGES;
    }

    /** New connections get through. */
    public void mend() {
        state = State.WHOLE;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = door.accept();
                ends.add(client);
                if (state == State.CUT) {
                    client.close();
                } else {
                    threads.execute(() -> connect(client));
                }
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private void connect(Socket client) {
        try {
            if (state == State.SILENT) {
                client.getInputStream().transferTo(OutputStream.nullOutputStream());
                return;
            }
            Socket to = new Socket(InetAddress.getByName("127.0.0.1"), server);
            ends.add(to);
            threads.execute(() -> pass(client, to));
            pass(to, client);
        } catch (IOException refused) {
            close(client);
        }
    }

    private void pass(Socket from, Socket to) {
        try {
            boolean lost = false;
            byte[] bytes = new byte[65_536];
            InputStream in = from.getInputStream();
            for (int n = in.read(bytes); n > 0; n = in.read(bytes)) {
                if (new String(bytes, 0, n, StandardCharsets.ISO_8859_1).contains("\r\nSUBSCRIBE\r\n")) {
                    subscribed.add(from);
                    subscribed.add(to);
                }
                lost |= state == State.SILENT || (state == State.WITHOUT_MESSAGES && subscribed.contains(from));
                if (!lost) {
                    to.getOutputStream().write(bytes, 0, n);
                }
            }
            if (!lost) {
                close(to);
            }
        } catch (IOException ended) {
            close(to);
        }
        close(from);
    }

    private static void close(Socket end) {
        try {
            end.close();
        } catch (IOException ignored) {
            // it is closed
        }
    }

    @Override
    public void close() {
        try {
            door.close();
        } catch (IOException ignored) {
            // it is closed
        }
        ends.forEach(RedisLine::close);
        threads.shutdownNow();
    }
}
