package kefu.connection;

import jakarta.websocket.CloseReason;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendHandler;
import jakarta.websocket.SendResult;
import jakarta.websocket.Session;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import kefu.container.ClosingHandshake;
import kefu.container.ContainerCall;
import kefu.container.IdleTimer;
import kefu.container.TomcatSocket;
import kefu.protocol.Close;
import kefu.protocol.Frame;
import kefu.protocol.FrameEncoder;
import org.jspecify.annotations.Nullable;

/** The socket as its connection uses it: the seam between the queue and the container. */
public interface Wire {
    /** Is counted for each frame, though most have a shorter one. */
    int FRAME_HEADER = Frame.MAX_HEADER;

    long UNKNOWN = -1;

    /**
     * The time limit of a send that was expected to have room, where Tomcat encrypts what is sent. It compares the limit with the clock
     * in the middle of a send, whether that had to wait or not. So each pause of the whole process that is longer than the limit, by
     * the garbage collector or on a busy machine, closes a client that did nothing wrong.
     */
    Duration GIVES_UP_AFTER = Duration.ofSeconds(1);

    /**
     * Sends a frame. One at a time: the next when the handler was called, which may happen before this returns. The
     * handler's success means that the frame is in a buffer, not that it arrived.
     *
     * @param hasRoom whether the socket's buffer is expected to have room for the frame. False: the call does not wait. True:
     *     where Tomcat encrypts what is sent the call may wait, for {@link #GIVES_UP_AFTER} at most, and fails then. There
     *     Tomcat calls the handlers of sends that do not wait on a thread of its pool. That costs as much as the sending, and
     *     it does not happen while all threads of the pool wait
     * @return whether it is sent already: then the handler is not called
     */
    boolean send(Frame frame, boolean hasRoom, SendHandler handler);

    /**
     * Sends a WebSocket ping.
     *
     * @param hasRoom as for a frame. False: where {@link #sentBytes} is {@link #UNKNOWN} the call may wait for as long as the
     *     client does not read
     */
    void ping(ByteBuffer payload, boolean hasRoom) throws IOException;

    /**
     * How many bytes the container has sent on this socket by now, its own pongs among them, with {@link #FRAME_HEADER} for
     * each frame. The frame in flight may be missing. {@link #UNKNOWN}: the container does not say.
     */
    long sentBytes();

    /** Closes the socket. May block for a short while. */
    void close(Close close) throws IOException;

    /**
     * Sends the close frame. The socket is open until its client closes it too, or until {@link #cutOff}. May block for a short
     * while.
     */
    default void beginClose(Close close) throws IOException {
        close(close);
    }

    /** Whether a socket whose close was begun here is closed by its client too. True where the container does not say. */
    default boolean isClosedByPeer() {
        return true;
    }

    /** Closes a socket whose close was begun, and whose client does not close. */
    default void cutOff() {}

    /** @param pinged runs for each incoming ping, if the container reports it: Tyrus does, Tomcat does not */
    default void onPing(Runnable pinged) {}

    /** A message or a pong has come, on the thread that reads the socket. */
    default void heard() {}

    /**
     * A container's socket. The container's own idle timeout is switched off.
     *
     * @param patience how long a client may take no byte of what is being sent to it: then its connection is about to be
     *     ended, and the container need not wait either
     */
    static Wire of(Session socket, Duration patience) {
        return new SocketWire(socket, patience, TomcatSocket.of(socket, FRAME_HEADER));
    }

    /** Does something with the socket without a complaint: it may be gone already. */
    static void quietly(Step step) {
        try {
            step.run();
        } catch (IOException | RuntimeException gone) {
            Logger.getLogger(Wire.class.getName()).log(Level.FINE, "Closing a socket failed", gone);
        }
    }

    /** What {@link #quietly} does. */
    interface Step {
        void run() throws IOException;
    }
}

/** Thread-safe as far as {@link Wire} asks for it. */
final class SocketWire implements Wire {
    private static final ContainerCall SEND_TEXT =
            new ContainerCall(RemoteEndpoint.Async.class, "sendText", String.class, SendHandler.class);
    private static final ContainerCall PING = new ContainerCall(RemoteEndpoint.class, "sendPing", ByteBuffer.class);

