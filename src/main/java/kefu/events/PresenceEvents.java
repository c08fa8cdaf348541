package kefu.events;

import jakarta.json.JsonValue;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import kefu.backend.HttpBackend;
import kefu.broker.Presence;
import kefu.config.BackendSettings;
import kefu.config.Settings;
import kefu.protocol.Json;
import org.jspecify.annotations.Nullable;

/**
 * Tells the customer's own service who comes online in a group and who goes offline, as {@code docs/events.md} describes
 * it: at least once, in order for each agent and group. One request is with the backend at a time. Thread-safe.
 */
public final class PresenceEvents implements Presence.Watcher, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(PresenceEvents.class.getName());

    /** From sending an event to the last byte of its answer. */
    static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** After a failure; twice as long after each further one. */
    static final Duration FIRST_PAUSE = Duration.ofMillis(500);

    /** A backend that comes back waits no longer for its events. */
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private static final int MAX_DOUBLINGS = 5;

    /** So many failures in a row are no hiccup any more, but worth a line in the log. */
    private static final int OUTAGE = 3;

    /** Between two lines in the log on events that were dropped. */
    static final Duration REPORT_TIME = Duration.ofSeconds(10);

    /** How long a stop waits for a backend that is well; what is left is for the snapshot. */
    private static final Duration CLOSE_TIME = Duration.ofSeconds(1);

    /** What the backend is told. The components are the members, by their names in lower case with underscores. */
    public record Told(String event, JsonValue bid, JsonValue customerId, String customerName, long version, long at) {}

    private volatile @Nullable HttpClient client = HttpBackend.newClient(TIMEOUT);
    private final URI url;
    private final Supplier<String> key;
    private final ScheduledExecutorService timer;
    private final Executor worker;
    private final DoubleSupplier random;

    // guarded by this
    private final EventQueue queue;
    private boolean busy; // an event is on its way or about to be, or the pause after a failure is not over
    private boolean sending;
    private @Nullable CompletableFuture<?> response; // of what is on its way
    private int failures; // in a row
    private long holes = 1; // in what the backend was told: events dropped, and this gateway's start
    private long holesSent; // as of the event that is on its way
    private long holesTold;
    private int unreported; // events that were dropped, and not yet said in the log
    private boolean closing;
    private boolean closed;

    private final CountDownLatch finished = new CountDownLatch(1);

    /**
     * @param key that the events are signed with, not empty; asked for each of them
     * @param timer must not be blocked: nothing is sent there
     * @param worker sends; looking the backend's name up may block it for a while
     * @param random from 0 to 1, for the pauses
     */
    public PresenceEvents(
            URI url,
            Settings settings,
            Supplier<String> key,
            ScheduledExecutorService timer,
            Executor worker,
            DoubleSupplier random) {
        this.url = url;
        this.key = key;
        this.timer = timer;
        this.worker = worker;
        this.random = random;
        this.queue = new EventQueue(settings.get(BackendSettings.EVENTS_QUEUE));
    }

    @Override
    public void changed(Presence.Change change) {
        synchronized (this) {
            if (closing) {
                return;
            }
            int dropped = queue.add(change);
            if (dropped > 0) {
                holes++;
                if (unreported == 0) {
                    after(REPORT_TIME, this::reportDropped);
                }
                unreported += dropped;
            }
            if (busy) {
                return;
            }
            busy = true;
        }
        worker.execute(this::sendNext);
    }

    private void sendNext() {
        EventQueue.Event event;
        boolean gap;
        synchronized (this) {
            if (sending || closed) {
                return;
            }
            event = queue.next();
            if (event == null) {
                busy = false;
                if (closing) {
                    finished.countDown();
                }
                return;
            }
            sending = true;
            holesSent = holes;
            gap = holes > holesTold;
        }
        CompletableFuture<HttpResponse<Void>> sent = send(event.change, gap);
        Future<?> late = after(TIMEOUT, () -> sent.cancel(true));
        boolean stopped;
        synchronized (this) {
            response = sent;
            stopped = closed;
        }
        if (stopped) {
            sent.cancel(true);
        }
        sent.whenComplete((got, fault) -> {
            ended(event, got == null ? noAnswer(fault) : "status " + got.statusCode(), isAccepted(got));
            late.cancel(false);
        });
    }

    private static boolean isAccepted(@Nullable HttpResponse<?> got) {
        return got != null && got.statusCode() >= 200 && got.statusCode() < 300;
    }

    private static String noAnswer(Throwable fault) {
        boolean late = fault instanceof CancellationException;
        Throwable cause = fault instanceof CompletionException ? fault.getCause() : fault;
        return "no answer" + (late ? " in " + TIMEOUT.toSeconds() + " s" : ", " + cause);
    }

    private CompletableFuture<HttpResponse<Void>> send(Presence.Change change, boolean gap) {
        try {
            byte[] body = body(change).getBytes(StandardCharsets.UTF_8);
            HttpRequest.Builder request = HttpRequest.newBuilder(url)
                    .header("Content-Type", "application/json")
                    .header("X-Kefu-Signature", signature(body, key.get()))
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body));
            if (gap) {
                request.header("X-Kefu-Gap", "true");
            }
            HttpClient sender = client;
            return sender == null
                    ? CompletableFuture.failedFuture(new IllegalStateException("stopped"))
                    : sender.sendAsync(request.build(), HttpResponse.BodyHandlers.discarding());
        } catch (GeneralSecurityException | RuntimeException unsent) {
            return CompletableFuture.failedFuture(unsent);
        }
    }

    static String body(Presence.Change change) {
        return Json.write(new Told(
                change.online() ? "online" : "offline",
                change.group().json(),
                change.uid().json(),
                change.name(),
                change.version(),
                change.at()));
    }

    private static String signature(byte[] body, String key) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), mac.getAlgorithm()));
        return "sha256=" + HexFormat.of().formatHex(mac.doFinal(body));
    }

    private void ended(EventQueue.Event event, String answer, boolean accepted) {
        String said;
        boolean stopping;
        Duration pause;
        synchronized (this) {
            sending = false;
            response = null;
            said = accepted ? accepted(event) : failed(event, answer);
            stopping = closing;
            pause = accepted ? Duration.ZERO : pause(failures);
        }
        LOG.log(Level.FINE, () -> "The backend answered an event: " + answer);
        if (said != null) {
            LOG.log(accepted ? Level.INFO : Level.WARNING, said);
        }
        if (stopping && accepted) {
            sendNext();
        } else if (stopping) {
            finished.countDown();
        } else if (accepted) {
            worker.execute(this::sendNext);
        } else {
            after(pause, () -> worker.execute(this::sendNext));
        }
    }

    /** @return what is to be said in the log */
    private @Nullable String accepted(EventQueue.Event event) {
        boolean wasAway = failures >= OUTAGE;
        queue.accepted(event);
        holesTold = holesSent;
        failures = 0;
        return wasAway ? "The backend takes events again; " + queue.size() + " wait" : null;
    }

    /** @return what is to be said in the log */
    private @Nullable String failed(EventQueue.Event event, String answer) {
        failures++;
        if (queue.failed(event)) {
            holes++;
            return "The backend takes events, but not this one of agent %s in group %s: dropped after %d tries, the last with %s"
                    .formatted(event.change.uid().json(), event.change.group().json(), event.failures(), answer);
        }
        after(pause(event.failures()), () -> comeBack(event));
        return failures == OUTAGE
                ? "The backend takes no events (" + answer + "): they wait, and are tried again"
                : null;
    }

    private void comeBack(EventQueue.Event event) {
        synchronized (this) {
            queue.comeBack(event);
            if (busy || closing) {
                return;
            }
            busy = true;
        }
        worker.execute(this::sendNext);
    }

    /** From half to the whole of the time that is due, so that several gateways do not come all at once. */
    private Duration pause(int failed) {
        long full = FIRST_PAUSE.toMillis() << Math.min(failed - 1, MAX_DOUBLINGS);
        return Duration.ofMillis((long) (Math.min(full, LONGEST_PAUSE.toMillis()) * (1 - random.getAsDouble() / 2)));
    }

    private Future<?> after(Duration time, Runnable task) {
        return timer.schedule(task, time.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void reportDropped() {
        int dropped;
        synchronized (this) {
            dropped = unreported;
            unreported = 0;
        }
        if (dropped > 0) {
            LOG.warning("Too many events wait for the backend: " + dropped
                    + " were dropped, the oldest first; its next snapshot makes them good");
        }
    }

    /** Sends what waits to a backend that is well, for 1 s at most, and drops the rest. */
    @Override
    public void close() {
        boolean well;
        synchronized (this) {
            if (closing) {
                return;
            }
            closing = true;
            well = failures == 0;
        }
        if (well) {
            sendNext(); // on this thread and the client's: the gateway's own may have ended before
            try {
                finished.await(CLOSE_TIME.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException stopNow) {
                Thread.currentThread().interrupt();
            }
        }
        reportDropped();
        int left;
        CompletableFuture<?> unanswered;
        synchronized (this) {
            closed = true;
            left = queue.size();
            unanswered = response;
        }
        if (unanswered != null) {
            unanswered.cancel(true);
        }
        client = null; // see HttpBackend: what it keeps would keep it
        if (left > 0) {
            LOG.warning(
                    "Stopped with events that the backend has not taken (" + left + "): a snapshot makes them good");
        }
    }
}
