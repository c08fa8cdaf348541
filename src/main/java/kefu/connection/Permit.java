package kefu.connection;

import java.time.Duration;
import java.util.Optional;

/** Until when a client may stay without showing, or showing anew, who it is. Thread-safe. */
final class Permit {
    /** How long before its end the client is asked for a new one. */
    static final Duration NOTICE = Duration.ofSeconds(60);

    /** What is to be done. */
    enum Due {
        NOTHING,
        ASK,
        END
    }

    // guarded by this; in nanoseconds of a monotonic clock
    private boolean ends;
    private boolean asks;
    private long end;

    /** Who is let in as nobody has so long to log in. @param patience empty: for ever */
    synchronized void stranger(long now, Optional<Duration> patience) {
        set(now, patience);
        asks = false;
    }

    /** It is known who this is. @param left for so long; empty: for ever */
    synchronized void known(long now, Optional<Duration> left) {
        set(now, left);
        asks = ends;
    }

    private void set(long now, Optional<Duration> left) {
        ends = left.isPresent();
        end = now + left.map(Duration::toNanos).orElse(0L);
    }

    /** To ask is due once. */
    synchronized Due due(long now) {
        if (!ends) {
            return Due.NOTHING;
        }
        if (now - end >= 0) {
            return Due.END;
        }
        if (asks && now - end >= -NOTICE.toNanos()) {
            asks = false;
            return Due.ASK;
        }
        return Due.NOTHING;
    }
}
