package kefu.session;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import kefu.config.Settings;
import kefu.protocol.CloseCode;
import kefu.protocol.Frame;
import kefu.protocol.Request;
import kefu.protocol.Version;
import org.jspecify.annotations.Nullable;

/** One client's WebSocket: its session, its requests, its outbound queue. Thread-safe. */
public final class Connection {
    /** A person does not get this far ahead of the backend, a program that does is told so. */
    static final int MAX_WAITING_REQUESTS = 64;

    private final String client;
    private final Version version;
    private final Wire wire;
    private final OutboundQueue queue;
    private final RequestLine requests;
    private final Threads threads;
    private final LongSupplier nanoTime;
    private final Consumer<Connection> onEnd;
    private final long maxNanosInFlight;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile @Nullable Session session;
    private volatile boolean overflowed;
    private volatile long heardAt;
    private volatile long beatAt;

    /**
     * @param client the gateway's public id of this connection, and of the first session on it
     * @param nanoTime a monotonic clock, in nanoseconds
     * @param alone the methods that are served while no other request of the connection is
     * @param server serves one request; its stage completes when the request has ended
     * @param onEnd is run once, on any thread, as soon as the connection has ended
     */
    public Connection(
            String client,
            Version version,
            Wire wire,
            Settings settings,
            Threads threads,
            LongSupplier nanoTime,
            Set<String> alone,
            BiFunction<Connection, Request, CompletionStage<?>> server,
            Consumer<Connection> onEnd) {
        this.client = client;
        this.version = version;
        this.wire = wire;
        this.queue = new OutboundQueue(
                wire,
                settings.get(Settings.QUEUE_MAX_FRAMES),
                settings.get(Settings.QUEUE_MAX_BYTES),
                threads.pinger(),
                nanoTime,
                () -> end(CloseCode.SEND_FAILED));
        this.requests = new RequestLine(
                MAX_WAITING_REQUESTS,
                settings.get(Settings.PARALLEL_REQUESTS),
                request -> turn(request, alone),
                request -> server.apply(this, request));
        this.threads = threads;
        this.nanoTime = nanoTime;
        this.onEnd = onEnd;
        this.maxNanosInFlight = settings.get(Settings.QUEUE_TIMEOUT).toNanos();
        this.heardAt = nanoTime.getAsLong();
        this.beatAt = heardAt;
    }

    private static RequestLine.Turn turn(Request request, Set<String> alone) {
        if (request instanceof Request.Call call && alone.contains(call.method())) {
            return RequestLine.Turn.ALONE;
        }
        return request.reply().id().isPresent() ? RequestLine.Turn.SIDE_BY_SIDE : RequestLine.Turn.IN_ORDER;
    }

    public String client() {
        return client;
    }

    public Version version() {
        return version;
    }

    /** Who is logged in here; null before a login. Stays after the end, for the requests that still wait. */
    public @Nullable Session session() {
        return session;
    }

    /** @param to null: nobody is any more */
    public void logIn(@Nullable Session to) {
        session = to;
    }

    /** Serves a request in its turn. @return false where too many wait already */
    public boolean request(Request request) {
        return requests.add(request);
    }

    /** Sends a frame in its turn, without waiting. A client whose queue is full is closed: it must not lose one frame silently. */
    public void send(Frame frame) {
        if (!queue.offer(frame)) {
            end(CloseCode.TOO_SLOW);
        }
    }

    /** Puts a frame into the queue and nothing more, for callers that hold a lock: {@link #flush} is to follow, without it. */
    void add(Frame frame) {
        if (!queue.add(frame)) {
            overflowed = true;
        }
    }

    /** Sends what was added, or closes the client where it did not fit. */
    void flush() {
        if (overflowed) {
            end(CloseCode.TOO_SLOW);
        } else {
            queue.flush();
        }
    }

    /** Completes, on a thread of the gateway's own, when nothing waits to be sent; never where the connection ends before. */
    public CompletionStage<Void> drained() {
        CompletableFuture<Void> drained = new CompletableFuture<>();
        queue.whenDrained(() -> threads.worker().execute(() -> drained.complete(null)));
        return drained;
    }

    /** A message or a pong has come: the client lives. */
    public void heard() {
        heardAt = nanoTime.getAsLong();
    }

    /** Sends the heartbeat where it is due, and ends the connection where its client is stuck or silent. */
    public void check(Heartbeat heartbeat) {
        long now = nanoTime.getAsLong();
        if (queue.nanosInFlight() > maxNanosInFlight) {
            end(CloseCode.TOO_SLOW);
        } else if (now - heardAt > heartbeat.timeout().toNanos()) {
            end(CloseCode.HEARTBEAT_MISSED);
        } else if (now - beatAt >= heartbeat.interval().toNanos()) {
            beatAt = now;
            heartbeat.text().ifPresent(this::send);
            queue.ping();
        }
    }

    /** Ends the connection at once; its socket is closed on another thread, since that may block. */
    public void end(CloseCode code) {
        if (ended()) {
            threads.worker().execute(() -> wire.closeQuietly(code));
        }
    }

    /** The socket is closed. @return whether the connection had not ended before */
    public boolean ended() {
        if (!ended.compareAndSet(false, true)) {
            return false;
        }
        queue.close();
        onEnd.accept(this);
        return true;
    }

    public boolean hasEnded() {
        return ended.get();
    }
}
