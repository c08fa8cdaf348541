package kefu.it;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What one client was sent and has not taken yet; heartbeats are only counted. Thread-safe. */
final class ReceivedFrames {
    private static final String HEARTBEAT = "{\"type\":\"ping\"}";

    private final List<String> frames = new ArrayList<>();
    private int heartbeats;

    synchronized void add(String frame) {
        if (frame.equals(HEARTBEAT)) {
            heartbeats++;
        } else {
            frames.add(frame);
            notifyAll();
        }
    }

    synchronized int count() {
        return frames.size();
    }

    synchronized int heartbeats() {
        return heartbeats;
    }

    synchronized List<String> takeAll() {
        List<String> taken = List.copyOf(frames);
        frames.clear();
        return taken;
    }

    /** Waits for the next one. */
    synchronized String take() throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (frames.isEmpty()) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                throw new AssertionError("no frame came within 30 s");
            }
            wait(left);
        }
        return frames.remove(0);
    }
}
