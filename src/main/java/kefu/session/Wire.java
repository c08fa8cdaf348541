package kefu.session;

import jakarta.websocket.CloseReason;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendHandler;
import jakarta.websocket.Session;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.logging.Level;
import java.util.logging.Logger;
import kefu.protocol.CloseCode;
import kefu.protocol.Frame;

/** The socket as its connection uses it: the seam between the queue and the container. */
public interface Wire {
    /**
     * Starts to send a frame, without waiting. One at a time: the next when the handler was called, which may happen
     * before this returns. The handler's success means that the frame is in a buffer, not that it arrived.
     */
    void send(Frame frame, SendHandler handler);

    /** Sends a WebSocket ping. May block while the socket's buffer is full. */
    void ping() throws IOException;

    /** Closes the socket. May block for a short while. */
    void close(CloseCode code) throws IOException;

    /** A container's socket. */
    static Wire of(Session socket) {
        return new SocketWire(socket);
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
    private static final ByteBuffer NO_PAYLOAD = ByteBuffer.allocate(0);
    private static final ContainerCall PING = new ContainerCall(RemoteEndpoint.class, "sendPing", ByteBuffer.class);
    private static final ContainerCall CLOSE = new ContainerCall(Session.class, "close", CloseReason.class);

    private final Session socket;
    private final ContainerSend send;

    SocketWire(Session socket) {
        this.socket = socket;
        this.send = new ContainerSend(socket.getAsyncRemote());
    }

    @Override
    public void send(Frame frame, SendHandler handler) {
        send.send(frame, handler);
    }

    @Override
    public void ping() throws IOException {
        PING.on(socket.getAsyncRemote(), NO_PAYLOAD.duplicate());
    }

    @Override
    public void close(CloseCode code) throws IOException {
        // Tomcat waits 17 s to send a normal close to a stuck client, 50 ms for any other code.
        CLOSE.on(socket, new CloseReason(() -> code.number(), code.reason()));
    }
}
