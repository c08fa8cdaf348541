package kefu.container;

import jakarta.websocket.CloseReason;
import jakarta.websocket.Session;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The closing handshake of a socket: the gateway's close frame, and then the client's.
 *
 * <p>Jakarta WebSocket tells nowhere that the second one has come: {@code isOpen} is false from the gateway's own close on. Until
 * the client's close frame has come there may be bytes of the client that nobody has read. A socket that is given up with such
 * bytes is reset, and the reset destroys what the client has not read yet, perhaps the close frame.
 */
public interface ClosingHandshake {
    /**
     * Sends the close frame. The socket goes on to be read until the client has closed too, where the container can do that: else it
     * is closed at once.
     */
    void begin(CloseReason reason) throws IOException;

    /** Whether the client has closed too. True where the container does not say. */
    boolean isDone();

    /** Closes the socket of a client that does not close. Does nothing where the container does it at the application's end. */
    default void abandon() {}

    /** The socket's, in the way of its container. */
    static ClosingHandshake of(Session socket) {
        try {
            return switch (socket.getClass().getName()) {
                case Tomcat.SESSION -> new Tomcat(socket);
                case TyrusClosing.SESSION -> new TyrusClosing(socket);
                default -> new AtOnce(socket);
            };
        } catch (ReflectiveOperationException | RuntimeException another) {
            Logger.getLogger(ClosingHandshake.class.getName())
                    .log(Level.FINE, "This container does not say when a client has closed", another);
            return new AtOnce(socket);
        }
    }

    /** Knows nothing of the client. */
    final class AtOnce implements ClosingHandshake {
        private final Session socket;

        AtOnce(Session socket) {
            this.socket = socket;
        }

        @Override
        public void begin(CloseReason reason) throws IOException {
            ContainerCall.CLOSE.on(socket, reason);
        }

        @Override
        public boolean isDone() {
            return true;
        }
    }

    /** Tomcat reads on by itself. It calls {@code OnClose} at the gateway's own close. */
    final class Tomcat implements ClosingHandshake {
        static final String SESSION = "org.apache.tomcat.websocket.WsSession";

        private final Session socket;
        private final Method isClosed;

        Tomcat(Session socket) throws ReflectiveOperationException {
            this.socket = socket;
            this.isClosed = socket.getClass().getMethod("isClosed");
        }

        @Override
        public void begin(CloseReason reason) throws IOException {
            ContainerCall.CLOSE.on(socket, reason);
        }

        @Override
        public boolean isDone() {
            try {
                return (boolean) isClosed.invoke(socket);
            } catch (ReflectiveOperationException never) {
                throw new IllegalStateException(never);
            }
        }
    }
}
