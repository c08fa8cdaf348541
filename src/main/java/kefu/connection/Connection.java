package kefu.connection;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import kefu.config.LimitSettings;
import kefu.config.Settings;
import kefu.metrics.Bound;
import kefu.metrics.LogLine;
import kefu.metrics.Metrics;
import kefu.metrics.Rejection;
import kefu.protocol.Close;
import kefu.protocol.CloseCode;
import kefu.protocol.ErrorCode;
import kefu.protocol.Frame;
import kefu.protocol.Frames;
import kefu.protocol.Reply;
import kefu.protocol.Request;
import kefu.protocol.Version;

/**
 * One client's WebSocket: serves its requests, sends its frames, checks that it is alive, and ends it. Its {@link LoginState}
 * holds who is logged in. Thread-safe.
 */
public final class Connection {
    /** A client answers a close within this time. If its own made a send fail, Tomcat and Tyrus report that within 5 ms. */
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
    private final Ending ending = new Ending();
    private volatile boolean overflowed;

    /**
     * @param budget the bound of all queues together
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

    /** Serves a request in its turn, or refuses it. Ends the connection if the client goes on with too many. */
    public void request(Request request) {
        switch (requests.admit(request)) {
            case ACCEPTED -> {}
            case TOO_FAST -> refuseExcess(request, Bound.REQUESTS);
            case FULL -> refuseExcess(request, Bound.REQUESTS_WAITING);
            case FLOOD -> endAt(Bound.REQUESTS, CloseCode.TOO_MANY_REQUESTS);
            case CLOSED -> refuse(request.reply(), ErrorCode.BUSY);
        }
    }

    /** Refuses with 10008 what waits and comes but the end of a session. @return completes when what had begun has ended */
    public CompletionStage<Void> closeRequests() {
        return requests.close(listener::endsSession, late -> refuse(late.reply(), ErrorCode.BUSY));
    }

    private void refuseExcess(Request request, Bound bound) {
        hit(bound);
        if (!(request instanceof Request.Ignored)) {
            refuse(request.reply(), ErrorCode.TOO_MANY_REQUESTS);
        }
    }

    /** Queues a frame, without waiting. A client whose queue is full is closed: no frame is lost silently. */
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

    /** Only adds a frame to the queue, for callers that hold a lock. They must call {@link #flush} without the lock. */
    public void add(Frame frame) {
        if (hasEnded()) { // a session that resumes reads this from the stream
            return;
        }
        traffic.sent(frame.bytes());
        if (!queue.add(frame)) {
            overflowed = true;
        }
    }

    /** As {@link #add}, if at most half of the queue is used. @return false: there is no room, and the frame was not added */
    public boolean addIfRoom(Frame frame) {
        boolean added = queue.addIfRoom(frame);
        if (added) {
            traffic.sent(frame.bytes());
        }
        return added;
    }

    /** Sends the added frames. Closes the client if one of them did not fit. */
    public void flush() {
        if (overflowed) {
            endAt(Bound.QUEUE, CloseCode.TOO_SLOW);
        } else {
            queue.flush();
        }
    }

    /** Counts and logs that the client has hit a bound. */
    public void hit(Bound bound) {
        metrics.hit(bound, this::describe);
    }

    /** Ends the connection because the client has hit a bound. */
    public void endAt(Bound bound, CloseCode code) {
        if (!hasEnded()) {
            hit(bound);
        }
        end(code);
    }

    /** Completes, on a thread of the gateway, when the queue is empty; never if the connection ends before. */
    public CompletionStage<Void> drained() {
        return queue.drained(threads.worker());
    }

    public Duration age() {
        return liveness.age();
    }

    public int queuedFrames() {
        return queue.waitingFrames();
    }

    public long queuedBytes() {
        return queue.waitingBytes();
    }

    /** A message or a pong has come: the client is alive. */
    public void heard() {
        wire.heard();
        if (liveness.heard()) {
            listener.responds(this);
        }
    }

    /**
     * Whether the client answers heartbeats. False: the connection has ended, or a heartbeat is unanswered for
     * {@code kefu.queue.timeout}.
     */
    public boolean isResponsive() {
        return liveness.isResponsive() && !hasEnded();
    }

    /** A pong has come. @param payload what it carries */
    public void pong(ByteBuffer payload) {
        heard();
        queue.pong(payload);
    }

    /** A ping has come. The container answers it; the pong stays on the heap if the client does not read. */
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
     * Sends the heartbeat if it is due, and ends the connection if its client is stuck or silent. Does not wait. Others are told
     * of an end by the task that it returns.
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
                ? Optional.of(() -> leave(() -> wire.close(Close.of(code)), () -> {}))
                : Optional.empty();
    }

    /** Ends the connection at once. Its socket is closed, and others are told, on other threads. */
    public void end(CloseCode code) {
        endUnheard(Optional.empty(), code).ifPresent(Runnable::run);
    }

    /** Ends it so that its client closes the socket too ({@link Wire#beginClose}). @param sent runs when that has begun, or at once */
    public void beginEnd(Close close, Runnable sent) {
        if (stop(close.code().number(), Initiator.gateway(close.code()))) {
            leave(() -> wire.beginClose(close), sent);
        } else {
            sent.run();
        }
    }

    /**
     * Ends it so that its client reads what was sent before: a container that closes a socket with unread bytes resets it, and what
     * has not been read is lost. A client that does not close too is cut off after a second.
     */
    public void endOnceRead(CloseCode code) {
        beginEnd(Close.of(code), () -> threads.timer()
                .schedule(
                        () -> threads.closer().execute(this::cutOff), CLOSE_FOLLOWS.toMillis(), TimeUnit.MILLISECONDS));
    }

    private void cutOff() {
        if (!wire.isClosedByPeer()) {
            wire.cutOff();
        }
    }

    private void leave(Wire.Step closing, Runnable closed) {
        threads.closer().execute(() -> {
            Wire.quietly(closing);
            closed.run();
        });
        threads.worker().execute(() -> listener.left(this, closeCode()));
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
     * A send has failed. If the client has just closed, the container reports that soon: then the client's code counts. Else
     * the connection is broken.
     */
    private void sendFailed() {
        queue.close();
        threads.timer().schedule(() -> end(CloseCode.SEND_FAILED), CLOSE_FOLLOWS.toMillis(), TimeUnit.MILLISECONDS);
    }

    private boolean stop(int code, Initiator by) {
        if (!ending.set(code, by)) {
            return false;
        }
        queue.close();
        metrics.closed(code);
        listener.ended(this, code);
        return true;
    }

    public boolean hasEnded() {
        return ending.isSet();
    }

    /** The code with which the connection was closed; 0 before that. */
    public int closeCode() {
        return ending.code();
    }

    /** Who ended the connection; the network as long as nobody has. */
    public Initiator endedBy() {
        return ending.by();
    }

    /** Its socket, after {@link #beginEnd}. */
    public Wire wire() {
        return wire;
    }

    /** Adds the client to a line of the log. */
    public LogLine describe(LogLine line) {
        return login.describe(line).with("connection", client()).with("address", address());
    }
}
