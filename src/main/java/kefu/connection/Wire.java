package kefu.connection;

import jakarta.websocket.CloseReason;
import jakarta.websocket.EncodeException;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendHandler;
import jakarta.websocket.SendResult;
import jakarta.websocket.Session;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;
import kefu.container.ContainerCall;
import kefu.container.IdleTimer;
import kefu.protocol.CloseCode;
import kefu.protocol.Frame;

/** The socket as its connection uses it: the seam between the queue and the container. */
public interface Wire {
    /**
     * Sends a frame, without waiting. One at a time: the next when the handler was called, which may happen before this
     * returns. The handler's success means that the frame is in a buffer, not that it arrived.
     *
     * @param hasRoom whether the socket's buffer has room for the frame. Then a send that could block is as good as one
     *     that could not, and its handler is called here: Tomcat calls those of its asynchronous sends on a thread of its
     *     pool, which costs as much as the sending, and never happens while all the pool's threads wait for such a send to
     *     end, as they do when as many clients say goodbye at once
     */
    void send(Frame frame, boolean hasRoom, SendHandler handler);

    /** Sends a WebSocket ping. May block while the socket's buffer is full. */
    void ping(ByteBuffer payload) throws IOException;

    /** Closes the socket. May block for a short while. */
    void close(CloseCode code) throws IOException;

    /** @param pinged is run for each ping that comes, where the container tells of it: Tyrus does, Tomcat does not */
    default void onPing(Runnable pinged) {}

    /** A message or a pong has come, on the thread that reads the socket. */
    default void heard() {}

    /**
     * A container's socket, which it leaves to the gateway to find silent.
     *
     * @param patience how long a client may take no byte of what is being sent to it: then its connection is about to be
     *     ended, and the container need not wait either
     */
    static Wire of(Session socket, Duration patience) {
        return new SocketWire(socket, patience);
    }

    /** Closes without a complaint: the socket may be gone already. */
    default void closeQuietly(CloseCode code) {
        try {
            close(code);
        } catch (IOException | RuntimeException gone) {
            Logger.getLogger(Wire.class.getName()).log(Level.FINE, "Closing a socket failed", gone);
        }
    }
}

/** Thread-safe as far as {@link Wire} asks for it. */
final class SocketWire implements Wire {
    private static final ContainerCall SEND =
            new ContainerCall(RemoteEndpoint.Async.class, "sendObject", Object.class, SendHandler.class);
    private static final ContainerCall PING = new ContainerCall(RemoteEndpoint.class, "sendPing", ByteBuffer.class);
    private static final ContainerCall CLOSE = new ContainerCall(Session.class, "close", CloseReason.class);

    /**
     * Tomcat's name for how many milliseconds a send may hold its thread, 20,000 by default. By it goes what else Tomcat sends,
     * on a thread of its connector: the pong to a client's ping. And by the last such send go all that do not hold a thread.
     */
    private static final String BLOCKING_SEND_TIMEOUT = "org.apache.tomcat.websocket.BLOCKING_SEND_TIMEOUT";

    /** So the gateway is the first to end the connection, and says why. */
    private static final Duration LONGER = Duration.ofSeconds(1);

    private final Session socket;
    private final IdleTimer idleTimer;

    SocketWire(Session socket, Duration patience) {
        this.socket = socket;
        this.idleTimer = IdleTimer.of(socket);
        socket.getUserProperties()
                .put(BLOCKING_SEND_TIMEOUT, patience.plus(LONGER).toMillis());
    }

    @Override
    public void send(Frame frame, boolean hasRoom, SendHandler handler) {
        idleTimer.own(true);
        try {
            if (hasRoom) {
                socket.getBasicRemote().sendObject(frame);
            } else {
                SEND.on(socket.getAsyncRemote(), frame, handler);
                return;
            }
        } catch (IOException | EncodeException broken) {
            handler.onResult(new SendResult(broken));
            return;
        } finally {
            idleTimer.own(false);
        }
        handler.onResult(new SendResult());
    }

    @Override
    public void ping(ByteBuffer payload) throws IOException {
        PING.on(socket.getAsyncRemote(), payload);
    }

    @Override
    public void onPing(Runnable pinged) {
        idleTimer.onPing(pinged);
    }

    @Override
    public void heard() {
        idleTimer.heard();
    }

    @Override
    public void close(CloseCode code) throws IOException {
        // Tomcat waits 17 s to send a normal close to a stuck client, 50 ms for any other code.
        CLOSE.on(socket, new CloseReason(() -> code.number(), code.reason()));
    }
}
