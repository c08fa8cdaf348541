package kefu.connection;

import jakarta.websocket.SendHandler;
import jakarta.websocket.SendResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import kefu.protocol.Frame;
import org.jspecify.annotations.Nullable;

/**
 * The frames for one client: one in flight, the others in order after it, bounded by count and bytes.
 *
 * <p>The containers leave no other way: Tomcat refuses a second send while one is in flight, Tyrus would queue them
 * without bound on the heap. Thread-safe; a frame is sent on the thread that offers it, or on the one that ended the
 * frame before it. No caller waits for the client: a send that may wait is known to have room, or is a ping on a
 * thread that nobody else needs.
 */
final class OutboundQueue implements SendHandler {
    /** Who goes on behind a frame that has a handler: the thread that sends it and the handler find out by this. */
    private enum Flight {
        STARTED,
        LEFT_TO_HANDLER,
        ENDED
    }

    private final Wire wire;
    private final int maxFrames;
    private final int maxBytes;
    private final QueueBudget budget;
    private final Executor waiter;
    private final LongSupplier nanoTime;
    private final Runnable onFailure;

    // guarded by this
    private final Queue<Frame> waiting = new ArrayDeque<>(2);
    private int waitingFrames; // the size of waiting, at hand: the queue itself is another object to read
    private final SendWindow window = new SendWindow();
    private @Nullable Frame next; // sent before all others; nearly always the only one
    private long waitingBytes;
    private List<Runnable> onDrained = List.of();
    private boolean pingDue;
    private long proofDueSince;
    private boolean sending;
    private boolean closed;

    private long inFlightSince; // while sending

    private final AtomicReference<Flight> flight = new AtomicReference<>(Flight.STARTED);

    /**
     * @param budget the bound of all queues together
     * @param waiter runs what may wait for the client; may refuse it
     * @param onFailure runs, on any thread, when a frame or ping could not be sent: the connection is broken
     */
    OutboundQueue(
            Wire wire,
            int maxFrames,
            int maxBytes,
            QueueBudget budget,
            Executor waiter,
            LongSupplier nanoTime,
            Runnable onFailure) {
        this.wire = wire;
        this.maxFrames = maxFrames;
        this.maxBytes = maxBytes;
        this.budget = budget;
        this.waiter = waiter;
        this.nanoTime = nanoTime;
        this.onFailure = onFailure;
    }

    /**
     * Adds a frame, and sends it if nothing is in flight. After {@link #close} frames are dropped.
     *
     * @return false where the queue is full; the frame is not in it then. A frame of any size fits into an empty queue
     */
    boolean offer(Frame frame) {
        boolean fits = add(frame);
        flush();
        return fits;
    }

    /** Only adds a frame, for callers that hold a lock. They must call {@link #flush} without the lock. */
    synchronized boolean add(Frame frame) {
        if (closed) {
            return true;
        }
        if (!sending && next == null && waitingFrames == 0) {
            next = frame;
            return true;
        }
        if (waitingFrames > 0 && (waitingFrames >= maxFrames || waitingBytes + frame.bytes() > maxBytes)) {
            return false;
        }
        waiting.add(frame);
        count(1, frame.bytes());
        return true;
    }

    /** As {@link #add}, if at most half of the queue is used: a replay leaves room for live publications. */
    synchronized boolean addIfRoom(Frame frame) {
        boolean room =
                waitingFrames == 0 || (waitingFrames < maxFrames / 2 && waitingBytes + frame.bytes() <= maxBytes / 2);
        return room && add(frame);
    }

    /** Sends the waiting frames, if nothing is in flight. */
    void flush() {
        pump(false);
    }

    /** Runs a task once, on any thread, when the queue is empty; never after {@link #close}. */
    void whenDrained(Runnable task) {
        synchronized (this) {
            if (closed) {
                return;
            }
            if (sending || waitingFrames > 0) { // whoever added a frame is about to flush it
                onDrained = Stream.concat(onDrained.stream(), Stream.of(task)).toList();
                return;
            }
        }
        task.run();
    }

    /** Completes, on the executor, when the queue is empty; never after {@link #close}. */
    CompletionStage<Void> drained(Executor executor) {
        CompletableFuture<Void> drained = new CompletableFuture<>();
        whenDrained(() -> executor.execute(() -> drained.complete(null)));
        return drained;
    }

    /** Sends a ping as soon as nothing is in flight. */
    void ping() {
        synchronized (this) {
            pingDue = !closed;
            if (sending || closed) {
                return;
            }
            sending = true;
            inFlightSince = nanoTime.getAsLong();
        }
        pump(true);
    }

    /** A pong has come. @param payload what it carries */
    synchronized void pong(ByteBuffer payload) {
        window.pong(payload);
    }

    /** Drops the waiting frames, and sends no more. */
    synchronized void close() {
        closed = true;
        next = null;
        waiting.clear();
        onDrained = List.of();
        count(-waitingFrames, -waitingBytes);
    }

    private void count(int frames, long bytes) {
        waitingFrames += frames;
        waitingBytes += bytes;
        budget.add(bytes);
    }

