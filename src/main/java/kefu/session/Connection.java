package kefu.session;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import kefu.config.Settings;
import kefu.metrics.Metrics;
import kefu.protocol.CloseCode;
import kefu.protocol.ErrorCode;
import kefu.protocol.Frame;
import kefu.protocol.Reply;
import kefu.protocol.Request;
import kefu.protocol.Version;
import org.jspecify.annotations.Nullable;

/** One client's WebSocket: its session, its requests, its outbound queue. Thread-safe. */
public final class Connection {
    private static final Logger LOG = Logger.getLogger(Connection.class.getName());

    /** A person does not get this far ahead of the backend, a program that does is told so. */
    static final int MAX_WAITING_REQUESTS = 64;

    private final String client;
    private final Version version;
    private final Wire wire;
    private final OutboundQueue queue;
    private final RequestLine requests;
    private final Answers answers = new Answers();
    private final Threads threads;
    private final LongSupplier nanoTime;
    private final Metrics metrics;
    private final Listener listener;
    private final long openedAt;
    private final long maxNanosInFlight;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile @Nullable Session session;
    private volatile boolean hadSession;
    private volatile boolean overflowed;
    private volatile long heardAt;
    private volatile long beatAt;

    /** Who is told of what comes. Called on any thread, under no lock; must not block. */
    public interface Listener {
        /** Whether a request is served while no other of its connection is. */
        boolean isAlone(Request request);

        /** Serves one request. @return completes, in whatever way, when the request has ended */
        CompletionStage<?> serve(Connection from, Request request);

        /** The connection has ended: told once. @param code with which it was closed */
        void ended(Connection connection, int code);
    }

    /**
     * @param client the gateway's public id of this connection, and of the first session on it
     * @param nanoTime a monotonic clock, in nanoseconds
     */
    public Connection(
            String client,
            Version version,
            Wire wire,
            Settings settings,
            Threads threads,
            Metrics metrics,
            LongSupplier nanoTime,
            Listener listener) {
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
                this::turn,
                request -> listener.serve(this, request));
        this.threads = threads;
        this.nanoTime = nanoTime;
        this.metrics = metrics;
        this.listener = listener;
        this.maxNanosInFlight = settings.get(Settings.QUEUE_TIMEOUT).toNanos();
        this.heardAt = nanoTime.getAsLong();
        this.beatAt = heardAt;
        this.openedAt = heardAt;
    }

    private RequestLine.Turn turn(Request request) {
        if (listener.isAlone(request)) {
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

    /** Whether somebody is or was logged in here. */
    public boolean hadSession() {
        return hadSession;
    }

    /** @param to null: nobody is any more */
    public void logIn(@Nullable Session to) {
        hadSession = hadSession || to != null;
        session = to;
    }

    /** What its client has asked: a session's own, and what is asked without one. */
    public Answers answers() {
        Session now = session;
        return now == null ? answers : now.answers();
    }

    /** Serves a request in its turn. @return false where too many wait already */
    public boolean request(Request request) {
        return requests.add(request);
    }

    /** Sends a frame in its turn, without waiting. A client whose queue is full is closed: it must not lose one frame silently. */
    public void send(Frame frame) {
        count(frame);
        if (!queue.offer(frame)) {
            end(CloseCode.TOO_SLOW);
        }
    }

    /** Answers that a request is not done, and why. */
    public void refuse(Reply reply, ErrorCode error) {
        metrics.refused(error.code());
        send(reply.error(error));
    }

    /** Puts a frame into the queue and nothing more, for callers that hold a lock: {@link #flush} is to follow, without it. */
    void add(Frame frame) {
        count(frame);
        if (!queue.add(frame)) {
            overflowed = true;
        }
    }

    /** The same where there is room for what is not urgent. @return false where there is none; the frame is not in it then */
    boolean addIfRoom(Frame frame) {
        boolean added = queue.addIfRoom(frame);
        if (added) {
            count(frame);
        }
        return added;
    }

    private void count(Frame frame) {
        metrics.sent(frame.bytes());
        LOG.log(Level.FINE, () -> "Frame of " + frame.bytes() + " bytes to client " + client);
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

    /** How long it has been there. */
    public Duration age() {
        return Duration.ofNanos(nanoTime.getAsLong() - openedAt);
    }

    public int queuedFrames() {
        return queue.waitingFrames();
    }

    public long queuedBytes() {
        return queue.waitingBytes();
    }

    /** A message or a pong has come: the client lives. */
    public void heard() {
        heardAt = nanoTime.getAsLong();
    }

    /** A pong has come. @param payload what it carries */
    public void pong(ByteBuffer payload) {
        heard();
        queue.pong(payload);
    }

    /** A whole message has come. */
    public void received(int bytes) {
        metrics.received(bytes);
        LOG.log(Level.FINE, () -> "Message of " + bytes + " bytes from client " + client);
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
            threads.pinger().execute(() -> {
                heartbeat.text().ifPresent(this::send);
                queue.ping();
            });
        }
    }

    /** Ends the connection at once; its socket is closed on another thread, since that may block. */
    public void end(CloseCode code) {
        end(code, () -> {});
    }

    /** @param closed is run when the socket is closed, or at once where the connection had ended before */
    public void end(CloseCode code, Runnable closed) {
        if (!ended(code.number())) {
            closed.run();
            return;
        }
        threads.worker().execute(() -> {
            wire.closeQuietly(code);
            closed.run();
        });
    }

    /** The socket is closed. @return whether the connection had not ended before */
    public boolean ended(int code) {
        if (!ended.compareAndSet(false, true)) {
            return false;
        }
        queue.close();
        metrics.closed(code);
        listener.ended(this, code);
        return true;
    }

    public boolean hasEnded() {
        return ended.get();
    }
}
