package kefu.connection;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import kefu.config.LimitSettings;
import kefu.config.Settings;
import kefu.metrics.Bound;
import kefu.metrics.LogLine;
import kefu.metrics.Metrics;
import kefu.metrics.Rejection;
import kefu.protocol.CloseCode;
import kefu.protocol.ErrorCode;
import kefu.protocol.Frame;
import kefu.protocol.Frames;
import kefu.protocol.Reply;
import kefu.protocol.Request;
import kefu.protocol.Version;

/**
 * One client's WebSocket: serves its requests, sends what is for it, watches over its life, and ends it. Who is logged in on it
 * is in its {@link LoginState}. Thread-safe.
 */
public final class Connection {
    private static final int NOT_CLOSED = 0;

    /** Tomcat and Tyrus tell of a client's close within 5 ms after a send that it made fail. */
    private static final Duration CLOSE_FOLLOWS = Duration.ofSeconds(1);

    private final Peer peer;
    private final Wire wire;
    private final OutboundQueue queue;
    private final RequestIntake requests;
    private final LoginState login;
    private final Liveness liveness;
    private final Traffic traffic;
    private final Threads threads;
    private final Metrics metrics;
    private final ConnectionListener listener;
    private final long maxNanosInFlight;
    private final AtomicInteger closeCode = new AtomicInteger(NOT_CLOSED);
    private volatile Initiator endedBy = Initiator.NETWORK;
    private volatile boolean overflowed;

    /**
     * @param budget that its queue shares with all others
     * @param nanoTime a monotonic clock, in nanoseconds
     */
    public Connection(
            Peer peer,
            Wire wire,
            Settings settings,
            Threads threads,
            QueueBudget budget,
            Metrics metrics,
            LongSupplier nanoTime,
            ConnectionListener listener) {
        this.peer = peer;
        this.wire = wire;
        this.queue = new OutboundQueue(
                wire,
                settings.get(LimitSettings.QUEUE_MAX_FRAMES),
                settings.get(LimitSettings.QUEUE_MAX_BYTES),
                budget,
                threads.waiter(),
                nanoTime,
                this::sendFailed);
        this.requests =
                new RequestIntake(settings, nanoTime, listener::isExclusive, request -> listener.serve(this, request));
        this.login = new LoginState(settings, nanoTime);
        this.liveness = new Liveness(nanoTime);
        this.traffic = new Traffic(metrics, this::describe);
        this.threads = threads;
        this.metrics = metrics;
        this.listener = listener;
        this.maxNanosInFlight = settings.get(LimitSettings.QUEUE_TIMEOUT).toNanos();
        wire.onPing(this::pinged);
    }

    public String client() {
        return peer.client();
    }

    public String address() {
        return peer.address();
    }

    public Version version() {
        return peer.version();
    }

    public LoginState login() {
        return login;
    }

    /**
     * Serves a request in its turn; or refuses it, where too many wait already or came in too short a time; or ends the
     * connection, where they come all the same.
     */
    public void request(Request request) {
        switch (requests.admit(request)) {
            case ACCEPTED -> {}
            case TOO_FAST -> refuseExcess(request, Bound.REQUESTS);
            case FULL -> refuseExcess(request, Bound.REQUESTS_WAITING);
            case FLOOD -> endAt(Bound.REQUESTS, CloseCode.TOO_MANY_REQUESTS);
        }
    }

    private void refuseExcess(Request request, Bound bound) {
        hit(bound);
        if (!(request instanceof Request.Ignored)) {
            refuse(request.reply(), ErrorCode.TOO_MANY_REQUESTS);
        }
    }

    /** Sends a frame in its turn, without waiting. A client whose queue is full is closed: it must not lose one frame silently. */
    public void send(Frame frame) {
        if (hasEnded()) {
            return;
        }
        traffic.sent(frame.bytes());
        if (!queue.offer(frame)) {
            endAt(Bound.QUEUE, CloseCode.TOO_SLOW);
        }
    }

    /** Answers a request with an error, and counts it. */
    public void refuse(Reply reply, ErrorCode error) {
        metrics.refused(error.code());
        if (error == ErrorCode.NOT_ALLOWED) {
            metrics.rejected(Rejection.CREDENTIALS, line -> describe(line)
                    .with("method", reply.method().orElse("")));
        }
        send(reply.error(error));
    }

    /** Puts a frame into the queue and nothing more, for callers that hold a lock: {@link #flush} is to follow, without it. */
    public void add(Frame frame) {
        if (hasEnded()) { // of a session that may come back: it reads on from the stream then
            return;
        }
        traffic.sent(frame.bytes());
        if (!queue.add(frame)) {
            overflowed = true;
        }
    }

    /** The same where there is room for what is not urgent. @return false where there is none; the frame is not in it then */
    public boolean addIfRoom(Frame frame) {
        boolean added = queue.addIfRoom(frame);
        if (added) {
            traffic.sent(frame.bytes());
        }
        return added;
    }

    /** Sends what was added, or closes the client where it did not fit. */
    public void flush() {
        if (overflowed) {
            endAt(Bound.QUEUE, CloseCode.TOO_SLOW);
        } else {
            queue.flush();
        }
    }

    /** It has hit a bound: that is counted, and said in the log. */
    public void hit(Bound bound) {
        metrics.hit(bound, this::describe);
    }