    /** How long the frame or ping has been in flight, in nanoseconds; 0: there is none. */
    synchronized long nanosInFlight() {
        return sending ? nanoTime.getAsLong() - inFlightSince : 0;
    }

    /**
     * Whether the client does not read: it takes no byte of what is in flight, or leaves the container's pongs unread, or all else.
     *
     * @param maxNanos for a frame in flight and for pongs, in nanoseconds
     * @param timeout for all else: after this a silent client is closed
     */
    boolean isStuck(long maxNanos, Duration timeout) {
        return Math.max(nanosInFlight(), nanosUnread()) > maxNanos || isUnread(timeout);
    }

    /**
     * How long the client has not answered a ping though it goes on to ping, in nanoseconds; 0: it reads. The container's pongs
     * are in a buffer meanwhile, Payara's on the heap.
     */
    private synchronized long nanosUnread() {
        return window.hasUnreadPongs() ? nanoTime.getAsLong() - proofDueSince : 0;
    }

    /**
     * Whether the client leaves a ping unanswered while more than {@link SendWindow#BYTES} are unread. Tyrus takes a frame as
     * sent that is on the heap, so there such a client is not noticed by what is in flight until megabytes of it are.
     *
     * <p>A slow line is no reason to be closed. A ping goes out behind what was sent meanwhile, which after a large publication
     * or a replay takes a slow line longer than one timeout. So the client has the timeout once for each {@code BYTES} before
     * the ping, and once for the rest: by default 16 KiB in 30 s, which is 546 bytes a second. A modem of 9,600 bit/s
     * does twice as much. A client that reads nothing has had at most half a window and one frame before its first ping.
     */
    private synchronized boolean isUnread(Duration timeout) {
        long windows = window.windowsUntilProof();
        return windows > 0 && nanoTime.getAsLong() - proofDueSince > windows * timeout.toNanos();
    }

    synchronized int waitingFrames() {
        return waitingFrames;
    }

    synchronized long waitingBytes() {
        return waitingBytes;
    }

    /**
     * Sends until nothing waits or something stays in flight.
     *
     * @param goesOn whether the caller has set {@link #sending}, or ended what was in flight. Else nothing is done while somebody
     *     sends
     */
    private void pump(boolean goesOn) {
        boolean sent;
        boolean mine = goesOn;
        do {
            Frame frame;
            boolean hasRoom = false;
            boolean ping;
            List<Runnable> drained = List.of();
            synchronized (this) {
                if (!mine && (sending || (next == null && waitingFrames == 0))) {
                    return;
                }
                mine = true;
                ping = pingDue && !closed;
                frame = ping ? null : take();
                if (frame != null) {
                    hasRoom = window.add(frame.bytes(), wire.sentBytes());
                } else if (!ping) {
                    sending = false;
                    drained = onDrained;
                    onDrained = List.of();
                }
                pingDue = !ping && window.wantsPing();
                if (ping || frame != null) {
                    sending = true;
                    inFlightSince = nanoTime.getAsLong();
                }
            }
            for (Runnable task : drained) {
                task.run();
            }
            sent = ping ? sendPing() : frame != null && send(frame, hasRoom);
        } while (sent);
    }

    private @Nullable Frame take() {
        Frame frame = next;
        if (frame != null) {
            next = null;
            return frame;
        }
        if (waitingFrames == 0) {
            return null;
        }
        frame = waiting.remove();
        count(-1, -frame.bytes());
        return frame;
    }

    /** @return whether it is sent already; else its handler goes on */
    private boolean send(Frame frame, boolean hasRoom) {
        try {
            if (wire.send(frame, hasRoom, this)) {
                return true;
            }
        } catch (RuntimeException closedMeanwhile) {
            onFailure.run();
            return false;
        }
        if (flight.compareAndSet(Flight.STARTED, Flight.LEFT_TO_HANDLER)) {
            return false;
        }
        flight.set(Flight.STARTED);
        return true;
    }

    /** The container's word on the frame in flight: on any thread, often within the call that sends it. */
    @Override
    public void onResult(SendResult result) {
        if (!result.isOK()) {
            onFailure.run(); // sending stays true: nothing more goes out
        } else if (!flight.compareAndSet(Flight.STARTED, Flight.ENDED)) {
            flight.set(Flight.STARTED);
            pump(true);
        }
    }

    /** @return whether to go on here; else the waiter does */
    private boolean sendPing() {
        ByteBuffer payload;
        boolean hasRoom;
        synchronized (this) {
            proofDueSince = window.isProofDue() ? proofDueSince : nanoTime.getAsLong();
            payload = window.ping();
            hasRoom = window.add(payload.remaining(), wire.sentBytes());
        }
        if (hasRoom) {
            return isSent(payload, true);
        }
        try {
            waiter.execute(() -> {
                if (isSent(payload, false)) {
                    pump(true);
                }
            });
            return false;
        } catch (RejectedExecutionException allWait) { // frames go out without it; it is due again with the next
            synchronized (this) {
                window.pingNotSent();
            }
            return true;
        }
    }

    private boolean isSent(ByteBuffer ping, boolean hasRoom) {
        try {
            wire.ping(ping, hasRoom);
            return true;
        } catch (IOException | RuntimeException broken) {
            onFailure.run();
            return false;
        }
    }
}