    /**
     * Tomcat's name for how many milliseconds a send may hold its thread, 20,000 by default. Of all that is sent here only the pong to
     * a client's ping goes by it, on a thread of Tomcat's connector.
     */
    private static final String BLOCKING_SEND_TIMEOUT = "org.apache.tomcat.websocket.BLOCKING_SEND_TIMEOUT";

    /** So the gateway ends the connection first, with its own close code. */
    private static final Duration LONGER = Duration.ofSeconds(1);

    private static final int LONGEST_PONG = 125 + FRAME_HEADER; // RFC 6455, 5.5

    private final Session socket;
    private final IdleTimer idleTimer;
    private final @Nullable TomcatSocket tomcat; // null: another container
    private final AtomicLong pongBytes = new AtomicLong();
    private volatile @Nullable ClosingHandshake closing; // null: no close was begun

    // used by the sending thread, one at a time
    private long ownBytes; // read where the container does not count

    /** @param tomcat the same socket; empty: the container is another one */
    SocketWire(Session socket, Duration patience, Optional<TomcatSocket> tomcat) {
        this.socket = socket;
        this.idleTimer = IdleTimer.of(socket);
        this.tomcat = tomcat.orElse(null);
        long timeout = patience.plus(LONGER).toMillis();
        socket.getUserProperties().put(BLOCKING_SEND_TIMEOUT, timeout);
        if (tomcat.isPresent()) { // Tyrus never waits
            socket.getAsyncRemote().setSendTimeout(timeout);
        }
    }

    @Override
    public boolean send(Frame frame, boolean hasRoom, SendHandler handler) {
        try {
            if (tomcat != null) {
                ByteBuffer bytes = frame.webSocket();
                return hasRoom
                        ? tomcat.sendText(bytes, frame.bytes(), GIVES_UP_AFTER.toMillis(), handler)
                        : tomcat.sendText(bytes, frame.bytes(), handler);
            }
            sendLater(frame, handler); // Tyrus calls the handler at once, so there is nothing to gain
        } catch (IOException broken) {
            handler.onResult(new SendResult(broken));
        }
        return false;
    }

    private void sendLater(Frame frame, SendHandler handler) throws IOException {
        ownBytes += frame.bytes() + FRAME_HEADER;
        idleTimer.own(true);
        try {
            // by sendObject Tyrus makes an encoder for a session that has just closed, and keeps both for good
            SEND_TEXT.on(socket.getAsyncRemote(), new FrameEncoder().encode(frame), handler);
        } finally {
            idleTimer.own(false);
        }
    }

    @Override
    public void ping(ByteBuffer payload, boolean hasRoom) throws IOException {
        if (tomcat != null) {
            tomcat.ping(payload);
        } else {
            ownBytes += payload.remaining() + FRAME_HEADER;
            PING.on(socket.getAsyncRemote(), payload);
        }
    }

    @Override
    public long sentBytes() {
        if (tomcat != null) {
            return tomcat.sentBytes();
        }
        return idleTimer.tellsOfPings() ? ownBytes + pongBytes.get() : UNKNOWN;
    }

    @Override
    public void onPing(Runnable pinged) {
        idleTimer.onPing(() -> {
            pongBytes.addAndGet(LONGEST_PONG);
            pinged.run();
        });
    }

    @Override
    public void heard() {
        idleTimer.heard();
    }

    @Override
    public void beginClose(Close close) throws IOException {
        ClosingHandshake begun = ClosingHandshake.of(socket);
        closing = begun;
        begun.begin(reason(close));
    }

    @Override
    public boolean isClosedByPeer() {
        ClosingHandshake begun = closing;
        return begun == null || begun.isDone();
    }

    @Override
    public void cutOff() {
        ClosingHandshake begun = closing;
        if (begun != null && !begun.isDone()) {
            begun.abandon();
        }
    }

    @Override
    public void close(Close close) throws IOException {
        // Tomcat waits 17 s to send a normal close to a stuck client, 50 ms for any other code.
        ContainerCall.CLOSE.on(socket, reason(close));
    }

    private static CloseReason reason(Close close) {
        return new CloseReason(() -> close.code().number(), close.reason());
    }
}
