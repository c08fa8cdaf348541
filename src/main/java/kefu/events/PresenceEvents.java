package kefu.events;

import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.logging.Logger;
import kefu.backend.ServiceClient;
import kefu.broker.Presence;
import kefu.config.BackendSettings;
import kefu.config.Settings;
import kefu.metrics.LogLine;
import org.jspecify.annotations.Nullable;

/**
 * Sends an event to the customer's own service when an agent comes online in a group or goes offline, as {@code docs/events.md}
 * describes: at least once, and in order for each agent and group. Sends one request at a time. Thread-safe.
 */
public final class PresenceEvents implements Presence.Watcher, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(PresenceEvents.class.getName());

    /** The time from sending an event to the last byte of its answer. */
    static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** The pause after the first failure. It doubles with each further failure. */
    static final Duration FIRST_PAUSE = Duration.ofMillis(500);

    /** The longest pause: a backend that is available again gets its events within this time. */
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private static final int MAX_DOUBLINGS = 5;

    /** The number of failures in a row that is logged as an outage. */
    private static final int OUTAGE = 3;

    /** The time between two lines in the log about dropped events. */
    static final Duration REPORT_TIME = Duration.ofSeconds(10);

    /** How long a stop waits for a healthy backend. The next snapshot replaces the events that are left. */
    static final Duration CLOSE_TIME = Duration.ofSeconds(1);

    private final URI url;
    private final ServiceClient client;
    private final Supplier<String> key;
    private final ScheduledExecutorService timer;
    private final Executor worker;
    private final LongSupplier nanoTime;
    private final DoubleSupplier random;

    // guarded by this
    private final EventQueue queue;
    private boolean busy; // an event is being sent or will be at once, or the pause after a failure is not over
    private boolean sending; // an event is being sent
    private ServiceClient.@Nullable Exchange exchange; // the last one
    private int failures; // in a row
    /** The backend may have missed events: some were dropped, or this gateway has just started. */
    private boolean gap = true;

    private int unreported; // dropped events that are not logged yet
    private boolean closing;
    private boolean paused; // another gateway sends what waits here

    private volatile Consumer<Presence.Change> done = change -> {};

    private final CountDownLatch finished = new CountDownLatch(1);

    /**
     * @param key the key of the signatures, not empty; read for each event
     * @param timer only starts tasks on the worker: it must not be blocked
     * @param worker sends the events; resolving the backend's name may take seconds
     * @param nanoTime a monotonic clock, in nanoseconds
     * @param random numbers from 0 to 1, for the pauses
     */
    public PresenceEvents(
            URI url,
            Settings settings,
            Supplier<String> key,
            ScheduledExecutorService timer,
            Executor worker,
            LongSupplier nanoTime,
            DoubleSupplier random) {
        this.url = url;
        this.client =
                new ServiceClient(url, 1, TIMEOUT, settings.get(BackendSettings.IDLE_TIMEOUT), 1, 0, worker, nanoTime);
        this.key = key;
        this.timer = timer;
        this.worker = worker;
        this.nanoTime = nanoTime;
        this.random = random;
        this.queue = new EventQueue(settings.get(BackendSettings.EVENTS_QUEUE));
    }

    @Override
    public void changed(Presence.Change change) {
        List<Presence.Change> dropped;
        synchronized (this) {
            if (closing) {
                return;
            }
            dropped = queue.add(change);
            if (!dropped.isEmpty()) {
                gap = true;
                if (unreported == 0) {
                    after(REPORT_TIME, this::reportDropped);
                }
                unreported += dropped.size();
            }
        }
        dropped.forEach(done);
        wake();
    }

    /** Starts sending the events that are due, unless it is running already. */
    private void wake() {
        synchronized (this) {
            if (busy) {
                return;
            }
            busy = true;
        }
        worker.execute(this::sendNext);
    }

    private void sendNext() {
        EventQueue.Event event;
        boolean withGap;
        synchronized (this) {
            if (sending) {
                return;
            }
            if (paused) {
                busy = false;
                return;
            }
            event = queue.next(nanoTime.getAsLong());
            sending = event != null;
            withGap = gap;
            gap &= event == null;
            busy = event != null;
            if (event == null && closing) {
                finished.countDown();
            }
        }
        if (event == null) {
            return;
        }
        CompletableFuture<ServiceClient.Outcome> outcome = new CompletableFuture<>();
        Future<?> late = after(TIMEOUT, send(event.change, withGap, outcome));
        outcome.thenAccept(how -> {
            ended(event, withGap, how);
            late.cancel(false);
        });
    }

    /** @return gives the event up when it is run */
    private Runnable send(Presence.Change change, boolean withGap, CompletableFuture<ServiceClient.Outcome> outcome) {
        try {
            EventRequest request = EventRequest.of(change, withGap, key.get());
            ServiceClient.Exchange sent = client.send(url, request.headers(), request.body(), outcome::complete);
            synchronized (this) {
                exchange = sent;
            }
            return sent::abort;
        } catch (GeneralSecurityException | RuntimeException unsent) {
            outcome.complete(new ServiceClient.Unanswered(false, unsent.toString()));
            return () -> {};
        }
    }

    private void ended(EventQueue.Event event, boolean withGap, ServiceClient.Outcome how) {
        boolean accepted = how instanceof ServiceClient.Answered answer && answer.status() / 100 == 2;
        // an event may come twice, so it is sent again at once, on a new connection
        boolean again = how instanceof ServiceClient.Unanswered none && none.onDeadConnection();
        boolean givenUp = false;
        Duration pause = Duration.ZERO;
        int before;
        int now;
        Executor next;
        synchronized (this) {
            sending = false;
            if (accepted) {
                queue.accepted(event);
            } else if (!again) {
                Duration aside = pause(event.failures() + 1);
                givenUp = queue.failed(event, nanoTime.getAsLong() + aside.toNanos());
                after(aside, this::wake);
                pause = pause(failures + 1);
            }
            gap |= givenUp || (withGap && !accepted);
            before = failures;
            failures = accepted ? 0 : before + (again ? 0 : 1);
            now = failures;
            next = closing ? Runnable::run : worker; // the worker may have ended
            if (closing && !accepted) {
                finished.countDown();
                return;
            }
        }
        if (accepted || givenUp) {
            done.accept(event.change);
        }
        if (before >= OUTAGE && accepted) {
            LOG.info(() -> LogLine.of("Events").with("state", "accepted").toString());
        } else if (givenUp) {
            LOG.warning(LogLine.of("EventDropped")
                    .with("agent", event.change.uid().key())
                    .with("group", event.change.group().key())
                    .with("tries", event.failures())
                    .with("answer", text(how))
                    .toString());
        } else if (now == OUTAGE && before < OUTAGE) {
            LOG.warning(() -> LogLine.of("Events")
                    .with("state", "refused")
                    .with("answer", text(how))
                    .toString());
        }
        if (pause.isZero()) {
            next.execute(this::sendNext);
        } else {
            after(pause, () -> worker.execute(this::sendNext));
        }
    }

    private static String text(ServiceClient.Outcome how) {
        return how instanceof ServiceClient.Answered answer
                ? "status " + answer.status()
                : "no answer, " + ((ServiceClient.Unanswered) how).why();
    }

    /** The pause after so many failures: random, from half of the full pause to all of it, so that gateways spread their retries. */
    private Duration pause(int failed) {
        long full = FIRST_PAUSE.toMillis() << Math.min(failed - 1, MAX_DOUBLINGS);
        return Duration.ofMillis((long) (Math.min(full, LONGEST_PAUSE.toMillis()) * (1 - random.getAsDouble() / 2)));
    }

    private Future<?> after(Duration time, Runnable task) {
        return timer.schedule(task, time.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static String dropped(String by, int events) {
        return LogLine.of("EventsDropped").with("by", by).with("events", events).toString();
    }

    private void reportDropped() {
        int dropped;
        synchronized (this) {
            dropped = unreported;
            unreported = 0;
        }
        if (dropped > 0) {
            LOG.warning(() -> dropped("queue", dropped));
        }
    }

    /**
     * Sends nothing more, until {@link #goOn}.
     *
     * @return all that wait, and what is on its way: that may come twice
     */
    public synchronized WaitingEvents pause() {
        paused = true;
        return new WaitingEvents(queue.changes(), gap);
    }

    /** Sends what waits here, after what waited in another gateway, which is paused. */
    public void goOn(WaitingEvents from) {
        synchronized (this) {
            List<Presence.Change> own = queue.changes();
            queue.clear();
            from.changes().forEach(queue::add);
            own.forEach(queue::add);
            gap = from.gap();
            paused = false;
        }
        wake();
    }

    /** Another gateway has what waits here. */
    public synchronized void forget() {
        queue.clear();
    }

    @Override
    public void begin(Consumer<Presence.Change> with) {
        done = with;
        goOn(WaitingEvents.nothing());
    }

    @Override
    public void end() {
        pause();
        forget();
    }

    /** The number of events that wait for the backend. */
    public synchronized int waiting() {
        return queue.size();
    }

    /** Sends the waiting events to a healthy backend, for at most 1 s. Drops the rest. */
    @Override
    public void close() {
        boolean well;
        synchronized (this) {
            if (closing) {
                return;
            }
            closing = true;
            well = failures == 0 && !paused; // else another gateway sends what is left
        }
        try {
            if (well) {
                sendNext(); // here, since the worker may have ended with this task
                finished.await(CLOSE_TIME.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException stopNow) {
            Thread.currentThread().interrupt();
        }
        reportDropped();
        client.close();
        int left;
        ServiceClient.Exchange last;
        synchronized (this) {
            left = queue.size();
            last = exchange;
        }
        if (last != null) {
            last.abort();
        }
        if (left > 0) {
            LOG.warning(() -> dropped("stop", left));
        }
    }
}
