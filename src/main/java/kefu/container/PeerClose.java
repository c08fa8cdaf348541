package kefu.container;

import jakarta.websocket.Session;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Whether a socket that the gateway has closed is closed by its client too.
 *
 * <p>Jakarta WebSocket tells it nowhere: {@code isOpen} is false from the gateway's own close on, and Tomcat calls
 * {@code OnClose} then. Until the client's close frame has come there may be bytes of the client that nobody has read. A socket
 * that Tomcat gives up with such bytes is reset, and the reset destroys what the client has not read yet.
 */
public final class PeerClose {
    private static final Logger LOG = Logger.getLogger(PeerClose.class.getName());
    private static final String TOMCAT_SESSION = "org.apache.tomcat.websocket.WsSession";

    private PeerClose() {}

    /** @return always true where the container does not say */
    public static BooleanSupplier of(Session socket) {
        if (!socket.getClass().getName().equals(TOMCAT_SESSION)) {
            return () -> true;
        }
        try {
            Method isClosed = socket.getClass().getMethod("isClosed");
            return () -> isTrue(isClosed, socket);
        } catch (NoSuchMethodException another) {
            LOG.log(Level.FINE, "This Tomcat does not say when a client has closed", another);
            return () -> true;
        }
    }

    private static boolean isTrue(Method method, Session socket) {
        try {
            return (boolean) method.invoke(socket);
        } catch (IllegalAccessException | InvocationTargetException never) {
            throw new IllegalStateException(never);
        }
    }
}
