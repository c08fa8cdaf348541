package kefu.container;

import jakarta.websocket.SendHandler;
import jakarta.websocket.Session;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A socket of Tomcat's, used through Tomcat's internal classes.
 *
 * @param remote what sends
 * @param counter what counts
 * @param header is counted for each frame, in bytes
 */
record InternalTomcatSocket(Object remote, Object counter, int header) implements TomcatSocket {
    private static final String PACKAGE = "org.apache.tomcat.websocket.";
    private static final byte TEXT = 1; // RFC 6455, 5.2

    /** Null: the container is not Tomcat, or one that is made in another way. */
    private static final @Nullable Methods METHODS = Methods.find(Session.class.getClassLoader());

    /** They are components of a constant: the JIT compiler inlines calls of constant method handles only. */
    private record Methods(
            Class<?> session,
            MethodHandle remote,
            MethodHandle counter,
            MethodHandle bytes,
            MethodHandle messages,
            MethodHandle send,
            ContainerCall sendAsync) {
        static @Nullable Methods find(@Nullable ClassLoader container) {
            try {
                Class<?> session = Class.forName(PACKAGE + "WsSession", false, container);
                Class<?> base = Class.forName(PACKAGE + "WsRemoteEndpointImplBase", false, container);
                Class<?> server = Class.forName(PACKAGE + "server.WsRemoteEndpointImplServer", false, container);
                Field counter = server.getDeclaredField("upgradeInfo");
                return new Methods(
                        session,
                        getter(session.getDeclaredField("wsRemoteEndpoint")),
                        getter(counter),
                        count(counter.getType().getMethod("getBytesSent")),
                        count(counter.getType().getMethod("getMsgsSent")),
                        accessible(base.getDeclaredMethod(
                                        "sendMessageBlock", byte.class, ByteBuffer.class, boolean.class, long.class))
                                .asType(MethodType.methodType(
                                        void.class,
                                        Object.class,
                                        byte.class,
                                        ByteBuffer.class,
                                        boolean.class,
                                        long.class)),
                        new ContainerCall(accessible(base.getDeclaredMethod(
                                "startMessage", byte.class, ByteBuffer.class, boolean.class, SendHandler.class))));
            } catch (ReflectiveOperationException | RuntimeException another) {
                Logger.getLogger(TomcatSocket.class.getName())
                        .log(Level.FINE, "This is no Tomcat, or one that is made in another way", another);
                return null;
            }
        }

        private static MethodHandle getter(Field field) throws ReflectiveOperationException {
            field.setAccessible(true);
            return MethodHandles.lookup()
                    .unreflectGetter(field)
                    .asType(MethodType.methodType(Object.class, Object.class));
        }

        private static MethodHandle count(Method method) throws ReflectiveOperationException {
            return MethodHandles.lookup().unreflect(method).asType(MethodType.methodType(long.class, Object.class));
        }

        private static MethodHandle accessible(Method method) throws ReflectiveOperationException {
            method.setAccessible(true);
            return MethodHandles.lookup().unreflect(method);
        }
    }

    static Optional<TomcatSocket> of(Session socket, int header) {
        if (METHODS == null || !METHODS.session().isInstance(socket)) {
            return Optional.empty();
        }
        try {
            Object remote = (Object) METHODS.remote().invokeExact((Object) socket);
            Object counter = (Object) METHODS.counter().invokeExact(remote);
            return Optional.of(new InternalTomcatSocket(remote, counter, header));
        } catch (Throwable never) {
            throw unchecked(never);
        }
    }

    @Override
    public long sentBytes() {
        Methods methods = methods();
        try {
            return (long) methods.bytes().invokeExact(counter)
                    + header * (long) methods.messages().invokeExact(counter);
        } catch (Throwable never) {
            throw unchecked(never);
        }
    }

    @Override
    public void sendText(byte[] utf8, long millis) throws IOException {
        try {
            methods().send().invokeExact(remote, TEXT, ByteBuffer.wrap(utf8), true, millis);
        } catch (IOException broken) {
            throw broken;
        } catch (Throwable thrown) {
            throw unchecked(thrown);
        }
    }

    @Override
    public void sendText(byte[] utf8, SendHandler handler) throws IOException {
        methods().sendAsync().on(remote, TEXT, ByteBuffer.wrap(utf8), true, handler);
    }

    private static Methods methods() {
        return Objects.requireNonNull(METHODS);
    }

    private static RuntimeException unchecked(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(thrown);
    }
}
