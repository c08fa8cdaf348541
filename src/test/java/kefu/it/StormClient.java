package kefu.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One of very many clients: keeps the numbers of the pushes that it hears, and nothing else. Thread-safe. */
final class StormClient {
    private static final long NONE = -1;
    private static final byte[] NUMBER = "\"n\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OFFSET = "\"off\":".getBytes(StandardCharsets.US_ASCII);

    final String uid;
    final boolean v2;
    private final String group;
    private final SocketChannel channel;
    private final CompletableFuture<Long> loggedIn = new CompletableFuture<>();

    /** What has come and is no whole frame yet; the reader's own. */
    private final ByteBuffer unread = ByteBuffer.allocate(64 << 10);

    private final StringBuilder part = new StringBuilder();

    // guarded by this
    private final List<Heard> heard = new ArrayList<>();
    private @Nullable String failure;
    private boolean leaving;

    /** @param off 0 in v1, where nobody tells it */
    record Heard(int n, long off) {}

    private StormClient(String group, String uid, boolean v2, SocketChannel channel) {
        this.group = group;
        this.uid = uid;
        this.v2 = v2;
        this.channel = channel;
    }

    /** Logs in. @param reader reads for this client from then on */
    static StormClient login(StormReader reader, URI url, String group, String uid, boolean v2) throws Exception {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress(url.getHost(), url.getPort()));
        write(
                channel,
                "GET " + url.getPath() + " HTTP/1.1\r\nHost: " + url.getAuthority()
                        + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                        + (v2 ? "Sec-WebSocket-Protocol: kefu.v2\r\n" : "")
                        + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
        InputStream in = channel.socket().getInputStream();
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the connection ended in " + answer);
            }
            answer.append((char) next);
        }
        if (!answer.toString().startsWith("HTTP/1.1 101")) {
            throw new IOException(answer.toString());
        }
        String login = "{\"method\":\"login\",\"bid\":\"" + group + "\",\"customer_id\":\"" + uid
                + "\",\"customer_name\":\"\"}";
        // a short text, masked by zeros, which leave it as it is
        write(channel, (char) 0x81 + "" + (char) (0x80 | login.length()) + "\0\0\0\0" + login);
        StormClient client = new StormClient(group, uid, v2, channel);
        reader.read(channel, client);
        client.loggedIn.get(60, TimeUnit.SECONDS);
        return client;
    }

    private static void write(SocketChannel to, String bytes) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1));
        while (out.hasRemaining()) {
            to.write(out);
        }
    }

    /** The group's position at the login; 0 in v1. */
    long loginOff() {
        return loggedIn.join();
    }

    synchronized List<Heard> heard() {
        return List.copyOf(heard);
    }

    synchronized int heardSoFar() {
        return heard.size();
    }

    /** The number of the push that was heard last. */
    synchronized long last() {
        return heard.isEmpty() ? NONE : heard.get(heard.size() - 1).n();
    }

    /** Why the connection ended by itself; null: it did not. */
    synchronized @Nullable String failure() {
        return failure;
    }

    /** Drops the line. What comes after is not heard. */
    synchronized void abort() {
        leaving = true;
        try {
            channel.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Takes what has come. On the reader's thread. @return false where the connection has ended */
    boolean receive() {
        try {
            boolean open = channel.read(unread) >= 0;
            unread.flip();
            while (open && hasFrame()) {
                open = frame();
            }
            unread.compact();
            return open || ended("closed");
        } catch (IOException | RuntimeException fault) {
            return ended(fault.toString());
        }
    }

    private synchronized boolean ended(String why) {
        if (!leaving) {
            failure = why;
        }
        loggedIn.completeExceptionally(new IOException(why));
        return false;
    }

    private int lengthAt(int at) {
        return unread.get(at + 1) == 126 ? unread.getShort(at + 2) & 0xffff : unread.get(at + 1);
    }

    private int headerAt(int at) {
        return unread.get(at + 1) == 126 ? 4 : 2;
    }

    private boolean hasFrame() {
        int at = unread.position();
        return unread.remaining() >= 2
                && unread.remaining() >= headerAt(at)
                && unread.remaining() >= headerAt(at) + lengthAt(at);
    }

    /** Takes one frame, of less than 64 KiB. @return false where it closes the connection */
    private boolean frame() {
        int at = unread.position();
        int from = at + headerAt(at);
        int to = from + lengthAt(at);
        boolean last = (unread.get(at) & 0x80) != 0;
        int opcode = unread.get(at) & 15;
        if (opcode < 2) { // text, or more of it
            long n = number(NUMBER, from, to);
            if (n != NONE) {
                heard((int) n, v2 ? number(OFFSET, from, to) : 0);
            } else if (!loggedIn.isDone()) {
                part.append(StandardCharsets.UTF_8.decode(
                        unread.duplicate().position(from).limit(to)));
                if (last) {
                    received(part.toString());
                    part.setLength(0);
                }
            }
        }
        unread.position(to);
        return opcode != 8;
    }

    private synchronized void heard(int n, long off) {
        if (!leaving) {
            heard.add(new Heard(n, off));
        }
    }

    private void received(String frame) {
        if (frame.contains("customer_list")) {
            String position = "\"g:" + group + "\":{";
            int off = v2 ? frame.indexOf("\"off\":", frame.indexOf(position)) + OFFSET.length : 0;
            loggedIn.complete(v2 ? Long.parseLong(frame, off, frame.indexOf('}', off), 10) : 0);
        }
    }

    /** A hundred thousand frames a second are parsed as little as will do. */
    private long number(byte[] name, int from, int to) {
        for (int at = from; at + name.length < to; at++) {
            int same = 0;
            while (same < name.length && unread.get(at + same) == name[same]) {
                same++;
            }
            if (same == name.length) {
                long number = 0;
                for (int i = at + same; Character.isDigit(unread.get(i)); i++) {
                    number = 10 * number + unread.get(i) - '0';
                }
                return number;
            }
        }
        return NONE;
    }
}
