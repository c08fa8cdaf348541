package kefu.connection;

import java.time.Duration;
import java.util.Optional;

/** The time by which a client must log in, or must send a new token. Thread-safe. */
final class AuthDeadline {
    /** The client is asked for a new token so long before the old one ends. */
    static final Duration NOTICE = Duration.ofSeconds(60);

    /** What to do now. */
    enum Due {
        NOTHING,
        RENEW,
        EXPIRED
    }

    // guarded by this; in nanoseconds of a monotonic clock
    private boolean ends;
    private boolean renewalDue;
    private long end;

    /** Starts the time to log in. @param timeout empty: no limit */
    synchronized void unauthenticated(long now, Optional<Duration> timeout) {
        set(now, timeout);
        renewalDue = false;
    }

    /** The client has proved who it is. @param left how long the proof is valid; empty: no limit */
    synchronized void authenticated(long now, Optional<Duration> left) {
        set(now, left);
        renewalDue = ends;
    }

    private void set(long now, Optional<Duration> left) {
        ends = left.isPresent();
        end = now + left.map(Duration::toNanos).orElse(0L);
    }

    /** {@link Due#RENEW} is returned once for each token. */
    synchronized Due due(long now) {
        if (!ends) {
            return Due.NOTHING;
        }
        if (now - end >= 0) {
            return Due.EXPIRED;
        }
        if (renewalDue && now - end >= -NOTICE.toNanos()) {
            renewalDue = false;
            return Due.RENEW;
        }
        return Due.NOTHING;
    }
}
