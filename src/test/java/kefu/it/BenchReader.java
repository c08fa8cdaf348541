package kefu.it;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads for all clients of a benchmark on one thread, and does nothing with what comes but to look for the time that a push
 * carries ({@code "t":}, in nanoseconds of this JVM).
 */
final class BenchReader implements AutoCloseable {
    private static final byte[] TIME = "\"t\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PING = "{\"type\":\"ping\"}".getBytes(StandardCharsets.US_ASCII);

    /** Of ten microseconds each; the last one has all that took longer. */
    private static final int BUCKETS = 100_000;

    private static final int BUCKET_NANOS = 10_000;

    private final Selector selector = Selector.open();
    private final ByteBuffer read = ByteBuffer.allocateDirect(256 << 10);
    private final byte[] bytes = new byte[256 << 10];
    private final AtomicLong heard = new AtomicLong();
    private final AtomicLong ended = new AtomicLong();
    private long[] delays = new long[BUCKETS]; // guarded by this

    BenchReader() throws IOException {
        new Thread(this::run, "bench-reader").start();
    }

    /** Logs an agent in, by version 2. Returns when it is answered. The socket is the caller's. */
    static SocketChannel logIn(URI socket, String group, String uid) throws IOException {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress(socket.getHost(), socket.getPort()));
        channel.socket().setTcpNoDelay(true);
        InputStream in = channel.socket().getInputStream();
        byte[] answer = new byte[64 << 10];
        write(
                channel,
                ("GET " + socket.getPath() + " HTTP/1.1\r\nHost: " + socket.getAuthority()
                                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                + "Sec-WebSocket-Protocol: kefu.v2\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        String head = text(in, answer);
        if (!head.startsWith("HTTP/1.1 101")) {
            throw new IOException(head);
        }
        String login =
                "{\"method\":\"login\",\"id\":\"1\",\"bid\":\"%s\",\"customer_id\":\"%s\",\"customer_name\":\"n\"}"
                        .formatted(group, uid);
        write(channel, RawClient.frame(0x81, login.getBytes(StandardCharsets.US_ASCII)));
        String said = text(in, answer);
        if (!said.contains("\"code\":200")) {
            throw new IOException(said);
        }
        return channel;
    }

    /** What comes next, or the beginning of it. The rest of a long answer nobody looks at. */
    private static String text(InputStream in, byte[] into) throws IOException {
        int length = in.read(into);
        return new String(into, 0, Math.max(0, Math.min(length, 300)), StandardCharsets.US_ASCII);
    }

    static void write(SocketChannel to, byte[] bytes) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(bytes);
        while (out.hasRemaining()) {
            to.write(out);
        }
    }

    void add(SocketChannel client) throws IOException {
        client.configureBlocking(false);
        client.register(selector, SelectionKey.OP_READ);
        selector.wakeup();
    }

    private void run() {
        try {
            while (selector.isOpen()) {
                selector.select(this::receive);
            }
        } catch (ClosedSelectorException | IOException over) {
            // the benchmark has ended
        }
    }

    private void receive(SelectionKey key) {
        SocketChannel from = (SocketChannel) key.channel();
        try {
            read.clear();
            int length = from.read(read);
            if (length < 0) {
                throw new IOException("closed");
            }
            read.flip().get(bytes, 0, length);
            look(from, length, System.nanoTime());
        } catch (IOException gone) {
            ended.incrementAndGet();
            key.cancel();
        }
    }

    /** A push that two reads share is not counted: they are few, since each is short. */
    private synchronized void look(SocketChannel from, int length, long now) throws IOException {
        for (int i = 0; i + TIME.length < length; i++) {
            if (bytes[i] == '"' && isAt(TIME, i, length)) {
                i += TIME.length;
                long sent = 0;
                for (; i < length && bytes[i] >= '0' && bytes[i] <= '9'; i++) {
                    sent = sent * 10 + bytes[i] - '0';
                }
                if (i < length) {
                    heard.incrementAndGet();
                    delays[(int) Math.min(BUCKETS - 1, Math.max(0, now - sent) / BUCKET_NANOS)]++;
                }
            } else if (bytes[i] == '{' && isAt(PING, i, length)) {
                write(from, RawClient.frame(0x81, "beat".getBytes(StandardCharsets.US_ASCII)));
            }
        }
    }

    private boolean isAt(byte[] what, int at, int length) {
        if (at + what.length > length) {
            return false;
        }
        for (int i = 0; i < what.length; i++) {
            if (bytes[at + i] != what[i]) {
                return false;
            }
        }
        return true;
    }

    /** How many pushes were heard, by all together. */
    long heard() {
        return heard.get();
    }

    /** How many connections have ended by themselves. */
    long ended() {
        return ended.get();
    }

    /** Forgets the delays so far. */
    synchronized void reset() {
        delays = new long[BUCKETS];
    }

    /** The delay that this share of the pushes did not exceed, in milliseconds. */
    synchronized double delayMillis(double share) {
        long all = 0;
        for (long count : delays) {
            all += count;
        }
        long below = 0;
        int bucket = 0;
        while (bucket < BUCKETS - 1 && (below += delays[bucket]) < all * share) {
            bucket++;
        }
        return (bucket + 1) * (BUCKET_NANOS / 1e6);
    }

    @Override
    public void close() throws IOException {
        selector.close();
    }
}
