package kefu.chaos;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Clients of an application that has only an echo: how long a redeploy takes a container itself. A client is without
 * connection from the last echo to the next one, since a container may leave it on a socket that nobody serves.
 */
final class BareClients implements AutoCloseable {
    private static final long ASK_MILLIS = 50;
    private static final long SILENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Executor threads;
    private final URI url;
    private final ScheduledExecutorService timer;
    private final long longestBackoff;
    private final List<One> clients = new ArrayList<>();

    // guarded by this
    private final List<Long> outages = new ArrayList<>();

    BareClients(int count, Executor threads, URI url, ScheduledExecutorService timer, ChaosSettings settings) {
        this.threads = threads;
        this.url = url;
        this.timer = timer;
        this.longestBackoff = settings.longestBackoff().toMillis();
        for (int i = 0; i < count; i++) {
            One client = new One(new Random(settings.seed() + i));
            clients.add(client);
            client.dial();
        }
    }

    boolean areConnected() {
        return clients.stream().allMatch(One::isConnected);
    }

    /** Whether all have lost their connection since then, and have another one. */
    boolean areBackSince(long nanoTime) {
        return clients.stream().allMatch(client -> client.isBackSince(nanoTime));
    }

    synchronized Times outages() {
        return Times.of(outages);
    }

    private synchronized void back(long nanos) {
        outages.add(TimeUnit.NANOSECONDS.toMillis(nanos));
    }

    @Override
    public void close() {
        clients.forEach(One::close);
    }

    private final class One implements Line.Listener {
        private final Random random;

        // guarded by this
        private long heardAt = System.nanoTime();
        private long lostAt = heardAt;
        private long openedAt = heardAt;
        private boolean connected;
        private @Nullable Line line;
        private int failures;
        private boolean closed;

        One(Random random) {
            this.random = random;
        }

        synchronized void dial() {
            if (!closed) {
                line = Line.open(threads, url, "", this);
            }
        }

        private synchronized void ask(Line from) {
            if (line != from || closed) {
                return;
            }
            long now = System.nanoTime();
            if (now - heardAt > SILENCE_NANOS && now - openedAt > SILENCE_NANOS) { // it may open on one that ends
                from.cut();
                comeBack();
                return;
            }
            from.send("x");
            timer.schedule(() -> ask(from), ASK_MILLIS, TimeUnit.MILLISECONDS);
        }

        synchronized boolean isConnected() {
            return connected;
        }

        synchronized boolean isBackSince(long nanoTime) {
            return connected && lostAt - nanoTime > 0;
        }

        private void comeBack() {
            if (connected) {
                connected = false;
                lostAt = System.nanoTime();
            }
            long longest = Math.min(longestBackoff, 500L << Math.min(failures++, 10));
            timer.schedule(this::dial, (long) (random.nextDouble() * longest), TimeUnit.MILLISECONDS);
        }

        @Override
        public synchronized void opened(Line from) {
            if (line == from) {
                openedAt = System.nanoTime();
                from.send("x");
                timer.schedule(() -> ask(from), ASK_MILLIS, TimeUnit.MILLISECONDS);
            }
        }

        @Override
        public synchronized void received(Line from, String text) {
            long now = System.nanoTime();
            if (!connected && lostAt - heardAt > 0) {
                back(now - heardAt);
            }
            connected = true;
            heardAt = now;
            failures = 0;
        }

        @Override
        public synchronized void failed(Line from, String why) {
            if (line == from) {
                comeBack();
            }
        }

        @Override
        public synchronized void closed(Line from, int code, String reason) {
            if (line == from) {
                comeBack();
            }
        }

        synchronized void close() {
            closed = true;
            if (line != null) {
                line.close();
            }
        }
    }
}
