package kefu.backend;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import kefu.broker.Member;
import kefu.config.BackendSettings;
import kefu.config.Settings;
import kefu.metrics.Bound;
import kefu.metrics.Metrics;
import kefu.protocol.ErrorCode;
import kefu.protocol.PercentEncoding;
import org.jspecify.annotations.Nullable;

/**
 * The customer's own service, over HTTP/1.1. A bounded number of calls is with it at once, each on a connection of its
 * own that is kept for the next; a bounded number waits for one. Thread-safe.
 */
public final class HttpBackend implements Backend {
    private static final Logger LOG = Logger.getLogger(HttpBackend.class.getName());
    private static final int OK = 200;
    private static final int NO_ANSWER = 0;

    /** How exactly the timeout is kept: a timer for each call would cost more than the call's own bookkeeping. */
    private static final Duration TICK = Duration.ofMillis(50);

    private volatile @Nullable HttpClient client;
    private final String base;
    private final String query;
    private final Optional<String> authorization;
    private final Breaker breaker;
    private final long timeoutNanos;
    private final int maxResponseBytes;
    private final int maxCalls;
    private final int maxWaiting;
    private final LongSupplier nanoTime;
    private final Metrics metrics;
    private final ScheduledFuture<?> ticking;

    // guarded by this
    private final Set<Exchange> running = new HashSet<>();
    private final Queue<Exchange> waiting = new ArrayDeque<>();
    private boolean closed;

    private final AtomicInteger freed = new AtomicInteger();

