package kefu.container;

import jakarta.websocket.SendHandler;
import jakarta.websocket.SendResult;
import jakarta.websocket.Session;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * A socket of Tomcat's, used through Tomcat's internal classes.
 *
 * <p>A frame goes past Tomcat's framing: its bytes, made once for all receivers, are written to the channel under Tomcat's own permit.
 * The write takes what the system's buffer has room for, and does not wait. Nearly always that is all; the rest goes Tomcat's way. Tomcat's
 * framing makes four objects, takes three locks and writes two buffers for each frame, which is as much as everything else that a
 * delivery costs outside the kernel.
 *
 * @param remote what sends
 * @param counter what counts
 * @param header is counted for each frame, in bytes
 * @param permit to write
 * @param channel what is written to; null: it is encrypted, or Tomcat writes in another way
 */
record InternalTomcatSocket(
        Object remote,
        Object counter,
        int header,
        Semaphore permit,
        @Nullable SocketChannel channel) implements TomcatSocket {
    /** Null: the container is not Tomcat, or one that is made in another way. */
    private static final @Nullable TomcatMethods METHODS = TomcatMethods.find();

    private static final String UNENCRYPTED = "org.apache.tomcat.util.net.NioChannel";

    // RFC 6455, 5.2
    private static final byte TEXT = 1;
    private static final byte PING = 9;
    private static final int LAST = 0x80;

    private static final long WITHOUT_WAITING = -1;
    private static final SendHandler NOBODY = result -> {};

    static Optional<TomcatSocket> of(Session socket, int header) {
        if (METHODS == null || !METHODS.session().isInstance(socket)) {
            return Optional.empty();
        }
        try {
            Object remote = (Object) METHODS.remote().invokeExact((Object) socket);
            Object permit = (Object) METHODS.inProgress().invokeExact(remote);
            Object wrapper = (Object) METHODS.socketWrapper().invokeExact(remote);
            return Optional.of(new InternalTomcatSocket(
                    remote,
                    (Object) METHODS.counter().invokeExact(remote),
                    header,
                    (Semaphore) permit,
                    channel(wrapper)));
        } catch (Throwable never) {
            throw unchecked(never);
        }
    }

    /**
     * The channel itself, not Tomcat's object around it: Tomcat gives that one to the next connection when this one is closed.
     *
     * @param wrapper Tomcat's socket
     */
    private static @Nullable SocketChannel channel(Object wrapper) throws ReflectiveOperationException {
        boolean isNio = (boolean) wrapper.getClass().getMethod("hasAsyncIO").invoke(wrapper);
        Object channel = wrapper.getClass().getMethod("getSocket").invoke(wrapper);
        return isNio && channel.getClass().getName().equals(UNENCRYPTED)
                ? (SocketChannel) channel.getClass().getMethod("getIOChannel").invoke(channel)
                : null;
    }

    @Override
    public long sentBytes() {
        TomcatMethods methods = methods();
        try {
            return (long) methods.bytes().invokeExact(counter)
                    + header * (long) methods.messages().invokeExact(counter);
        } catch (Throwable never) {
            throw unchecked(never);
        }
    }

    @Override
    public boolean sendText(ByteBuffer frame, int bytes, SendHandler handler) throws IOException {
        if (channel != null && permit.tryAcquire()) {
            return write(channel, frame, bytes, handler);
        }
        methods().sendAsync().on(remote, TEXT, payload(frame, bytes), true, handler);
        return false;
    }

    @Override
    public boolean sendText(ByteBuffer frame, int bytes, long millis, SendHandler handler) throws IOException {
        if (channel != null) {
            return sendText(frame, bytes, handler);
        }
        try {
            methods().send().invokeExact(remote, TEXT, payload(frame, bytes), true, millis);
            return true;
        } catch (IOException broken) {
            throw broken;
        } catch (Throwable thrown) {
            throw unchecked(thrown);
        }
    }

    @Override
    public void ping(ByteBuffer payload) throws IOException {
        if (channel != null && permit.tryAcquire()) {
            int bytes = payload.remaining();
            ByteBuffer frame =
                    ByteBuffer.allocate(2 + bytes).put((byte) (LAST | PING)).put((byte) bytes);
            write(channel, frame.put(payload).flip(), bytes, NOBODY);
        } else {
            methods().sendAsync().on(remote, PING, payload, true, NOBODY);
        }
    }

    /**
     * For whoever has the permit.
     *
     * @param bytes of the frame's payload
     * @return whether all of it is sent; else the rest goes on, and the handler is called then
     */
    private boolean write(SocketChannel to, ByteBuffer frame, int bytes, SendHandler handler) throws IOException {
        boolean goesOn = false;
        try {
            if ((boolean) methods().closed().invokeExact(remote)) {
                throw new ClosedChannelException();
            }
            to.write(frame);
            methods().count().invokeExact(remote, (long) bytes);
            goesOn = frame.hasRemaining();
        } catch (IOException broken) {
            throw broken;
        } catch (Throwable thrown) {
            throw unchecked(thrown);
        } finally {
            if (!goesOn) {
                end(null, null);
            }
        }
        if (goesOn) {
            SendHandler ending = result -> end(handler, result);
            methods().write().on(remote, ending, WITHOUT_WAITING, new ByteBuffer[] {frame});
        }
        return !goesOn;
    }

    private static ByteBuffer payload(ByteBuffer frame, int bytes) {
        return frame.position(frame.limit() - bytes);
    }

    private void end(@Nullable SendHandler handler, @Nullable SendResult result) {
        try {
            methods().end().invokeExact(remote, handler, result);
        } catch (Throwable thrown) {
            throw unchecked(thrown);
        }
    }

    private static TomcatMethods methods() {
        return Objects.requireNonNull(METHODS);
    }

    private static RuntimeException unchecked(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(thrown);
    }
}
