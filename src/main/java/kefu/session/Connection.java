package kefu.session;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import kefu.broker.Member;
import kefu.config.Settings;
import kefu.protocol.CloseCode;
import kefu.protocol.Frame;
import kefu.protocol.Request;
import org.jspecify.annotations.Nullable;

/** One client's WebSocket: who it is logged in as, its requests, its outbound queue. Thread-safe. */
public final class Connection {
    /** A person does not get this far ahead of the backend, a program that does is told so. */
    static final int MAX_WAITING_REQUESTS = 64;

    private final String client;
    private final Wire wire;
    private final OutboundQueue queue;
    private final RequestLine requests;
    private final Threads threads;
    private final LongSupplier nanoTime;
    private final Consumer<Connection> onEnd;
    private final long maxNanosInFlight;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile @Nullable Member member;
    private volatile long heardAt;
    private volatile long beatAt;

    /**
     * @param client the gateway's public id of this connection
     * @param nanoTime a monotonic clock, in nanoseconds
     * @param server serves one request; its stage completes when the request has ended
     * @param onEnd is run once, on any thread, as soon as the connection has ended
     */
    public Connection(
            String client,
            Wire wire,
            Settings settings,
            Threads threads,
            LongSupplier nanoTime,
            BiFunction<Connection, Request, CompletionStage<?>> server,
            Consumer<Connection> onEnd) {
        this.client = client;
        this.wire = wire;
        this.queue = new OutboundQueue(
                wire,
                settings.get(Settings.QUEUE_MAX_FRAMES),
                settings.get(Settings.QUEUE_MAX_BYTES),
                threads.pinger(),
                nanoTime,
                () -> end(CloseCode.SEND_FAILED));
        this.requests = new RequestLine(MAX_WAITING_REQUESTS, request -> server.apply(this, request));
        this.threads = threads;
        this.nanoTime = nanoTime;
        this.onEnd = onEnd;
        this.maxNanosInFlight = settings.get(Settings.QUEUE_TIMEOUT).toNanos();
        this.heardAt = nanoTime.getAsLong();
        this.beatAt = heardAt;
    }

    public String client() {
        return client;
    }

    /** Who is logged in here; null before a login. Stays after the end, for the requests that still wait. */
    public @Nullable Member member() {
        return member;
    }

    public void loggedIn(Member as) {
        member = as;
    }

    /** Serves a request in its turn. @return false where 64 wait already */
    public boolean request(Request request) {
        return requests.add(request);
    }

    /** Sends a frame in its turn, without waiting. A client whose queue is full is closed: it must not lose one frame silently. */
    public void send(Frame frame) {
        if (!queue.offer(frame)) {
            end(CloseCode.TOO_SLOW);
        }
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
