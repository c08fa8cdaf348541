package kefu.chaos;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;

/**
 * One connection to the gateway, or the attempt at one, on a socket of its own: the JDK's client tries again on a kept connection of
 * an attempt that was refused, and sometimes waits there for ever. Calls its listener on its reading thread, and after {@link #cut}
 * no more.
 */
abstract class Line {
    static final int BROKEN = 1006;

    /** What happens on a line. One of {@link #failed} and {@link #closed} is the last. */
    interface Listener {
        void opened(Line line);

        void received(Line line, String text);

        /** There was no connection. @param why e.g. {@code http 503} */
        void failed(Line line, String why);

        /** @param code 1006 where the line broke off */
        void closed(Line line, int code, String reason);
    }

    final URI url;
    final Socket socket = new Socket();
    private final Listener listener;
    private volatile Duration readingPause = Duration.ZERO;
    private volatile boolean isCut;
    private volatile boolean isOpen;

    Line(URI url, Listener listener) {
        this.url = url;
        this.listener = listener;
    }

    /** A WebSocket. @param subprotocol empty: none @param threads one of them reads, until the end of the line */
    static Line open(Executor threads, URI url, String subprotocol, Listener listener) {
        return begin(threads, new WebSocketLine(url, subprotocol, listener));
    }

    /** Where WebSocket is blocked: a stream, and posts. @param threads one of them reads, and one posts */
    static Line stream(Executor threads, URI url, String subprotocol, Listener listener) {
        return begin(threads, new StreamLine(threads, url, subprotocol, listener));
    }

    private static Line begin(Executor threads, Line line) {
        threads.execute(line::run);
        return line;
    }

    private void run() {
        try (socket) {
            socket.setTcpNoDelay(true);
            DataInputStream in = ask(socket, url, request());
            String answer = head(in);
            if (!answer.startsWith(expected())) {
                throw new IOException("http " + answer.substring(9, 12));
            }
            socket.setSoTimeout(0);
            read(in);
        } catch (IOException broken) {
            end(
                    BROKEN,
                    broken instanceof SocketTimeoutException && !isOpen
                            ? "no handshake"
                            : broken.getMessage() == null ? broken.getClass().getSimpleName() : broken.getMessage());
        }
    }

    /** What begins the line. */
    abstract String request();

    /** How an answer begins that is none of a failure. */
    abstract String expected();

    /** Reads until the line ends. */
    abstract void read(DataInputStream in) throws IOException;

    abstract void send(String text);

    /** Says that it goes. */
    abstract void goodbye() throws IOException;

    /** Sends a request. @return what is answered */
    static DataInputStream ask(Socket socket, URI url, String request) throws IOException {
        int patience = (int) ChaosSettings.CONNECT.toMillis();
        socket.connect(new InetSocketAddress(url.getHost(), url.getPort()), patience);
        socket.setSoTimeout(patience);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
        return new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    }

    /** The head of an answer. */
    static String head(DataInputStream in) throws IOException {
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\n") < 0) {
            answer.append((char) in.readUnsignedByte());
        }
        return answer.toString();
    }

    void opened() {
        isOpen = true;
        if (!isCut) {
            listener.opened(this);
        }
    }

    void received(String text) {
        if (!isCut) {
            listener.received(this, text);
            LockSupport.parkNanos(readingPause.toNanos());
        }
    }

    void end(int code, String reason) {
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
                goodbye();
            }
        } catch (IOException alreadyGone) {
            // as it should be
        }
        cut();
    }

    boolean isOpen() {
        return isOpen;
    }

    boolean isCut() {
        return isCut;
    }
}