    /**
     * @param url the address that a method's name is put behind
     * @param nanoTime a monotonic clock, in nanoseconds
     */
    public HttpBackend(
            URI url, Settings settings, ScheduledExecutorService timer, Metrics metrics, LongSupplier nanoTime) {
        this.base = url.toString();
        String token = settings.get(BackendSettings.TOKEN);
        boolean asHeader = settings.get(BackendSettings.TOKEN_AS_HEADER);
        this.query = asHeader ? "" : "?token=" + PercentEncoding.encode(token);
        this.authorization = asHeader ? Optional.of("Bearer " + token) : Optional.empty();
        this.breaker = new Breaker(settings);
        this.timeoutNanos = settings.get(BackendSettings.TIMEOUT).toNanos();
        this.maxResponseBytes = settings.get(BackendSettings.MAX_RESPONSE_BYTES);
        this.maxCalls = settings.get(BackendSettings.CONNECTIONS);
        this.maxWaiting = settings.get(BackendSettings.WAITING);
        this.nanoTime = nanoTime;
        this.metrics = metrics;
        metrics.backendCalls(this::inFlight, this::waiting);
        this.client = newClient(settings.get(BackendSettings.TIMEOUT));
        this.ticking =
                timer.scheduleWithFixedDelay(this::expire, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * The client's thread outlives the deployment by a few seconds, until the client was collected: it must not hold
     * the deployment's class loader. Its callbacks run on that one thread; none of ours blocks.
     */
    public static HttpClient newClient(Duration connectTimeout) {
        Thread current = Thread.currentThread();
        ClassLoader deployment = current.getContextClassLoader();
        current.setContextClassLoader(ClassLoader.getSystemClassLoader());
        try {
            return HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(connectTimeout)
                    .executor(Runnable::run)
                    .build();
        } finally {
            current.setContextClassLoader(deployment);
        }
    }

    @Override
    public CompletionStage<Answer> call(Call call) {
        Exchange exchange = new Exchange(call);
        synchronized (this) {
            if (closed) {
                return CompletableFuture.completedFuture(new Failed(NO_ANSWER));
            }
            exchange.deadline = nanoTime.getAsLong() + timeoutNanos;
            if (running.size() >= maxCalls) {
                if (waiting.size() >= maxWaiting) {
                    metrics.called(Metrics.Outcome.REFUSED, Duration.ZERO);
                    metrics.hit(Bound.BACKEND_WAITING, () -> "client " + call.client());
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

    /** Ends what has been with the backend, or has waited to be, for too long. */
    private void expire() {
        List<Exchange> late;
        List<Exchange> unsent;
        long now = nanoTime.getAsLong();
        synchronized (this) {
            late = running.stream().filter(e -> e.deadline - now <= 0).toList();
            unsent = waiting.stream().filter(e -> e.deadline - now <= 0).toList();
            waiting.removeAll(unsent);
        }
        late.forEach(Exchange::abort);
        unsent.forEach(e -> {
            metrics.called(Metrics.Outcome.REFUSED, Duration.ZERO);
            e.answer.complete(new Refused(ErrorCode.BUSY));
        });
    }

    /** An exchange has ended: its place goes to the one that has waited longest. */
    private void ended(Exchange exchange) {
        synchronized (this) {
            running.remove(exchange);
        }
        // One thread fills all free places: a call that fails at once ends within its own start, and so would the next.
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
            next.deadline = nanoTime.getAsLong() + timeoutNanos;
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
        // Its connections are kept for 20 minutes, and with each the exchange that it last was used for, and so us. It
        // ends them and its thread when it is collected, so it must not be held by what it holds itself.
        client = null;
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

    private static Metrics.Outcome outcome(Answer answer) {
        if (answer instanceof Answered) {
            return Metrics.Outcome.ANSWERED;
        }
        return answer instanceof Failed failed && failed.status() == NO_ANSWER
                ? Metrics.Outcome.NO_ANSWER
                : Metrics.Outcome.FAILED;
    }

    private HttpRequest request(Call call) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(base + PercentEncoding.encodePath(call.method()) + query))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(call.body().toString()));
        if (call.member().isPresent()) {
            Member member = call.member().get();
            request.header("X-Kefu-Client", call.client())
                    .header(
                            "X-Kefu-Customer-Id",
                            PercentEncoding.encode(member.uid().key()))
                    .header("X-Kefu-Bid", PercentEncoding.encode(member.group().key()));
        }
        authorization.ifPresent(bearer -> request.header("Authorization", bearer));
        call.id().ifPresent(id -> request.header("Idempotency-Key", call.client() + ":" + id));
        return request.build();
    }

    /** One call on its way. */
    private final class Exchange {
        private final Call call;
        private final CompletableFuture<Answer> answer = new CompletableFuture<>();
        private final BoundedBody body = new BoundedBody(maxResponseBytes);
        private final AtomicBoolean done = new AtomicBoolean();
        private long deadline; // guarded by the backend
        private volatile long sentAt;
        private volatile boolean broken;
        private volatile @Nullable CompletableFuture<?> response;

        Exchange(Call call) {
            this.call = call;
        }

        void send() {
            sentAt = nanoTime.getAsLong();
            HttpClient sender = client;
            if (sender == null) {
                complete(new Failed(NO_ANSWER));
                return;
            }
            if (!breaker.tryCall()) {
                broken = true;
                metrics.hit(Bound.BACKEND_BREAKER, () -> "client " + call.client());
                complete(new Failed(NO_ANSWER));
                return;
            }
            CompletableFuture<HttpResponse<Answer>> sent;
            try {
                sent = sender.sendAsync(request(call), this::bodyOf);
            } catch (RuntimeException refused) {
                failed(refused);
                return;
            }
            response = sent;
            sent.whenComplete((got, fault) -> {
                if (fault != null) {
                    failed(fault);
                }
            });
        }

        /** Only the body of an answer is kept; that of a failure is read to its end, so that the connection can be. */
        private BodySubscriber<Answer> bodyOf(HttpResponse.ResponseInfo head) {
            int status = head.statusCode();
            return status == OK
                    ? BodySubscribers.mapping(body, text -> arrived(new Answered(text)))
                    : BodySubscribers.mapping(BodySubscribers.discarding(), nothing -> arrived(new Failed(status)));
        }

        /**
         * The last byte is here. To complete its future the HTTP client would now take a thread of the common pool, and
         * start one where that has less than two; nobody waits for the future, so it is completed here.
         */
        private Answer arrived(Answer with) {
            complete(with);
            CompletableFuture<?> sent = response;
            if (sent != null) {
                sent.complete(null);
            }
            return with;
        }

        /** One that was cut off since it is too long did answer. */
        private void tell(Metrics.Outcome outcome) {
            if (body.isTooLong()) {
                metrics.hit(Bound.BACKEND_RESPONSE_BYTES, () -> "the answer to client " + call.client());
            }
            if (outcome != Metrics.Outcome.BROKEN) {
                breaker.ended(outcome != Metrics.Outcome.NO_ANSWER || body.isTooLong());
            }
        }

        private void failed(Throwable fault) {
            LOG.log(Level.FINE, fault, () -> "No answer to " + call.method() + " of client " + call.client());
            complete(new Failed(NO_ANSWER));
        }

        /** Gives up: answers that nothing came, and closes the connection to the backend. */
        void abort() {
            complete(new Failed(NO_ANSWER));
            body.cancel();
            CompletableFuture<?> sent = response;
            if (sent != null) {
                sent.cancel(true);
            }
        }

        private void complete(Answer with) {
            if (done.compareAndSet(false, true)) {
                Metrics.Outcome outcome = broken ? Metrics.Outcome.BROKEN : outcome(with);
                metrics.called(outcome, Duration.ofNanos(nanoTime.getAsLong() - sentAt));
                tell(outcome);
                ended(this); // first, so that the client's next request finds the place free
                answer.complete(with);
            }
        }
    }
}
