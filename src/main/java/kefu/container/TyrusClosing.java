package kefu.container;

import jakarta.websocket.CloseReason;
import jakarta.websocket.Session;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The closing handshake with Tyrus, which Payara has. Tyrus itself writes the close frame and closes the connection at once,
 * whether there are frames in its queue that the client has no room for, or bytes of the client that it has not read. So here
 * the frame is written as a frame of no kind, and Tyrus is told that it has written it: it closes the connection then when the
 * client's close frame has come, and writes no other one.
 */
final class TyrusClosing implements ClosingHandshake {
    static final String SESSION = "org.glassfish.tyrus.core.TyrusSession";

    private static final String CLOSE_FRAME = "org.glassfish.tyrus.core.frame.CloseFrame";
    private static final byte LAST_CLOSE = (byte) 0x88; // RFC 6455, 5.2

    private final Object webSocket;
    private final AtomicReference<Object> state;
    private final Object closing;
    private final Object connected;
    private final Method isConnected;
    private final ContainerCall send;

    @SuppressWarnings("unchecked")
    TyrusClosing(Session socket) throws ReflectiveOperationException {
        Object remote = socket.getBasicRemote();
        webSocket = get(remote.getClass().getSuperclass().getDeclaredField("webSocket"), remote);
        Class<?> type = webSocket.getClass();
        state = (AtomicReference<Object>) get(type.getDeclaredField("state"), webSocket);
        Class<?> states = Class.forName(type.getName() + "$State", false, type.getClassLoader());
        connected = named("CONNECTED", states);
        closing = named("CLOSING", states);
        isConnected = type.getMethod("isConnected");
        send = new ContainerCall(type, "sendRawFrame", ByteBuffer.class);
    }

    private static Object get(Field field, Object of) throws ReflectiveOperationException {
        field.setAccessible(true);
        return field.get(of);
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Object named(String name, Class<?> type) {
        return Enum.valueOf((Class<? extends Enum>) type.asSubclass(Enum.class), name);
    }

    @Override
    public void begin(CloseReason reason) throws IOException {
        if (state.compareAndSet(connected, closing)) { // else it closes already
            send.on(webSocket, frame(reason));
        }
    }

    private static ByteBuffer frame(CloseReason reason) {
        byte[] phrase = reason.getReasonPhrase().getBytes(StandardCharsets.UTF_8); // 123 bytes at most
        return ByteBuffer.allocate(4 + phrase.length)
                .put(LAST_CLOSE)
                .put((byte) (2 + phrase.length))
                .putShort((short) reason.getCloseCode().getCode())
                .put(phrase)
                .flip();
    }

    @Override
    public boolean isDone() {
        try {
            return !(boolean) isConnected.invoke(webSocket);
        } catch (ReflectiveOperationException never) {
            throw new IllegalStateException(never);
        }
    }

    /** As if the client had closed. */
    @Override
    public void abandon() {
        try {
            Class<?> closeFrame =
                    Class.forName(CLOSE_FRAME, false, webSocket.getClass().getClassLoader());
            Object frame = closeFrame
                    .getConstructor(CloseReason.class)
                    .newInstance(new CloseReason(CloseReason.CloseCodes.GOING_AWAY, ""));
            webSocket.getClass().getMethod("onClose", closeFrame).invoke(webSocket, frame);
        } catch (ReflectiveOperationException anotherTyrus) {
            throw new IllegalStateException(anotherTyrus);
        }
    }
}
