package kefu.chaos;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;

/**
 * One WebSocket to the gateway, or the attempt at one, on a socket of its own: the JDK's client tries again on a kept connection of
 * an attempt that was refused, and sometimes waits there for ever. Calls its listener on its reading thread, and after {@link #cut}
 * no more.
 */
final class Line {
    private static final int TEXT_PARTS = 0;
    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int NO_CODE = 1005;
    private static final int BROKEN = 1006;
    private static final byte[] NORMALLY = {1000 >> 8, (byte) 1000};

    /** What happens on a line. One of {@link #failed} and {@link #closed} is the last. */
    interface Listener {
        void opened(Line line);

        void received(Line line, String text);

        /** There was no connection. @param why e.g. {@code http 503} */
        void failed(Line line, String why);

        /** @param code 1006 where the line broke off */
        void closed(Line line, int code, String reason);
    }

    private final Socket socket = new Socket();
    private final URI url;
    private final String subprotocol;
    private final Listener listener;
    private volatile Duration readingPause = Duration.ZERO;
    private volatile boolean isCut;
    private volatile boolean isOpen;

    private Line(URI url, String subprotocol, Listener listener) {
        this.url = url;
        this.subprotocol = subprotocol;
        this.listener = listener;
    }

    /** @param subprotocol empty: none @param threads one of them reads, until the end of the line */
    static Line open(Executor threads, URI url, String subprotocol, Listener listener) {
        Line line = new Line(url, subprotocol, listener);
        threads.execute(line::run);
        return line;
    }

    private void run() {
        try (socket) {
            DataInputStream in = connect();
            isOpen = true;
            if (!isCut) {
                listener.opened(this);
            }
            read(in);
        } catch (IOException broken) {
            end(
                    BROKEN,
                    broken instanceof SocketTimeoutException && !isOpen
                            ? "no handshake"
                            : broken.getMessage() == null ? broken.getClass().getSimpleName() : broken.getMessage());
        }
    }

    private void end(int code, String reason) {
        if (isCut) {
            return;
        }
        isCut = true;
        if (isOpen) {
            listener.closed(this, code, reason);
        } else {
            listener.failed(this, reason);
        }
    }

    private DataInputStream connect() throws IOException {
        int patience = (int) ChaosSettings.CONNECT.toMillis();
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(url.getHost(), url.getPort()), patience);
        socket.setSoTimeout(patience);
        String head = "GET " + url.getPath() + " HTTP/1.1\r\nHost: " + url.getAuthority()
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                + (subprotocol.isEmpty() ? "" : "Sec-WebSocket-Protocol: " + subprotocol + "\r\n") + "\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\n") < 0) {
            answer.append((char) in.readUnsignedByte());
        }
        if (!answer.toString().startsWith("HTTP/1.1 101")) {
            throw new IOException("http " + answer.substring(9, 12));
        }
        socket.setSoTimeout(0);
        return in;
    }

    private void read(DataInputStream in) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        while (!isCut) {
            int first = in.readUnsignedByte();
            int length = in.readUnsignedByte();
            length = length == 126 ? in.readUnsignedShort() : length == 127 ? (int) in.readLong() : length;
            byte[] payload = in.readNBytes(length);
            switch (first & 15) {
                case TEXT, TEXT_PARTS -> {
                    text.writeBytes(payload);
                    if ((first & 0x80) != 0) {
                        received(text.toString(StandardCharsets.UTF_8));
                        text.reset();
                    }
                }
                case PING -> write(PONG, payload);
                case CLOSE -> {
                    close(payload);
                    return;
                }
                default -> {} // a pong
            }
        }
    }

    private void received(String text) {
        if (!isCut) {
            listener.received(this, text);
            LockSupport.parkNanos(readingPause.toNanos());
        }
    }

    private void close(byte[] payload) {
        try {
            write(CLOSE, payload);
        } catch (IOException doesNotListen) {
            // it has said why it closes all the same
        }
        int code = payload.length < 2 ? NO_CODE : ByteBuffer.wrap(payload).getShort();
        String reason = payload.length < 2 ? "" : new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
        end(code, reason);
    }

    void send(String text) {
        try {
            write(TEXT, text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException broken) {
            // the reading thread says so
        }
    }

    /** Masked with zeros, which leaves the payload as it is. */
    private synchronized void write(int opcode, byte[] payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 14).put((byte) (0x80 | opcode));
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else {
            frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
        }
        frame.putInt(0).put(payload);
        socket.getOutputStream().write(frame.array(), 0, frame.position());
    }

    /** Reads one message each time so long has passed: a slow reader. Zero: as fast as they come. */
    void readEvery(Duration pause) {
        readingPause = pause;
    }

    /** Breaks the line off, without a close frame. */
    void cut() {
        isCut = true;
        try {
            socket.close();
        } catch (IOException alreadyGone) {
            // as it should be
        }
    }

    /** Says that it goes. */
    void close() {
        isCut = true;
        try {
            if (isOpen) {
                write(CLOSE, NORMALLY);
            }
        } catch (IOException alreadyGone) {
            // as it should be
        }
        cut();
    }

    boolean isOpen() {
        return isOpen;
    }
}
