package kefu.session;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import kefu.protocol.Request;

/**
 * One connection's requests, served strictly in order: the next one when the one before has ended. Thread-safe; a
 * request is served on the thread that adds it, or on the one that ended the request before it.
 */
final class RequestLine {
    private final int limit;
    private final Function<Request, CompletionStage<?>> server;

    // guarded by this
    private final Queue<Request> waiting = new ArrayDeque<>(2);
    private boolean serving;

    /**
     * @param limit how many may wait, besides the one that is being served
     * @param server serves one request; its stage completes, in whatever way, when the request has ended
     */
    RequestLine(int limit, Function<Request, CompletionStage<?>> server) {
        this.limit = limit;
        this.server = server;
    }

    /** @return false where the line is full; the request is not in it then */
    boolean add(Request request) {
        synchronized (this) {
            if (serving && waiting.size() >= limit) {
                return false;
            }
            waiting.add(request);
            if (serving) {
                return true;
            }
            serving = true;
        }
        serve();
        return true;
    }

    private void serve() {
        while (true) {
            Request next;
            synchronized (this) {
                next = waiting.poll();
                if (next == null) {
                    serving = false;
                    return;
                }
            }
            var served = server.apply(next).toCompletableFuture();
            if (!served.isDone()) {
                served.whenComplete((answer, fault) -> serve());
                return;
            }
        }
    }
}
