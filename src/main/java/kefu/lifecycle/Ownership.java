package kefu.lifecycle;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import kefu.lifecycle.Lifecycle.State;
import kefu.metrics.LogLine;
import org.jspecify.annotations.Nullable;

/**
 * Takes the sessions of an application over from the deployment before, and hands them over to the next one. Whoever holds the
 * {@link OwnerLock} owns them. All steps are taken on one thread; each is short, but for the closing of the connections.
 */
public final class Ownership {
    /** Between two looks: at the lock of a deployment that waits, and at the request of one that asks. */
    static final Duration TICK = Duration.ofMillis(50);

    /** A container that has started maps requests to a deployment well within this time. Before that nobody could come. */
    static final Duration MAPPED = Duration.ofSeconds(1);

    /** The longest drain and hand-over take less. */
    static final Duration COMPLAINT = Duration.ofSeconds(15);

    /** The time for requests and calls that have begun: a backend has 5 s by default. */
    static final Duration WORK = Duration.ofSeconds(5);

    /**
     * The time for the next deployment to read what was handed over, before clients are sent to it. On busy cores its code, which
     * nothing has compiled yet, needs a second and more. With {@link #WORK} it is less than a stop has.
     */
    static final Duration TAKEN = Duration.ofSeconds(3);

    /** The time in which whoever has asked takes the lock. The one who was asked keeps off it meanwhile. */
    static final Duration KEEP_OFF = Duration.ofSeconds(4);

    /** Clients are kept away no longer by a guess. What was longer may have been no redeploy. */
    static final Duration LONGEST_ABSENCE = Duration.ofSeconds(5);

    /** For a whole stop. A container kills what takes longer than its own patience, 30 s and less. */
    private static final Duration STOP = Duration.ofSeconds(10);

    private static final Logger LOG = Logger.getLogger(Ownership.class.getName());

    private final Lifecycle lifecycle;
    private final Service service;
    private final Handover handover;
    private final Deployment deployment;
    private final ScheduledExecutorService thread;
    private final LongSupplier nanoTime;
    private final BooleanSupplier containerStarted;
    private final AtomicBoolean waking = new AtomicBoolean();
    private volatile boolean mapped;

    // used on the one thread only
    private Optional<Meeting> meeting;
    private final Set<String> failing = new HashSet<>(); // steps whose last try has failed
    private long begun; // when the start began
    private long since; // when the state began
    private long complained;
    private boolean asked;
    private boolean forGood;
    private Duration absence = Duration.ZERO; // before this deployment served, and probably after it
    private @Nullable CompletableFuture<Void> work;
    private CompletableFuture<Void> closed = CompletableFuture.completedFuture(null);

    /**
     * @param directory where deployments meet; empty: this one is alone, and hands nothing over
     * @param begunNanos when the start of the deployment began, by the same clock
     * @param thread one thread
     * @param nanoTime a monotonic clock, in nanoseconds
     * @param containerStarted whether the container takes connections. Before that the owner is not asked to hand over
     */
    public Ownership(
            Lifecycle lifecycle,
            Service service,
            Handover handover,
            Optional<Path> directory,
            Deployment deployment,
            long begunNanos,
            ScheduledExecutorService thread,
            LongSupplier nanoTime,
            BooleanSupplier containerStarted) {
        this.lifecycle = lifecycle;
        this.service = service;
        this.handover = handover;
        this.deployment = deployment;
        this.thread = thread;
        this.nanoTime = nanoTime;
        this.containerStarted = containerStarted;
        this.meeting = directory.flatMap(this::meetIn);
        this.begun = begunNanos;
        this.since = nanoTime.getAsLong();
        this.complained = since;
    }

    private Optional<Meeting> meetIn(Path directory) {
        try {
            return Optional.of(new Meeting(directory, deployment));
        } catch (IOException gone) {
            return goAlone(gone);
        }
    }

    private Optional<Meeting> goAlone(IOException fault) {
        LOG.log(
                Level.SEVERE,
                fault,
                () -> deployment
                        + " cannot use its lock: it serves, but sessions do not outlive a redeploy or a restart");
        return Optional.empty();
    }

    /** Opens the deployment if nobody else owns the sessions; else asks the owner to hand over. Returns after the first try. */
    public void start() {
        lifecycle.onRefused(this::arrived);
        await(thread.submit(this::tick));
        long tick = TICK.toMillis();
        thread.scheduleWithFixedDelay(this::tick, tick, tick, TimeUnit.MILLISECONDS);
    }

    /** Drains the deployment. After that it serves no more: only another deployment does. Returns at once. */
    public void drain() {
        thread.execute(() -> {
            forGood = true;
            drain("api", false);
        });
    }

    /** Drains the deployment, hands its sessions over and closes its connections. Returns when that is done, after 10 s at most. */
    public void stop() {
        await(thread.submit(this::beginStop));
        await(closed);
    }

    /**
     * Goes on with a handover that somebody has asked for: a container may take an older version away while the newer one waits
     * for its sessions. Where nobody asks, the next deployment may start only when this one has ended.
     */
    void beginStop() {
        forGood = true;
        drain("stop", false);
        tick();
    }

