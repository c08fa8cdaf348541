package kefu.container;

import jakarta.websocket.Session;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Tomcat's count of what it has sent on one socket.
 *
 * <p>Tomcat answers a ping by itself and tells nobody. Its pongs fill the socket's buffer like the gateway's frames do.
 * Only this count, which Tomcat keeps for its management beans, shows them.
 */
public final class SentBytes {
    private static final Logger LOG = Logger.getLogger(SentBytes.class.getName());
    private static final String TOMCAT_SESSION = "org.apache.tomcat.websocket.WsSession";

    private final Object counter;
    private final Method bytes;
    private final Method frames;

    private SentBytes(Object counter) throws ReflectiveOperationException {
        this.counter = counter;
        this.bytes = counter.getClass().getMethod("getBytesSent");
        this.frames = counter.getClass().getMethod("getMsgsSent");
    }

    /** Empty: this is not Tomcat, or a Tomcat that counts in another way. */
    public static Optional<SentBytes> of(Session socket) {
        if (!socket.getClass().getName().equals(TOMCAT_SESSION)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new SentBytes(field(field(socket, "wsRemoteEndpoint"), "upgradeInfo")));
        } catch (ReflectiveOperationException | RuntimeException another) {
            LOG.log(Level.FINE, "This Tomcat does not show what it has sent", another);
            return Optional.empty();
        }
    }

    private static Object field(Object of, String name) throws ReflectiveOperationException {
        Field field = of.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(of);
    }

    /**
     * The payloads of all frames so far, pongs among them. A frame is counted when it is written: a moment later than its
     * handler is called.
     *
     * @param header is added for each frame
     */
    public long total(int header) {
        try {
            return (long) bytes.invoke(counter) + header * (long) frames.invoke(counter);
        } catch (IllegalAccessException | InvocationTargetException never) {
            throw new IllegalStateException(never);
        }
    }
}
