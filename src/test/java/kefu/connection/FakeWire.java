package kefu.connection;

import jakarta.websocket.SendHandler;
import jakarta.websocket.SendResult;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import kefu.protocol.Close;
import kefu.protocol.CloseCode;
import kefu.protocol.Frame;
import org.jspecify.annotations.Nullable;

/** A client on a wire of its own: keeps what it is sent, and takes it as the test says. Thread-safe. */
public final class FakeWire implements Wire {
    private final Executor completions;
    private final List<String> received = new ArrayList<>();
    private boolean stuck;
    private boolean blocking;
    private @Nullable SendHandler inFlight;
    private final List<ByteBuffer> pings = new ArrayList<>();
    private int withRoom;
    private long sentBytes;
    private boolean counts = true;
    private boolean bufferFull;
    private volatile Runnable pinged = () -> {};
    private volatile Consumer<ByteBuffer> pong = payload -> {};
    private volatile Duration closing = Duration.ZERO;
    private volatile boolean closedByPeer = true;
    private volatile boolean closeBegun;
    private volatile boolean cutOff;
    private Optional<Close> closed = Optional.empty();

    /** A client that takes each frame within the call that sends it. */
    public FakeWire() {
        this(Runnable::run);
    }

    /** @param completions runs the handler of each frame that was taken */
    public FakeWire(Executor completions) {
        this.completions = completions;
    }

    @Override
    public void onPing(Runnable to) {
        pinged = to;
    }

    /** Pings the gateway. */
    public void pinged() {
        pinged.run();
    }

    @Override
    public boolean send(Frame frame, boolean hasRoom, SendHandler handler) {
        synchronized (this) {
            withRoom += hasRoom ? 1 : 0;
            sentBytes += frame.bytes() + FRAME_HEADER;
            if (inFlight != null) {
                throw new IllegalStateException("a second frame while one is in flight");
            }
            inFlight = handler;
            received.add(frame.text());
            while ((blocking || (bufferFull && hasRoom)) && closed.isEmpty()) {
                waitForClose();
            }
            if (stuck || bufferFull) {
                return false;
            }
        }
        completions.execute(this::took);
        return false;
    }

    /** Stops to read: the next frame stays in flight. */
    public synchronized void stick() {
        stuck = true;
    }

    /** Stops to read, and holds whoever sends until the socket is closed: no container should. */
    public synchronized void block() {
        blocking = true;
    }

    /**
     * Pings and does not read, until the container's pongs have filled the socket's buffer. As on Tomcat a send that is
     * believed to have room holds its thread then, and one that is not stays in flight.
     */
    public synchronized void pingsAndReadsNothing() {
        sentBytes += 100_000;
        bufferFull = true;
    }

    /** Pings once, and the container answers. */
    public synchronized void pingsOnce() {
        sentBytes += FRAME_HEADER;
    }

    /** The container does not say what it has sent. */
    public synchronized void doesNotCount() {
        counts = false;
    }

    private void waitForClose() {
        try {
            wait();
        } catch (InterruptedException stopNow) {
            blocking = false;
            bufferFull = false;
        }
    }

    /** Takes the frame in flight, and reads on. */
    public void unstick() {
        synchronized (this) {
            stuck = false;
        }
        took();
    }

    /** Takes the frame in flight, and no more. */
    public void take() {
        took();
    }

    /** The frame in flight fails. */
    public void fail() {
        takeHandler().ifPresent(handler -> handler.onResult(new SendResult(new java.io.IOException("broken pipe"))));
    }

    private void took() {
        takeHandler().ifPresent(handler -> handler.onResult(new SendResult()));
    }

    private synchronized Optional<SendHandler> takeHandler() {
        Optional<SendHandler> handler = Optional.ofNullable(inFlight);
        inFlight = null;
        return handler;
    }

    /** Answers the gateway's pings from now on, as long as it reads. */
    public void answerPings(Consumer<ByteBuffer> with) {
        pong = with;
    }

    @Override
    public void ping(ByteBuffer payload, boolean hasRoom) {
        synchronized (this) {
            if (inFlight != null) {
                throw new IllegalStateException("a ping while a frame is in flight");
            }
            sentBytes += payload.remaining() + FRAME_HEADER;
            while (bufferFull && closed.isEmpty()) {
                waitForClose();
            }
            pings.add(payload);
            if (stuck || blocking || bufferFull) {
                return;
            }
        }
        pong.accept(payload.duplicate());
    }

    @Override
    public synchronized long sentBytes() {
        return counts ? sentBytes : UNKNOWN;
    }

    /** A socket that takes its time to close. */
    public void closesIn(Duration time) {
        closing = time;
    }

    @Override
    public void close(Close close) {
        LockSupport.parkNanos(closing.toNanos());
        closed(close);
    }

    @Override
    public void beginClose(Close close) {
        closeBegun = true;
        close(close);
    }

    /** Whether the close leaves it to the client to close the socket. */
    public boolean isCloseBegun() {
        return closeBegun;
    }

    @Override
    public void cutOff() {
        cutOff = true;
    }

    public boolean isCutOff() {
        return cutOff;
    }

    private synchronized void closed(Close close) {
        closed = Optional.of(close);
        notifyAll();
    }

    /** A client that does not answer the close. */
    public void keepsOpen() {
        closedByPeer = false;
    }

    /** The client answers the close. */
    public void closesToo() {
        closedByPeer = true;
    }

    @Override
    public boolean isClosedByPeer() {
        return closedByPeer;
    }

    public synchronized List<String> received() {
        return List.copyOf(received);
    }

    public synchronized int pings() {
        return pings.size();
    }

    /** What the last ping carried. */
    public synchronized ByteBuffer lastPing() {
        return pings.get(pings.size() - 1);
    }

    /** How many frames were sent as ones that the socket's buffer has room for. */
    public synchronized int withRoom() {
        return withRoom;
    }

    public synchronized Optional<CloseCode> closed() {
        return closed.map(Close::code);
    }

    /** What the client read as the reason of the close. */
    public synchronized Optional<String> closeReason() {
        return closed.map(Close::reason);
    }
}
