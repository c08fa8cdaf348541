package kefu.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Every meter of the gateway, as {@code docs/metrics.md} lists them. Thread-safe; counting costs some ten nanoseconds,
 * and what is only looked at when it is scraped costs nothing between.
 */
public final class Metrics implements AutoCloseable {
    /** How a call of the backend ended. */
    public enum Outcome {
        /** With 200. */
        ANSWERED,
        /** With any other status. */
        FAILED,
        /** Without an answer: refused, reset, too late, too long. */
        NO_ANSWER,
        /** It was not sent: too many are with the backend and wait for it. */
        REFUSED,
        /** It was not sent: nothing has come back of late. */
        BROKEN
    }

    /** A client may close with any code: those that are nobody's in particular share a label. */
    private static final String OTHER = "other";

    /** From a backend beside the gateway to one that just keeps within its timeout. */
    private static final Duration[] BUCKETS = List.of(1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000).stream()
            .map(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    private final Counter framesIn = counter("kefu.frames.in", "Messages of clients");
    private final Counter framesOut =
            counter("kefu.frames.out", "Frames put into clients' queues, heartbeats included");
    private final Counter bytesIn = counter("kefu.bytes.in", "Bytes of clients' messages");
    private final Counter bytesOut = counter("kefu.bytes.out", "Bytes put into clients' queues");
    private final Counter publications = counter("kefu.publications", "Publications in all channels");
    private final Counter resumes = counter("kefu.resumes", "Sessions that went on on another connection");
    private final Counter deliveries = counter("kefu.deliveries", "Sessions that publications were handed to");
    private final Map<String, Counter> logins;
    private final Map<String, Counter> closes;
    private final Map<String, Counter> refusals;
    private final Map<String, Counter> handshakes =
            counters("kefu.handshakes.refused", "Handshakes refused, by reason", "reason", List.of("origin", "bound"));
    private final Map<String, Counter> bounds = counters(
            "kefu.bounds.hit",
            "Bounds hit, by the setting",
            "bound",
            Stream.of(Bound.values()).map(Bound::label).toList());
    private final BoundLog log = new BoundLog(System::nanoTime);
    private final Map<Outcome, Timer> backendCalls = new HashMap<>();

    /**
     * @param versions the protocol's
     * @param closeCodes that the gateway closes with
     * @param errorCodes that it refuses with
     */
    public Metrics(Collection<String> versions, Collection<String> closeCodes, Collection<String> errorCodes) {
        logins = counters("kefu.logins", "Logins", "version", versions);
        closes = counters("kefu.closes", "Connections that ended, by close code", "code", closeCodes);
        refusals = counters("kefu.refusals", "Requests refused by the gateway, by error code", "code", errorCodes);
        for (Outcome outcome : Outcome.values()) {
            backendCalls.put(
                    outcome,
                    Timer.builder("kefu.backend.calls")
                            .description("Calls of the backend, from the request to the last byte of its answer")
                            .tag("outcome", outcome.name().toLowerCase(java.util.Locale.ROOT))
                            .serviceLevelObjectives(BUCKETS)
                            .register(registry));
        }
    }

    public void received(int bytes) {
        framesIn.increment();
        bytesIn.increment(bytes);
    }

    public void sent(int bytes) {
        framesOut.increment();
        bytesOut.increment(bytes);
    }

    /** @param to how many sessions of this node were in its channel */
    public void published(int to) {
        publications.increment();
        deliveries.increment(to);
    }

    public void loggedIn(String version) {
        count(logins, version);
    }

    public void resumed() {
        resumes.increment();
    }

    public void closed(int code) {
        count(closes, Integer.toString(code));
    }

    public void refused(String code) {
        count(refusals, code);
    }

    /** @param reason why nobody may connect like this */
    public void handshakeRefused(String reason) {
        count(handshakes, reason);
    }

    /** Somebody has hit a bound. @param who for the log; made only where it is said there */
    public void hit(Bound bound, Supplier<String> who) {
        count(bounds, bound.label());
        log.hit(bound, who);
    }

    public void called(Outcome outcome, Duration took) {
        Timer timer = backendCalls.get(outcome);
        if (timer != null) {
            timer.record(took);
        }
    }

    /** @param status the answer's HTTP status */
    public void apiCalled(String path, String method, int status) {
        registry.counter("kefu.api.calls", "path", path, "method", method, "status", Integer.toString(status))
                .increment();
    }

    public void connections(Supplier<Number> now) {
        gauge("kefu.connections", "Clients connected", now);
    }

    public void sessions(Supplier<Number> now) {
        gauge("kefu.sessions", "Sessions on this node", now);
    }

    public void groups(Supplier<Number> now) {
        gauge("kefu.groups", "Groups with a session on this node", now);
    }

    public void queued(Supplier<Number> frames, Supplier<Number> bytes) {
        gauge("kefu.queued.frames", "Frames that wait for clients to take them", frames);
        gauge("kefu.queued.bytes", "Bytes that wait for clients to take them", bytes);
    }

    public void backendCalls(Supplier<Number> inFlight, Supplier<Number> waiting) {
        gauge("kefu.backend.calls.in.flight", "Calls that are with the backend", inFlight);
        gauge("kefu.backend.calls.waiting", "Calls that wait for a free connection to the backend", waiting);
    }

    /** Everything, in Prometheus' text format. */
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        registry.close();
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    private Map<String, Counter> counters(String name, String description, String tag, Collection<String> values) {
        Map<String, Counter> all = new HashMap<>();
        for (String value : values) {
            all.put(value, tagged(registry, name, description, tag, value));
        }
        all.put(OTHER, tagged(registry, name, description, tag, OTHER));
        return all;
    }

    private static Counter tagged(MeterRegistry registry, String name, String description, String tag, String value) {
        return Counter.builder(name).description(description).tag(tag, value).register(registry);
    }

    private static void count(Map<String, Counter> counters, String value) {
        Counter counter = counters.getOrDefault(value, counters.get(OTHER));
        if (counter != null) {
            counter.increment();
        }
    }

    private void gauge(String name, String description, Supplier<Number> now) {
        Gauge.builder(name, now).description(description).register(registry);
    }
}
