package kefu.it;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import kefu.auth.SignedTokens;

/**
 * A client of each version in a group of their own. At a steady pace each asks the backend, and the backend tells their
 * group something: each hears everything once and in order, whatever others do.
 */
final class HealthyPair implements AutoCloseable {
    static final int CLIENTS = 2;

    private static final String GROUP = "healthy";
    private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(25);

    private final WsClient first;
    private final WsClient second;
    private final ApiClient api;
    private final List<Long> nanos = new ArrayList<>(); // guarded by itself
    private final CompletableFuture<Void> talking;
    private volatile boolean over;
    private volatile boolean backendMayBeDead;
    private volatile boolean pushes = true;

    HealthyPair(Target target) throws Exception {
        URI socket = target.socket();
        api = target.api();
        first = WsClient.connect(socket);
        second = WsClient.connectV2(socket);
        for (WsClient client : List.of(first, second)) {
            client.send("{\"method\":\"login\",\"bid\":\"" + GROUP
                    + "\",\"customer_id\":\"h\",\"customer_name\":\"h\",\"token\":\""
                    + SignedTokens.of("h", "\"" + GROUP + "\"", 86_400) + "\"}");
            hears(client, "customer_list");
        }
        hears(first, "login_push");
        talking = CompletableFuture.runAsync(this::talk, task -> new Thread(task, "healthy-pair").start());
    }

    private void talk() {
        long start = System.nanoTime();
        try {
            for (int n = 0; !over; n++) {
                long due = start + n * PACE_NANOS; // a late one does not hide that the next ones are late too
                LockSupport.parkNanos(due - System.nanoTime());
                round(n);
                synchronized (nanos) {
                    nanos.add(System.nanoTime() - due);
                }
            }
        } catch (Exception fault) {
            throw new AssertionError("a healthy client: " + fault, fault);
        }
    }

    /** Each frame is the one that must come next: none is missing, twice there or late. */
    private void round(int n) throws Exception {
        first.send("{\"method\":\"ask\",\"n\":" + n + "}");
        second.send("{\"method\":\"ask\",\"id\":\"n-" + n + "\",\"n\":" + n + "}");
        isAnswered(first, n);
        isAnswered(second, n);
        if (!pushes) {
            return;
        }
        var pushed =
                api.call("POST", "/push", "{\"to\":{\"group\":\"" + GROUP + "\"},\"message\":{\"pushed\":" + n + "}}");
        if (pushed.status() != 200) {
            throw new AssertionError(pushed.status() + " " + pushed.body());
        }
        hears(first, "{\"pushed\":" + n + "}");
        hears(second, "{\"pushed\":" + n + "}");
    }

    private static void hears(WsClient client, String part) throws Exception {
        String frame = client.next();
        if (!frame.contains(part)) {
            throw new AssertionError("not " + part + ", but " + frame);
        }
    }

    private void isAnswered(WsClient client, int n) throws Exception {
        String frame = client.next();
        boolean failed = backendMayBeDead && frame.contains("\"code\":0") && !frame.contains("\"got\"");
        if (!failed && !frame.contains("\"n\":" + n + "}")) {
            throw new AssertionError("no answer to " + n + ", but " + frame);
        }
    }

    /** Whether what is asked may be answered with code 0. */
    void backendMayBeDead(boolean dead) {
        backendMayBeDead = dead;
    }

    /** Whether the backend calls the API too. */
    void pushes(boolean on) {
        pushes = on;
    }

    /** Its rounds since the last call, in nanoseconds. */
    List<Long> takeNanos() {
        synchronized (nanos) {
            List<Long> taken = List.copyOf(nanos);
            nanos.clear();
            return taken;
        }
    }

    /** How many rounds there were since {@link #takeNanos}. */
    int rounds() {
        if (talking.isDone()) {
            talking.join(); // throws what has happened
        }
        synchronized (nanos) {
            return nanos.size();
        }
    }

    /** How many heartbeats both have had together. */
    int heartbeats() {
        return first.heartbeats() + second.heartbeats();
    }

    /** @throws RuntimeException where something was missing */
    @Override
    public void close() throws Exception {
        over = true;
        try {
            talking.get(60, TimeUnit.SECONDS);
            if (first.waiting() + second.waiting() > 0) {
                throw new AssertionError("too much: " + first.take() + second.take());
            }
        } finally {
            first.close();
            second.close(); // with a goodbye: else its session would be there, and leave in the midst of another test
        }
    }
}
