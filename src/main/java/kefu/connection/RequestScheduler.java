package kefu.connection;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import kefu.protocol.Request;
import org.jspecify.annotations.Nullable;

/**
 * Schedules one connection's requests. Those without an id are served serially: the next one when the one before has ended.
 * Those with an id are served concurrently, up to a bound. One that changes the session is served exclusively: when all before
 * it have ended, and before any later one begins. Thread-safe; a request is served on the thread that adds it, or on the thread
 * that ended an earlier one.
 */
final class RequestScheduler {
    /** How a request is scheduled with the others of its connection. */
    enum Mode {
        /** After the one before it. */
        SERIAL,
        /** Beside others of its kind, and beside the one in order. */
        CONCURRENT,
        /** Alone. */
        EXCLUSIVE
    }

    /** The result of adding a request. */
    enum Added {
        /** It is served in its turn. */
        YES,
        /** Too many wait. */
        FULL,
        /** The scheduler is closed. */
        CLOSED
    }

    /**
     * What a closed scheduler still does.
     *
     * @param ended completes when all requests have ended
     */
    private record Closed(Predicate<Request> stillServed, CompletableFuture<Void> ended) {}

    private final int maxWaiting;
    private final int maxConcurrent;
    private final Function<Request, Mode> modes;
    private final Function<Request, CompletionStage<?>> server;

    // guarded by this
    private final Queue<Request> waiting = new LinkedList<>();
    private @Nullable Closed closed;
    private int concurrentWaiting;
    private int concurrent;
    private boolean serial;
    private boolean exclusive;
    private boolean starting;

    /**
     * @param maxWaiting how many may wait, besides those that are being served
     * @param maxConcurrent how many with an id may be served at once
     * @param server serves one request; its stage completes, in whatever way, when the request has ended
     */
    RequestScheduler(
            int maxWaiting,
            int maxConcurrent,
            Function<Request, Mode> modes,
            Function<Request, CompletionStage<?>> server) {
        this.maxWaiting = maxWaiting;
        this.maxConcurrent = maxConcurrent;
        this.modes = modes;
        this.server = server;
    }

    Added add(Request request) {
        synchronized (this) {
            if (closed != null && !closed.stillServed.test(request)) {
                return Added.CLOSED;
            }
            if (waiting.size() >= maxWaiting) {
                return Added.FULL;
            }
            waiting.add(request);
            concurrentWaiting += modes.apply(request) == Mode.CONCURRENT ? 1 : 0;
        }
        start();
        return Added.YES;
    }

    /**
     * Takes no more requests, and drops those that wait.
     *
     * @param stillServed which requests are served all the same
     * @param dropped gets each request that waited, in order
     * @return completes when the requests that had begun have ended
     */
    CompletionStage<Void> close(Predicate<Request> stillServed, Consumer<Request> dropped) {
        List<Request> late = new ArrayList<>();
        CompletableFuture<Void> ended;
        synchronized (this) {
            if (closed == null) {
                closed = new Closed(stillServed, new CompletableFuture<>());
            }
            ended = closed.ended;
            for (Iterator<Request> line = waiting.iterator(); line.hasNext(); ) {
                Request request = line.next();
                if (!stillServed.test(request)) {
                    line.remove();
                    concurrentWaiting -= modes.apply(request) == Mode.CONCURRENT ? 1 : 0;
                    late.add(request);
                }
            }
        }
        late.forEach(dropped);
        start(); // one that is still served may have waited for those
        tellIfEnded();
        return ended;
    }

    private void tellIfEnded() {
        CompletableFuture<Void> ended;
        synchronized (this) {
            if (closed == null || serial || exclusive || concurrent > 0 || !waiting.isEmpty()) {
                return;
            }
            ended = closed.ended;
        }
        ended.complete(null);
    }

    private boolean isFree(Mode mode) {
        return !exclusive
                && switch (mode) {
                    case SERIAL -> !serial;
                    case CONCURRENT -> concurrent < maxConcurrent;
                    case EXCLUSIVE -> !serial && concurrent == 0;
                };
    }

    /** Starts all requests that may start. One thread at a time; it looks again for those that became free meanwhile. */
    private void start() {
        while (true) {
            List<Request> next;
            synchronized (this) {
                if (starting) {
                    return;
                }
                next = take();
                if (next.isEmpty()) {
                    return;
                }
                starting = true;
            }
            for (Request request : next) {
                serve(request);
            }
            synchronized (this) {
                starting = false;
            }
        }
    }

    private void serve(Request request) {
        var served = server.apply(request).toCompletableFuture();
        if (served.isDone()) {
            ended(request);
        } else {
            served.whenComplete((answer, fault) -> {
                ended(request);
                start();
            });
        }
    }

    /** Takes the requests that may be served now, in order. Nothing overtakes an exclusive one, no serial one overtakes another. */
    private List<Request> take() {
        List<Request> taken = new ArrayList<>(1);
        boolean orderWaits = false;
        for (Iterator<Request> line = waiting.iterator(); line.hasNext(); ) {
            Request request = line.next();
            Mode mode = modes.apply(request);
            boolean free = isFree(mode) && !(mode == Mode.SERIAL && orderWaits);
            if (free && !(mode == Mode.EXCLUSIVE && orderWaits)) {
                line.remove();
                taken.add(request);
                concurrentWaiting -= mode == Mode.CONCURRENT ? 1 : 0;
                count(mode, 1);
            } else if (mode == Mode.SERIAL) {
                orderWaits = true;
            }
            if (mode == Mode.EXCLUSIVE || exclusive || (orderWaits && concurrentWaiting == 0)) {
                break;
            }
        }
        return taken;
    }

    private void ended(Request request) {
        synchronized (this) {
            count(modes.apply(request), -1);
        }
        tellIfEnded();
    }

    private void count(Mode mode, int by) {
        switch (mode) {
            case SERIAL -> serial = by > 0;
            case CONCURRENT -> concurrent += by;
            case EXCLUSIVE -> exclusive = by > 0;
        }
    }
}
