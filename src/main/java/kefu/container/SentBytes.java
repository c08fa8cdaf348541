package kefu.container;

import jakarta.websocket.Session;
import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Tomcat's count of what it has sent on one socket.
 *
 * <p>Tomcat answers a ping by itself and tells nobody. Its pongs fill the socket's buffer like the gateway's frames do.
 * Only this count, which Tomcat keeps for its management beans, shows them.
 */
public final class SentBytes implements LongSupplier {
    private static final Logger LOG = Logger.getLogger(SentBytes.class.getName());
    private static final String TOMCAT_SESSION = "org.apache.tomcat.websocket.WsSession";

    /** Of the class of all counters. Made once: the JVM compiles each such object by itself. */
    private static volatile @Nullable Getters shared;

    private final Object counter;
    private final ToLongFunction<Object> bytes;
    private final ToLongFunction<Object> frames;
    private final int header;

    /** @param bytes sent so far @param frames sent so far */
    private record Getters(Class<?> of, ToLongFunction<Object> bytes, ToLongFunction<Object> frames) {
        static Getters of(Class<?> counter) throws ReflectiveOperationException {
            return new Getters(counter, getter(counter, "getBytesSent"), getter(counter, "getMsgsSent"));
        }
    }

    private SentBytes(Object counter, Getters getters, int header) {
        this.counter = counter;
        this.bytes = getters.bytes();
        this.frames = getters.frames();
        this.header = header;
    }

    /**
     * Empty: this is not Tomcat, or a Tomcat that counts in another way.
     *
     * @param header is added for each frame, in bytes
     */
    public static Optional<SentBytes> of(Session socket, int header) {
        if (!socket.getClass().getName().equals(TOMCAT_SESSION)) {
            return Optional.empty();
        }
        try {
            Object counter = field(field(socket, "wsRemoteEndpoint"), "upgradeInfo");
            Getters getters = shared;
            if (getters == null || getters.of() != counter.getClass()) {
                getters = Getters.of(counter.getClass());
                shared = getters;
            }
            return Optional.of(new SentBytes(counter, getters, header));
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

    /** The getter as a lambda would call it. Reflection would box the result, and read another object for each socket. */
    @SuppressWarnings("unchecked")
    private static ToLongFunction<Object> getter(Class<?> of, String name) throws ReflectiveOperationException {
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        MethodHandle getter = lookup.findVirtual(of, name, MethodType.methodType(long.class));
        try {
            return (ToLongFunction<Object>) LambdaMetafactory.metafactory(
                            lookup,
                            "applyAsLong",
                            MethodType.methodType(ToLongFunction.class),
                            MethodType.methodType(long.class, Object.class),
                            getter,
                            getter.type())
                    .getTarget()
                    .invoke();
        } catch (ReflectiveOperationException | RuntimeException | Error thrown) {
            throw thrown;
        } catch (Throwable never) {
            throw new IllegalStateException(never);
        }
    }

    /**
     * The payloads of all frames so far, pongs among them, with a header for each. A frame is counted when it is written: a moment
     * later than its handler is called.
     */
    @Override
    public long getAsLong() {
        return bytes.applyAsLong(counter) + header * frames.applyAsLong(counter);
    }
}
