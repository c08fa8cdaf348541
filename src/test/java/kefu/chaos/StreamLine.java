package kefu.chaos;

import jakarta.json.JsonString;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import kefu.protocol.Json;

/** The way where WebSocket is blocked: events down on an answer that does not end, events up by posts, each on a socket of its own. */
final class StreamLine extends Line {
    private static final String CLOSE_NORMALLY = "event: close\ndata: 1000\n\n";
    private static final int TAKEN = 204;
    private static final int NO_ANSWER = 0;
    private static final int MOST_TRIES = 25;
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /** The gateway knows the connection no more: why, the stream says. */
    private static final long CLOSE_FOLLOWS_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Executor threads;
    private final String query;
    private volatile String id = "";

    // guarded by this
    private final Deque<String> events = new ArrayDeque<>();
    private long first = 1;
    private boolean posting;

    StreamLine(Executor threads, URI socket, String subprotocol, Listener listener) {
        super(socket, listener);
        this.threads = threads;
        this.query = subprotocol.isEmpty() ? "" : "?protocol=" + subprotocol;
    }

    @Override
    String request() {
        return "GET " + url.getPath() + "/stream" + query + " HTTP/1.1\r\nHost: " + url.getAuthority()
                + "\r\nAccept: text/event-stream\r\n\r\n";
    }

    @Override
    String expected() {
        return "HTTP/1.1 200";
    }

    @Override
    void read(DataInputStream in) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(new Chunks(in), StandardCharsets.UTF_8));
        String type = "message";
        String data = "";
        while (!isCut()) {
            String line = lines.readLine();
            if (line == null) {
                throw new EOFException("the stream has ended");
            } else if (line.startsWith("event: ")) {
                type = line.substring("event: ".length());
            } else if (line.startsWith("data: ")) {
                data = line.substring("data: ".length());
            } else if (line.isEmpty()) {
                if (type.equals("close")) {
                    end(
                            Integer.parseInt(data.substring(0, 4)),
                            data.substring(4).strip());
                    return;
                }
                happened(type, data);
                type = "message";
            }
        }
    }

    private void happened(String type, String data) {
        switch (type) {
            case "open" -> {
                id = Json.parse(data).orElseThrow().asJsonObject().getString("connection");
                opened();
            }
            case "ping" -> add("event: pong\ndata: " + data + "\n\n");
            case "message" -> received(data);
            case "quoted" -> received(((JsonString) Json.parse(data).orElseThrow()).getString());
            default -> throw new AssertionError(type);
        }
    }

    @Override
    void send(String text) {
        add("data: " + text + "\n\n");
    }

    private synchronized void add(String event) {
        events.add(event);
        if (!posting) {
            posting = true;
            threads.execute(this::postAll);
        }
    }

    /** One post after the other, each with all that waits. */
    private void postAll() {
        int tries = 0;
        while (!isCut()) {
            String body;
            int count;
            synchronized (this) {
                if (events.isEmpty()) {
                    posting = false;
                    return;
                }
                count = events.size();
                body = String.join("", events);
            }
            int status = post(body);
            if (status == TAKEN) {
                taken(count);
                tries = 0;
            } else {
                boolean mayPass = status == NO_ANSWER || status == 408 || status == 429 || status >= 500;
                boolean goesOn = mayPass && ++tries < MOST_TRIES;
                LockSupport.parkNanos(goesOn ? RETRY_NANOS : CLOSE_FOLLOWS_NANOS);
                if (!goesOn) {
                    end(BROKEN, "post answered " + status);
                    cut();
                }
            }
        }
    }

    private synchronized void taken(int count) {
        for (int i = 0; i < count; i++) {
            events.remove();
        }
        first += count;
    }

    private synchronized long first() {
        return first;
    }

    private int post(String body) {
        try (Socket own = new Socket()) {
            String head = "POST " + url.getPath() + "/stream HTTP/1.1\r\nHost: " + url.getAuthority()
                    + "\r\nX-Kefu-Connection: " + id + "\r\nX-Kefu-Sequence: " + first()
                    + "\r\nConnection: close\r\nContent-Length: " + body.getBytes(StandardCharsets.UTF_8).length
                    + "\r\n\r\n";
            return Integer.parseInt(head(ask(own, url, head + body)).substring(9, 12));
        } catch (IOException noAnswer) {
            return NO_ANSWER;
        }
    }

    @Override
    void goodbye() {
        String rest;
        synchronized (this) {
            rest = String.join("", events);
        }
        post(rest + CLOSE_NORMALLY);
    }

    /** The body of an answer whose length nobody knows. */
    private static final class Chunks extends InputStream {
        private final DataInputStream in;
        private int left;

        Chunks(DataInputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            if (left == 0 && !next()) {
                return -1;
            }
            int read = in.readUnsignedByte();
            if (--left == 0) {
                line();
            }
            return read;
        }

        /** No more than what is there: a reader would wait for all that it asks for. */
        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = read();
            if (read < 0) {
                return -1;
            }
            bytes[offset] = (byte) read;
            int more = left == 0 ? 0 : Math.max(0, in.read(bytes, offset + 1, Math.min(left, length - 1)));
            left -= more;
            if (more > 0 && left == 0) {
                line();
            }
            return 1 + more;
        }

        /** @return whether there is a chunk */
        private boolean next() throws IOException {
            left = Integer.parseInt(line(), 16);
            return left > 0;
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int read = in.readUnsignedByte(); read != '\n'; read = in.readUnsignedByte()) {
                line.append((char) read);
            }
            return line.toString().strip();
        }
    }
}
