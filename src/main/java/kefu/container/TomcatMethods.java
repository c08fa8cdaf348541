package kefu.container;

import jakarta.websocket.SendHandler;
import jakarta.websocket.SendResult;
import jakarta.websocket.Session;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What is used of Tomcat's internal classes. The handles are components of a constant: the JIT compiler inlines calls of constant
 * method handles only.
 *
 * @param session Tomcat's class of a WebSocket session
 * @param remote a session's object that sends
 * @param socketWrapper a sender's socket
 * @param counter a sender's object that counts
 * @param bytes how many bytes of payload a counter has counted
 * @param messages how many frames a counter has counted
 * @param count counts a frame of so many bytes of payload that a sender has sent
 * @param closed whether a sender has sent its close frame
 * @param inProgress a sender's permit to write: one message at a time, pongs and the close frame among them
 * @param end ends a sender's message: sends what has been put behind it, or gives the permit back; then calls a handler, if there
 *     is one
 * @param write writes bytes as they are, without waiting, and calls a handler then. For whoever has the permit
 * @param send sends a frame, waits for the client, and has a time limit
 * @param sendAsync sends a frame without waiting, and calls a handler then
 */
record TomcatMethods(
        Class<?> session,
        MethodHandle remote,
        MethodHandle socketWrapper,
        MethodHandle counter,
        MethodHandle bytes,
        MethodHandle messages,
        MethodHandle count,
        MethodHandle closed,
        MethodHandle inProgress,
        MethodHandle end,
        ContainerCall write,
        MethodHandle send,
        ContainerCall sendAsync) {
    private static final String PACKAGE = "org.apache.tomcat.websocket.";

    /** @return null: the container is not Tomcat, or one that is made in another way */
    static @Nullable TomcatMethods find() {
        ClassLoader container = Session.class.getClassLoader();
        try {
            Class<?> session = Class.forName(PACKAGE + "WsSession", false, container);
            Class<?> base = Class.forName(PACKAGE + "WsRemoteEndpointImplBase", false, container);
            Class<?> server = Class.forName(PACKAGE + "server.WsRemoteEndpointImplServer", false, container);
            Field counter = server.getDeclaredField("upgradeInfo");
            return new TomcatMethods(
                    session,
                    getter(session.getDeclaredField("wsRemoteEndpoint"), Object.class),
                    getter(server.getDeclaredField("socketWrapper"), Object.class),
                    getter(counter, Object.class),
                    method(long.class, counter.getType().getMethod("getBytesSent")),
                    method(long.class, counter.getType().getMethod("getMsgsSent")),
                    method(void.class, base.getDeclaredMethod("updateStats", long.class)),
                    getter(base.getDeclaredField("closed"), boolean.class),
                    getter(base.getDeclaredField("messagePartInProgress"), Object.class),
                    method(void.class, base.getDeclaredMethod("endMessage", SendHandler.class, SendResult.class)),
                    new ContainerCall(method(
                            void.class,
                            base.getDeclaredMethod("doWrite", SendHandler.class, long.class, ByteBuffer[].class))),
                    method(
                            void.class,
                            base.getDeclaredMethod(
                                    "sendMessageBlock", byte.class, ByteBuffer.class, boolean.class, long.class)),
                    new ContainerCall(method(
                            void.class,
                            base.getDeclaredMethod(
                                    "startMessage", byte.class, ByteBuffer.class, boolean.class, SendHandler.class))));
        } catch (ReflectiveOperationException | RuntimeException another) {
            Logger.getLogger(TomcatSocket.class.getName())
                    .log(Level.FINE, "This is no Tomcat, or one that is made in another way", another);
            return null;
        }
    }

    private static MethodHandle getter(Field field, Class<?> type) throws ReflectiveOperationException {
        field.setAccessible(true);
        return MethodHandles.lookup().unreflectGetter(field).asType(MethodType.methodType(type, Object.class));
    }

    /** @return takes its receiver as an object, so that it can be called exactly */
    private static MethodHandle method(Class<?> result, Method method) throws ReflectiveOperationException {
        method.setAccessible(true);
        MethodHandle handle = MethodHandles.lookup().unreflect(method).asFixedArity();
        return handle.asType(handle.type().changeParameterType(0, Object.class).changeReturnType(result));
    }
}
