package kefu.connection;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import kefu.protocol.Request;

/**
 * One connection's requests. Those without an id are served strictly in order, the next one when the one before has
 * ended; those with an id side by side, up to a bound; and what changes the session by itself: everything before it has
 * ended, and nothing behind it has begun. Thread-safe; a request is served on the thread that adds it, or on the one
 * that ended a request before it.
 */
final class RequestLine {
    /** How a request goes with the others of its connection. */
    enum Turn {
        /** After the one before it. */
        IN_ORDER,
        /** Beside others of its kind, and beside the one in order. */
        SIDE_BY_SIDE,
        /** Alone. */
        ALONE
    }

    private final int maxWaiting;
    private final int maxSideBySide;
    private final Function<Request, Turn> turns;
    private final Function<Request, CompletionStage<?>> server;

    // guarded by this
    private final Queue<Request> waiting = new LinkedList<>();
    private int sideBySideWaiting;
    private int sideBySide;
    private boolean inOrder;
    private boolean alone;
    private boolean starting;

    /**
     * @param maxWaiting how many may wait, besides those that are being served
     * @param maxSideBySide how many with an id may be served at once
     * @param server serves one request; its stage completes, in whatever way, when the request has ended
     */
    RequestLine(
            int maxWaiting,
            int maxSideBySide,
            Function<Request, Turn> turns,
            Function<Request, CompletionStage<?>> server) {
        this.maxWaiting = maxWaiting;
        this.maxSideBySide = maxSideBySide;
        this.turns = turns;
        this.server = server;
    }

    /** @return false where the line is full; the request is not in it then */
    boolean add(Request request) {
        synchronized (this) {
            if (waiting.size() >= maxWaiting) {
                return false;
            }
            waiting.add(request);
            sideBySideWaiting += turns.apply(request) == Turn.SIDE_BY_SIDE ? 1 : 0;
        }
        start();
        return true;
    }

    private boolean isFree(Turn turn) {
        return !alone
                && switch (turn) {
                    case IN_ORDER -> !inOrder;
                    case SIDE_BY_SIDE -> sideBySide < maxSideBySide;
                    case ALONE -> !inOrder && sideBySide == 0;
                };
    }

    /** Starts whatever may be; one thread at a time, which comes back for what became free meanwhile. */
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

    /** Takes what may be served now, in its order: nothing overtakes one that stands alone, nor one in order another. */
    private List<Request> take() {
        List<Request> taken = new ArrayList<>(1);
        boolean orderWaits = false;
        for (Iterator<Request> line = waiting.iterator(); line.hasNext(); ) {
            Request request = line.next();
            Turn turn = turns.apply(request);
            boolean free = isFree(turn) && !(turn == Turn.IN_ORDER && orderWaits);
            if (free && !(turn == Turn.ALONE && orderWaits)) {
                line.remove();
                taken.add(request);
                sideBySideWaiting -= turn == Turn.SIDE_BY_SIDE ? 1 : 0;
                count(turn, 1);
            } else if (turn == Turn.IN_ORDER) {
                orderWaits = true;
            }
            if (turn == Turn.ALONE || alone || (orderWaits && sideBySideWaiting == 0)) {
                break;
            }
        }
        return taken;
    }

    private synchronized void ended(Request request) {
        count(turns.apply(request), -1);
    }

    private void count(Turn turn, int by) {
        switch (turn) {
            case IN_ORDER -> inOrder = by > 0;
            case SIDE_BY_SIDE -> sideBySide += by;
            case ALONE -> alone = by > 0;
        }
    }
}
