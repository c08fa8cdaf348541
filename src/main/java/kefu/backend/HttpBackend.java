package kefu.backend;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.logging.Logger;
import kefu.config.BackendSettings;
import kefu.config.Settings;
import kefu.metrics.Bound;
import kefu.metrics.LogLine;
import kefu.metrics.Metrics;
import kefu.protocol.ErrorCode;
import kefu.protocol.PercentEncoding;
import org.jspecify.annotations.Nullable;

/**
 * The customer's own service, called over HTTP/1.1. A bounded number of calls runs at once, each on its own connection, which is
 * kept for the next call. A bounded number of further calls waits. Thread-safe.
 */
public final class HttpBackend implements Backend {
    private static final Logger LOG = Logger.getLogger(HttpBackend.class.getName());
    private static final int OK = 200;
    private static final int NO_ANSWER = 0;

    /** Those of the methods that come first are kept: to parse an address is 1 % of what a request costs. */
    private static final int MAX_ADDRESSES = 200;

    /** The precision of the timeout. A timer for each call would cost more than the rest of the call's bookkeeping. */
    private static final Duration TICK = Duration.ofMillis(50);

    private final ServiceClient client;
    private final String base;
    private final String query;
    private final AgentHeaders headers;
    private final Map<String, URI> addresses = new ConcurrentHashMap<>(); // by method
    private final Breaker breaker;
    private final long timeoutNanos;
    private final int maxCalls;
    private final int maxWaiting;
    private final LongSupplier awakeTime;
    private final LongSupplier nanoTime;
    private final Metrics metrics;
    private final ScheduledFuture<?> ticking;

    // guarded by this
    private final Set<Exchange> running = new HashSet<>();
    private final Queue<Exchange> waiting = new ArrayDeque<>();
    private boolean closed;

    private final AtomicInteger freed = new AtomicInteger();
    private final AtomicBoolean unusableSaid = new AtomicBoolean();