    private void await(Future<?> step) {
        try {
            step.get(STOP.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw new IllegalStateException(failed.getCause());
        } catch (TimeoutException late) {
            LOG.warning(() -> LogLine.of("StopTimeout")
                    .with("state", lifecycle.state().toString())
                    .toString());
        } catch (InterruptedException stopNow) {
            Thread.currentThread().interrupt();
        }
    }

    /** Somebody came to a deployment that does not serve. */
    private void arrived() {
        mapped = true;
        if (lifecycle.isSealed() && waking.compareAndSet(false, true)) { // one task at a time
            thread.execute(() -> {
                waking.set(false);
                wake();
            });
        }
    }

    /** Takes the next step, if its time has come. */
    void tick() {
        try {
            switch (lifecycle.state()) {
                case STARTING -> tryToOpen();
                case OPEN -> lookForRequest();
                case DRAINING -> handOverWhenWorkHasEnded();
                case SEALED -> closeWhenTaken();
            }
        } catch (RuntimeException | Error fault) { // else there would be no further tick
            LOG.log(Level.SEVERE, fault, () -> LogLine.of("Fault")
                    .with("in", "lifecycle")
                    .toString());
        }
    }

    private void tryToOpen() {
        if (acquire()) {
            open();
            return;
        }
        long now = nanoTime.getAsLong();
        boolean mayAsk = meeting.filter(Meeting::isOwnerNewer).isEmpty();
        boolean isReachable = mapped || now - since >= MAPPED.toNanos() && containerStarted.getAsBoolean();
        if (mayAsk && isReachable) {
            meeting.ifPresent(with -> quietly("ask", with::ask));
        }
        if (mayAsk && now - complained >= COMPLAINT.toNanos()) {
            complained = now;
            LOG.severe(() -> deployment + " has waited for the sessions for "
                    + TimeUnit.NANOSECONDS.toSeconds(now - since)
                    + " s: another deployment does not hand them over");
        }
    }

    /** @return whether this deployment owns the sessions now */
    private boolean acquire() {
        try {
            return meeting.isEmpty() || meeting.get().tryAcquire();
        } catch (IOException notHere) {
            meeting = goAlone(notHere);
            return true;
        }
    }

    private void open() {
        absence = Duration.ofNanos(nanoTime.getAsLong() - begun); // a guess, until a redeploy has shown it
        meeting.ifPresent(with -> {
            quietly("open", with::endRequest);
            quietly("read", () -> absence = handover.read(with.directory()).orElse(absence));
        });
        lifecycle.open();
        since = nanoTime.getAsLong();
    }

    private void lookForRequest() {
        meeting.ifPresent(with -> quietly("look", () -> {
            if (with.isAsked()) {
                drain(with.requester(), true);
            }
        }));
    }

    /** @param by who wants it, for the log @param handsOver whether somebody waits for the sessions */
    private void drain(String by, boolean handsOver) {
        if (lifecycle.state() == State.STARTING) {
            lifecycle.seal();
            release();
        } else if (lifecycle.drain()) {
            LOG.info(() -> LogLine.of("Drain").with("by", by).toString());
            asked = handsOver;
            closed = new CompletableFuture<>();
            since = nanoTime.getAsLong();
            work = allOf(service.drain(), lifecycle.callsEnded());
            work.whenComplete((done, fault) -> thread.execute(this::tick));
        }
    }

    private static CompletableFuture<Void> allOf(CompletionStage<Void> one, CompletionStage<Void> other) {
        return CompletableFuture.allOf(one.toCompletableFuture(), other.toCompletableFuture());
    }

    private void handOverWhenWorkHasEnded() {
        if (work != null && !work.isDone() && nanoTime.getAsLong() - since < WORK.toNanos()) {
            return;
        }
        work = null;
        lifecycle.seal();
        try {
            service.seal();
            meeting.ifPresent(with -> {
                quietly("hand over", () -> handover.write(with.directory()));
                quietly("end the request", () -> {
                    asked |= with.isAsked();
                    with.endRequest();
                });
            });
        } finally {
            since = nanoTime.getAsLong(); // before that nobody could take anything
            release();
        }
        closeWhenTaken();
    }

    private void release() {
        meeting.ifPresent(Meeting::release);
    }

    private void closeWhenTaken() {
        if (closed.isDone()) {
            return;
        }
        boolean waits = asked
                && meeting.filter(with -> handover.isWaiting(with.directory())).isPresent()
                && nanoTime.getAsLong() - since < TAKEN.toNanos();
        if (!waits) {
            try {
                service.close(asked ? Duration.ZERO : absence());
            } finally {
                closed.complete(null);
            }
        }
    }

    /** How long clients will find nobody: as long as they did before this deployment served. */
    private Duration absence() {
        return absence.compareTo(LONGEST_ABSENCE) < 0 ? absence : LONGEST_ABSENCE;
    }

    /** Serves anew where nobody does: whoever took the sessions over has failed or was removed. */
    private void wake() {
        boolean keepsOff = nanoTime.getAsLong() - since < KEEP_OFF.toNanos();
        if (lifecycle.isSealed() && !forGood && !keepsOff && closed.isDone() && meeting.isPresent() && acquire()) {
            begun = nanoTime.getAsLong();
            service.reset();
            lifecycle.restart();
            open();
        }
    }

    /**
     * A step in the directory. What fails there must not keep the deployment from its next step. A step that fails again and
     * again is logged once: with each tick it would fill the log, and the disk may be full already.
     */
    private void quietly(String what, Step step) {
        try {
            step.run();
            failing.remove(what);
        } catch (IOException | RuntimeException | Error fault) { // a class may be gone already
            if (failing.add(what)) {
                LOG.log(Level.WARNING, fault, () -> LogLine.of("Fault")
                        .with("in", what)
                        .toString());
            }
        }
    }

    private interface Step {
        void run() throws IOException;
    }
}
