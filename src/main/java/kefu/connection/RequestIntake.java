package kefu.connection;

import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import kefu.config.LimitSettings;
import kefu.config.Settings;
import kefu.limit.TokenBucket;
import kefu.protocol.Request;

/** Limits the rate of a connection's requests and pings, and passes the requests to its scheduler. Thread-safe. */
final class RequestIntake {
    /** The result of taking a request. */
    enum Admission {
        /** It is served, or was nothing to serve. */
        ACCEPTED,
        /** Too many came in too short a time. */
        TOO_FAST,
        /** So many more came all the same that the connection is to be ended. */
        FLOOD,
        /** Too many wait. */
        FULL,
        /** No more are taken. */
        CLOSED
    }

    /** No person gets this far ahead of the backend. A program that does is refused. */
    static final int MAX_WAITING = 64;

    private static final int PING_BURST_SECONDS = 10;

    private final TokenBucket rate;
    private final TokenBucket pingRate;
    private final int maxExcess;
    private final RequestScheduler scheduler;

    /**
     * @param nanoTime a monotonic clock, in nanoseconds
     * @param isExclusive whether a request is served while no other is
     * @param server serves one request; its stage completes, in whatever way, when the request has ended
     */
    RequestIntake(
            Settings settings,
            LongSupplier nanoTime,
            Predicate<Request> isExclusive,
            Function<Request, CompletionStage<?>> server) {
        this.rate = new TokenBucket(
                settings.get(LimitSettings.REQUESTS_RATE), settings.get(LimitSettings.REQUESTS_BURST), nanoTime);
        this.maxExcess = settings.get(LimitSettings.REQUESTS_BURST);
        int pings = settings.get(LimitSettings.PINGS_RATE);
        this.pingRate = new TokenBucket(pings, pings * PING_BURST_SECONDS, nanoTime);
        this.scheduler = new RequestScheduler(
                MAX_WAITING,
                settings.get(LimitSettings.PARALLEL_REQUESTS),
                request -> isExclusive.test(request) ? RequestScheduler.Mode.EXCLUSIVE : mode(request),
                server);
    }

    private static RequestScheduler.Mode mode(Request request) {
        return request.reply().id().isPresent() ? RequestScheduler.Mode.CONCURRENT : RequestScheduler.Mode.SERIAL;
    }

    Admission admit(Request request) {
        int left = rate.take();
        if (left < 0) {
            return left < -maxExcess ? Admission.FLOOD : Admission.TOO_FAST;
        }
        if (request instanceof Request.Ignored) {
            return Admission.ACCEPTED;
        }
        return switch (scheduler.add(request)) {
            case YES -> Admission.ACCEPTED;
            case FULL -> Admission.FULL;
            case CLOSED -> Admission.CLOSED;
        };
    }

    /** Takes no more requests ({@link RequestScheduler#close}). */
    CompletionStage<Void> close(Predicate<Request> stillServed, Consumer<Request> dropped) {
        return scheduler.close(stillServed, dropped);
    }

    /** @return false: too many WebSocket pings */
    boolean admitPing() {
        return pingRate.take() >= 0;
    }
}
