package kefu.connection;

import java.util.function.LongSupplier;

/** When a client was last heard of, and when it got its last heartbeat. Thread-safe; one thread checks. */
final class Liveness {
    private final LongSupplier nanoTime;
    private volatile long receivedAt;
    private volatile long heartbeatAt;
    private volatile boolean unresponsive;

    /** @param nanoTime the clock of the timeout, in nanoseconds */
    Liveness(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.receivedAt = nanoTime.getAsLong();
        this.heartbeatAt = receivedAt;
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
