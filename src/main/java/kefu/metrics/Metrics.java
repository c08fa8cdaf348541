package kefu.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Every meter of the gateway, as {@code docs/metrics.md} lists them. To count costs some ten nanoseconds. A gauge costs nothing
 * until it is scraped. Thread-safe.
 */
public final class Metrics implements AutoCloseable {
    /** The result of a call to the backend. */
    public enum Outcome {
        /** The backend answered with status 200. */
        ANSWERED,
        /** The backend answered with another status. */
        FAILED,
        /** No answer: connection refused or reset, timeout, or the answer is too long. */
        NO_ANSWER,
        /** The call was not sent: too many calls run and wait. */
        REFUSED,
        /** The call was not sent: the breaker is open. */
        BROKEN
    }

    /** The label of all unknown close codes. A client may close with any code from 3000 to 4999. */
    private static final String OTHER = "other";

    /** The registered close codes (RFC 6455, 11.7). 1005: a close without a code. 1006: no close frame at all. */
    private static final List<String> STANDARD_CLOSE_CODES =
            IntStream.rangeClosed(1000, 1015).mapToObj(Integer::toString).toList();

    /** From a very cheap call up to the default timeout of the backend. */
    private static final List<Duration> BUCKETS = Stream.of(1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000)
            .map(Duration::ofMillis)
            .toList();

    /** Closed: calls are sent. Open: no call is sent. Half open: a few calls try the backend. */
    public static final List<String> BREAKER_STATES = List.of("closed", "open", "half_open");

    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

    /** A publication takes some microseconds for each session. */
    private static final List<Duration> FANOUT_BUCKETS = Stream.of(
                    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000, 5_000_000)
            .map(micros -> Duration.ofNanos(micros * 1_000L))
            .toList();

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
    private final Map<String, Counter> handshakes = counters(
            "kefu.handshakes.refused", "Handshakes refused, by reason", "reason", List.of("origin", "bound", "state"));
    private final Map<String, Counter> bounds = counters(
            "kefu.bounds.hit",
            "Bounds hit, by bound",
            "bound",
            Stream.of(Bound.values()).map(Bound::label).toList());
    private final SampledLog<Bound> boundLog = new SampledLog<>(Bound.class, Level.WARNING, System::nanoTime);
    private final SampledLog<Rejection> rejectionLog = new SampledLog<>(Rejection.class, Level.INFO, System::nanoTime);
    private final Map<Outcome, Timer> backendCalls = new EnumMap<>(Outcome.class);
    private final ConcurrentMap<String, Timer> apiCalls = new ConcurrentHashMap<>(); // by path and verb
    private final Timer fanouts = timer("kefu.fanout", "Handing one publication to the sessions", FANOUT_BUCKETS);
    private final long startedAtMillis = System.currentTimeMillis();

    /** Uses the default timeout of the backend. */
    public Metrics(Collection<String> versions, Collection<String> closeCodes, Collection<String> errorCodes) {
        this(versions, closeCodes, errorCodes, DEFAULT_TIMEOUT);
    }

    /**
     * @param versions the versions of the protocol
     * @param closeCodes the close codes that the gateway sends
     * @param errorCodes the error codes that the gateway sends
     * @param timeout the longest time of a call to the backend: the last bucket
     */
    public Metrics(
            Collection<String> versions,
            Collection<String> closeCodes,
            Collection<String> errorCodes,
            Duration timeout) {
        logins = counters("kefu.logins", "Logins, by version of the protocol", "version", versions);
        closes = counters(
                "kefu.closes",
                "Connections that ended, by close code",
                "code",
                Stream.concat(STANDARD_CLOSE_CODES.stream(), closeCodes.stream())
                        .distinct()
                        .toList());
        refusals = counters("kefu.refusals", "Requests refused by the gateway, by error code", "code", errorCodes);
        List<Duration> buckets = Stream.concat(
                        BUCKETS.stream().filter(bucket -> bucket.compareTo(timeout) < 0), Stream.of(timeout))
                .toList();
        for (Outcome outcome : Outcome.values()) {
            String label = outcome.name().toLowerCase(Locale.ROOT);
            backendCalls.put(
                    outcome,
                    timer(
                            "kefu.backend.calls",
                            "Calls of the backend, from the request to the last byte of its answer",
                            buckets,
                            "outcome",
                            label));
        }
        gauge("kefu.start.time", "When this deployment was started, in seconds since 1970", () -> startedAtMillis / 1e3)
                .baseUnit("seconds")
                .register(registry);
        JvmMeters.register(registry);
    }

    /** The build of the gateway and the version of Java. */
    public void build(String version) {
        gauge("kefu.build.info", "The build that runs, always 1", () -> 1)
                .tag("version", version)
                .tag("java", System.getProperty("java.version", "unknown"))
                .register(registry);
    }

