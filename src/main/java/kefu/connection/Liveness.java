package kefu.connection;

import java.time.Duration;
import java.util.function.LongSupplier;

/** When a client connected, last sent something, and last got a heartbeat. Thread-safe; one thread checks. */
final class Liveness {
    private final LongSupplier nanoTime;
    private final long openedAt;
    private volatile long receivedAt;
    private volatile long heartbeatAt;
    private volatile boolean unresponsive;

    /** @param nanoTime the clock of the timeout, in nanoseconds */
    Liveness(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.openedAt = nanoTime.getAsLong();
        this.receivedAt = openedAt;
        this.heartbeatAt = openedAt;
    }

    /** The time since the client connected. */
    Duration age() {
        return Duration.ofNanos(nanoTime.getAsLong() - openedAt);
    }

    /** A message or a pong has come. @return whether the client was unresponsive */
    boolean heard() {
        receivedAt = nanoTime.getAsLong();
        return unresponsive && responds();
    }

    private boolean responds() {
        unresponsive = false;
        return true;
    }

    /** Whether the client has answered the last heartbeat, or still has time to do so. */
    boolean isResponsive() {
        return !unresponsive;
    }

    /** Looks whether the client has answered. @return whether it is unresponsive no more, though nobody has noticed */
    boolean checkResponse(Heartbeat heartbeat) {
        if (unresponsive
                || receivedAt - heartbeatAt >= 0
                || nanoTime.getAsLong() - heartbeatAt <= heartbeat.response().toNanos()) {
            return false;
        }
        unresponsive = true;
        return receivedAt - heartbeatAt >= 0 && responds(); // a message came at the same time
    }

    boolean isSilent(Heartbeat heartbeat) {
        return nanoTime.getAsLong() - receivedAt > heartbeat.timeout().toNanos();
    }

    /** Whether a heartbeat is to be sent now. True once for each. */
    boolean takeHeartbeat(Heartbeat heartbeat) {
        long now = nanoTime.getAsLong();
        boolean due = now - heartbeatAt >= heartbeat.interval().toNanos();
        if (due) {
            heartbeatAt = now;
        }
        return due;
    }
}