    /**
     * @param url the address; a method's name is appended to it
     * @param selectors the threads that send requests and read answers; they also send the answers on to the clients
     * @param worker sends the errors of calls that timed out
     * @param resolver resolves the backend's host name, which may take seconds
     * @param awakeTime the clock of the timeouts, in nanoseconds; it stops while the gateway is suspended
     * @param nanoTime a monotonic clock, in nanoseconds
     */
    public HttpBackend(
            URI url,
            int selectors,
            Settings settings,
            ScheduledExecutorService timer,
            Executor worker,
            Executor resolver,
            Metrics metrics,
            LongSupplier awakeTime,
            LongSupplier nanoTime) {
        this.base = url.toString();
        String token = settings.get(BackendSettings.TOKEN);
        boolean asHeader = settings.get(BackendSettings.TOKEN_AS_HEADER);
        this.query = asHeader ? "" : "?token=" + PercentEncoding.encode(token);
        this.headers = new AgentHeaders(asHeader ? Optional.of("Bearer " + token) : Optional.empty());
        Duration timeout = settings.get(BackendSettings.TIMEOUT);
        this.timeoutNanos = timeout.toNanos();
        this.maxCalls = settings.get(BackendSettings.CONNECTIONS);
        this.maxWaiting = settings.get(BackendSettings.WAITING);
        this.awakeTime = awakeTime;
        this.nanoTime = nanoTime;
        this.metrics = metrics;
        metrics.backendCalls(this::inFlight, this::waiting);
        this.client = new ServiceClient(
                url,
                selectors,
                timeout,
                settings.get(BackendSettings.IDLE_TIMEOUT),
                maxCalls,
                settings.get(BackendSettings.MAX_RESPONSE_BYTES),
                resolver,
                nanoTime);
        // the trial calls of the breaker use new connections
        this.breaker = new Breaker(settings, client::renewConnections);
        metrics.breaker(breaker::state);
        this.ticking = timer.scheduleWithFixedDelay(
                () -> expire(worker), TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public CompletionStage<Answer> call(Call call) {
        Exchange exchange = new Exchange(call);
        synchronized (this) {
            if (closed) {
                return CompletableFuture.completedFuture(new Failed(NO_ANSWER));
            }
            exchange.deadline = awakeTime.getAsLong() + timeoutNanos;
            if (running.size() >= maxCalls) {
                if (waiting.size() >= maxWaiting) {
                    metrics.called(Metrics.Outcome.REFUSED, Duration.ZERO);
                    metrics.hit(Bound.BACKEND_WAITING, line -> line.with("session", call.client()));
                    return CompletableFuture.completedFuture(new Refused(ErrorCode.BUSY));
                }
                waiting.add(exchange);
                return exchange.answer;
            }
            running.add(exchange);
        }
        exchange.send();
        return exchange.answer;
    }

    /** Ends the calls whose time is over, those that run and those that wait. */
    private void expire(Executor worker) {
        List<Exchange> late;
        List<Exchange> unsent;
        long now = awakeTime.getAsLong();
        synchronized (this) {
            late = running.stream().filter(e -> e.deadline - now <= 0).toList();
            unsent = waiting.stream().filter(e -> e.deadline - now <= 0).toList();
            waiting.removeAll(unsent);
        }
        client.expire();
        late.forEach(e -> worker.execute(e::abort));
        unsent.forEach(e -> worker.execute(() -> {
            metrics.called(Metrics.Outcome.REFUSED, Duration.ZERO);
            e.answer.complete(new Refused(ErrorCode.BUSY));
        }));
    }

    /** An exchange has ended. Its place goes to the call that has waited longest. */
    private void ended(Exchange exchange) {
        synchronized (this) {
            running.remove(exchange);
        }
        // Only one thread fills the free places. A call that fails at once ends here again: without this it would
        // recurse.
        if (freed.getAndIncrement() > 0) {
            return;
        }
        do {
            Exchange next = nextWaiting();
            if (next != null) {
                next.send();
            }
        } while (freed.decrementAndGet() > 0);
    }

    private synchronized @Nullable Exchange nextWaiting() {
        Exchange next = waiting.poll();
        if (next != null) {
            next.deadline = awakeTime.getAsLong() + timeoutNanos;
            running.add(next);
        }
        return next;
    }

    private synchronized int inFlight() {
        return running.size();
    }

    private synchronized int waiting() {
        return waiting.size();
    }

    @Override
    public void close() {
        ticking.cancel(false);
        client.close();
        List<Exchange> unsent;
        List<Exchange> unanswered;
        synchronized (this) {
            closed = true;
            unsent = List.copyOf(waiting);
            waiting.clear();
            unanswered = List.copyOf(running);
        }
        unsent.forEach(e -> e.answer.complete(new Failed(NO_ANSWER)));
        unanswered.forEach(Exchange::abort);
    }

    private URI address(String method) {
        URI known = addresses.get(method);
        if (known != null) {
            return known;
        }
        URI address = URI.create(base + PercentEncoding.encodePath(method) + query);
        if (addresses.size() < MAX_ADDRESSES) {
            addresses.put(method, address);
        }
        return address;
    }

    /** One call. */
    private final class Exchange {
        private final Call call;
        private final CompletableFuture<Answer> answer = new CompletableFuture<>();
        private long deadline; // guarded by the backend
        private volatile long sentAt;
        private volatile ServiceClient.@Nullable Exchange sent;
        private volatile boolean aborted;

        Exchange(Call call) {
            this.call = call;
        }

        void send() {
            sentAt = nanoTime.getAsLong();
            if (!breaker.tryCall()) {
                metrics.hit(Bound.BACKEND_BREAKER, line -> line.with("session", call.client()));
                complete(new Failed(NO_ANSWER), Metrics.Outcome.BROKEN);
                return;
            }
            try {
                ServiceClient.Exchange exchange =
                        client.send(address(call.method()), headers.of(call), call.text(), this::ended);
                sent = exchange;
                if (aborted) {
                    exchange.abort();
                }
            } catch (RuntimeException unsent) { // a header has a character that is not allowed, perhaps in the token
                ended(new ServiceClient.Unanswered(false, unsent.toString()));
            }
        }

        /** Gives up: answers with code 0, and closes the connection to the backend. */
        void abort() {
            aborted = true;
            ServiceClient.Exchange exchange = sent;
            if (exchange != null) {
                exchange.abort();
            }
        }

        private void ended(ServiceClient.Outcome how) {
            breaker.ended(how);
            if (how instanceof ServiceClient.Answered got && got.status() == OK) {
                complete(new Answered(got.body()), Metrics.Outcome.ANSWERED);
            } else if (how instanceof ServiceClient.Answered got) {
                complete(new Failed(got.status()), Metrics.Outcome.FAILED);
            } else {
                none(how);
            }
        }

        private void none(ServiceClient.Outcome how) {
            LOG.fine(() -> "No answer to " + call.method() + " of client " + call.client() + ": " + how);
            if (how instanceof ServiceClient.Unusable answer && answer.tooLong()) {
                metrics.hit(Bound.BACKEND_RESPONSE_BYTES, line -> line.with("session", call.client()));
            } else if (how instanceof ServiceClient.Unusable answer && unusableSaid.compareAndSet(false, true)) {
                LOG.warning(() -> LogLine.of("UnusableAnswer")
                        .with("method", call.method())
                        .with("problem", answer.why())
                        .toString());
            }
            complete(new Failed(NO_ANSWER), Metrics.Outcome.NO_ANSWER);
        }

        private void complete(Answer with, Metrics.Outcome outcome) {
            metrics.called(outcome, Duration.ofNanos(nanoTime.getAsLong() - sentAt));
            HttpBackend.this.ended(this); // first: then the client's next request finds a free place
            answer.complete(with);
        }
    }
}