    /** Ends the connection, since it has hit a bound. */
    public void endAt(Bound bound, CloseCode code) {
        if (!hasEnded()) {
            hit(bound);
        }
        end(code);
    }

    /** Completes, on a thread of the gateway's own, when nothing waits to be sent; never where the connection ends before. */
    public CompletionStage<Void> drained() {
        return queue.drained(threads.worker());
    }

    /** How long it has been there. */
    public Duration age() {
        return liveness.age();
    }

    public int queuedFrames() {
        return queue.waitingFrames();
    }

    public long queuedBytes() {
        return queue.waitingBytes();
    }

    /** A message or a pong has come: the client lives. */
    public void heard() {
        wire.heard();
        if (liveness.heard()) {
            listener.responds(this);
        }
    }

    /**
     * Whether the client can hear something. No: it has ended, or has not answered a heartbeat for
     * {@code kefu.queue.timeout}, and is probably about to be ended.
     */
    public boolean isResponsive() {
        return liveness.isResponsive() && !hasEnded();
    }

    /** A pong has come. @param payload what it carries */
    public void pong(ByteBuffer payload) {
        heard();
        queue.pong(payload);
    }

    /** A ping has come, which the container answers by itself, on the heap where its client does not read. */
    private void pinged() {
        if (!requests.admitPing()) {
            endAt(Bound.PINGS, CloseCode.TOO_MANY_REQUESTS);
        }
    }

    /** A whole message has come. */
    public void received(int bytes) {
        traffic.received(bytes);
    }

    /**
     * Sends the heartbeat where it is due, and ends the connection where its client is stuck or silent. Waits for nobody, and
     * tells nobody of an end: that is the task that it returns.
     *
     * @return empty: the connection goes on
     */
    public Optional<Runnable> check(Heartbeat heartbeat) {
        if (liveness.checkResponse(heartbeat)) {
            threads.worker().execute(() -> listener.responds(this));
        }
        AuthDeadline.Due due = login.due();
        if (hasEnded()) {
            return Optional.empty();
        }
        if (queue.isStuck(maxNanosInFlight, heartbeat.timeout())) {
            return endUnheard(Optional.of(Bound.QUEUE_TIMEOUT), CloseCode.TOO_SLOW);
        }
        if (liveness.isSilent(heartbeat)) {
            return endUnheard(Optional.empty(), CloseCode.HEARTBEAT_MISSED);
        }
        if (due == AuthDeadline.Due.EXPIRED) {
            Optional<Bound> bound = login.attachment() == null ? Optional.of(Bound.LOGIN_TIMEOUT) : Optional.empty();
            return endUnheard(bound, CloseCode.NOT_ALLOWED);
        }
        if (due == AuthDeadline.Due.RENEW) {
            threads.pinger().execute(() -> send(Frames.TOKEN_EXPIRING));
        } else if (liveness.takeHeartbeat(heartbeat)) {
            threads.pinger().execute(() -> {
                heartbeat.text().ifPresent(this::send);
                queue.ping();
            });
        }
        return Optional.empty();
    }

    private Optional<Runnable> endUnheard(Optional<Bound> bound, CloseCode code) {
        bound.ifPresent(this::hit);
        return stop(code.number(), Initiator.gateway(code))
                ? Optional.of(() -> leave(code, () -> {}))
                : Optional.empty();
    }

    /** Ends the connection at once. Its socket is closed, and others are told, on other threads. */
    public void end(CloseCode code) {
        end(code, () -> {});
    }

    /** @param closed is run when the socket is closed, or at once where the connection had ended before */
    public void end(CloseCode code, Runnable closed) {
        if (stop(code.number(), Initiator.gateway(code))) {
            leave(code, closed);
        } else {
            closed.run();
        }
    }

    private void leave(CloseCode code, Runnable closed) {
        threads.closer().execute(() -> {
            wire.closeQuietly(code);
            closed.run();
        });
        threads.worker().execute(() -> listener.left(this, code.number()));
    }

    /** The socket is closed. @return whether the connection had not ended before */
    public boolean ended(int code) {
        boolean first = stop(code, Initiator.peer(code));
        if (first) {
            listener.left(this, code);
        }
        return first;
    }

    /**
     * A send has failed. Perhaps the client has just closed, and the container has not told so yet: then the client's own
     * code counts. Else the line is broken.
     */
    private void sendFailed() {
        queue.close();
        threads.timer().schedule(() -> end(CloseCode.SEND_FAILED), CLOSE_FOLLOWS.toMillis(), TimeUnit.MILLISECONDS);
    }

    private boolean stop(int code, Initiator by) {
        if (!closeCode.compareAndSet(NOT_CLOSED, code)) {
            return false;
        }
        endedBy = by;
        queue.close();
        metrics.closed(code);
        listener.ended(this, code);
        return true;
    }

    public boolean hasEnded() {
        return closeCode.get() != NOT_CLOSED;
    }

    /** With which code the connection was closed; 0 before that. */
    public int closeCode() {
        return closeCode.get();
    }

    /** Who ended it; the network as long as nobody has. */
    public Initiator endedBy() {
        return endedBy;
    }

    /** Adds to a line of the log who is at the other end. */
    public LogLine describe(LogLine line) {
        return login.describe(line).with("connection", client()).with("address", address());
    }
}