    public void received(int bytes) {
        framesIn.increment();
        bytesIn.increment(bytes);
    }

    public void sent(int bytes) {
        framesOut.increment();
        bytesOut.increment(bytes);
    }

    /**
     * A publication was handed to the sessions of its channel.
     *
     * @param to the number of sessions of this node
     * @param nanos the time that this took
     */
    public void published(int to, long nanos) {
        publications.increment();
        deliveries.increment(to);
        fanouts.record(Duration.ofNanos(nanos));
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

    /** A handshake was refused. @param reason the reason, as a label */
    public void handshakeRefused(String reason) {
        count(handshakes, reason);
    }

    /** A bound was hit. @param who adds the client or caller to the line; called only if the line is logged */
    public void hit(Bound bound, UnaryOperator<LogLine> who) {
        count(bounds, bound.label());
        boundLog.log(
                bound,
                () -> who.apply(LogLine.of("Bound").with("bound", bound.label()).with("setting", bound.setting())));
    }

    /** A client or caller was rejected. @param who adds it to the line; called only if the line is logged */
    public void rejected(Rejection reason, UnaryOperator<LogLine> who) {
        rejectionLog.log(
                reason,
                () -> who.apply(
                        LogLine.of("Rejection").with("reason", reason.name().toLowerCase(Locale.ROOT))));
    }

    public void called(Outcome outcome, Duration took) {
        Timer timer = backendCalls.get(outcome);
        if (timer != null) {
            timer.record(took);
        }
    }

    /** A call of the HTTP API was answered. @param status the answer's HTTP status */
    public void apiCalled(String path, String method, int status, Duration took) {
        Counter.builder("kefu.api.calls")
                .description("Calls of the HTTP API, by path, method and status")
                .tags("path", path, "method", method, "status", Integer.toString(status))
                .register(registry)
                .increment();
        apiCalls.computeIfAbsent(
                        path + ' ' + method,
                        call -> timer(
                                "kefu.api.duration",
                                "Calls of the HTTP API, until their answer is known",
                                BUCKETS,
                                "path",
                                path,
                                "method",
                                method))
                .record(took);
    }

    public void connections(Supplier<Number> now) {
        gauge("kefu.connections", "Clients connected", now).register(registry);
    }

    public void sessions(Supplier<Number> now) {
        gauge("kefu.sessions", "Sessions on this node", now).register(registry);
    }

    public void groups(Supplier<Number> now) {
        gauge("kefu.groups", "Groups with a session on this node", now).register(registry);
    }

    public void queued(Supplier<Number> frames, Supplier<Number> bytes) {
        gauge("kefu.queued.frames", "Frames that wait for clients to take them", frames)
                .register(registry);
        gauge("kefu.queued.bytes", "Bytes that wait for clients to take them", bytes)
                .register(registry);
    }

    public void backendCalls(Supplier<Number> inFlight, Supplier<Number> waiting) {
        gauge("kefu.backend.calls.in.flight", "Calls that are with the backend", inFlight)
                .register(registry);
        gauge("kefu.backend.calls.waiting", "Calls that wait for a free connection to the backend", waiting)
                .register(registry);
    }

    /** @param state one of those of {@link #BREAKER_STATES} */
    public void breaker(Supplier<String> state) {
        for (String one : BREAKER_STATES) {
            gauge(
                            "kefu.backend.breaker",
                            "The state of the breaker of the backend: 1 for the one that it is in",
                            () -> state.get().equals(one) ? 1 : 0)
                    .tag("state", one)
                    .register(registry);
        }
    }

    public void eventsWaiting(Supplier<Number> now) {
        gauge("kefu.events.waiting", "Events that wait for the backend", now).register(registry);
    }

    /** Adds the totals since the start to a line of the log. */
    public LogLine totals(LogLine line) {
        return line.with("up", (System.currentTimeMillis() - startedAtMillis) / 1000)
                .with("closes", sum(closes))
                .with("logins", sum(logins))
                .with("resumes", (long) resumes.count())
                .with("refusals", sum(refusals))
                .with("bounds", sum(bounds))
                .with("frames_in", (long) framesIn.count())
                .with("frames_out", (long) framesOut.count())
                .with("publications", (long) publications.count())
                .with("deliveries", (long) deliveries.count());
    }

    private static long sum(Map<String, Counter> counters) {
        return (long) counters.values().stream().mapToDouble(Counter::count).sum();
    }

    /** All meters, in the text format of Prometheus. */
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

    private Timer timer(String name, String description, List<Duration> buckets, String... tags) {
        return Timer.builder(name)
                .description(description)
                .tags(tags)
                .serviceLevelObjectives(buckets.toArray(Duration[]::new))
                .register(registry);
    }

    private static Gauge.Builder<Supplier<Number>> gauge(String name, String description, Supplier<Number> now) {
        return Gauge.builder(name, now).description(description);
    }
}
