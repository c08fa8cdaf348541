package kefu.container;

import jakarta.websocket.Session;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Lets Tomcat forget sockets that are closed.
 *
 * <p>Tomcat keeps a list of its WebSockets. A thread that has read from one puts it back into the list. If another thread closes
 * the socket at this moment, because a send has failed, then nobody takes it out again: it stays in the list until Tomcat ends,
 * and with it the class loader of its application. That happens to about one in a thousand clients whose line is cut while they
 * send and receive. Tomcat does the same as here when a socket is closed; to do it twice changes nothing. Thread-safe.
 */
public final class ClosedSockets {
    private static final Logger LOG = Logger.getLogger(ClosedSockets.class.getName());
    private static final String TOMCAT_SESSION = "org.apache.tomcat.websocket.WsSession";
    private static final String TOMCAT_SOCKET = "org.apache.tomcat.util.net.SocketWrapperBase";

    /** No more than Tomcat has open, and those that were closed since the last two calls of {@link #release}. */
    private final Queue<Closed> sockets = new ConcurrentLinkedQueue<>();

    /** Takes a socket that is closed, or that waits for its client's close. Does nothing in other containers. */
    public void add(Session socket) {
        if (socket.getClass().getName().equals(TOMCAT_SESSION)) {
            try {
                sockets.add(new Closed(field(field(socket, "wsRemoteEndpoint"), "socketWrapper")));
            } catch (ReflectiveOperationException | RuntimeException another) {
                LOG.log(Level.FINE, "This Tomcat forgets sockets in another way", another);
            }
        }
    }

    /**
     * Releases those that were closed already at the last call: no thread of Tomcat works with them any more. To be called
     * about once a second.
     */
    public void release() {
        sockets.removeIf(Closed::release);
    }

    private static Object field(Object of, String name) throws ReflectiveOperationException {
        Field field = of.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(of);
    }

    private static final class Closed {
        private final Object socket;
        private final Class<?> type;
        private boolean wasClosed; // used by one thread at a time

        Closed(Object socket) throws ReflectiveOperationException {
            this.socket = socket;
            this.type = Class.forName(TOMCAT_SOCKET, false, socket.getClass().getClassLoader());
        }

        /** @return whether there is nothing more to do */
        boolean release() {
            try {
                if (!wasClosed) {
                    wasClosed = (boolean) type.getMethod("isClosed").invoke(socket);
                    return false;
                }
                Method endpoint = type.getDeclaredMethod("getEndpoint");
                endpoint.setAccessible(true);
                Object of = endpoint.invoke(socket);
                Object handler = of.getClass().getMethod("getHandler").invoke(of);
                Method release = handler.getClass().getMethod("release", type);
                release.setAccessible(true); // its class is not public
                release.invoke(handler, socket);
            } catch (ReflectiveOperationException | RuntimeException another) {
                LOG.log(Level.FINE, "This Tomcat forgets sockets in another way", another);
            }
            return true;
        }
    }
}
