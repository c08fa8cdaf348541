package kefu.connection;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** How and by whom a connection was ended. Only the first end counts. Thread-safe. */
final class Ending {
    private static final int NOT_ENDED = 0;

    private final AtomicReference<@Nullable End> end = new AtomicReference<>();

    private record End(int code, Initiator by) {}

    /** @return whether the connection had not ended before */
    boolean set(int code, Initiator by) {
        return end.compareAndSet(null, new End(code, by));
    }

    boolean isSet() {
        return end.get() != null;
    }

    /** The close code; 0 before the end. */
    int code() {
        End now = end.get();
        return now == null ? NOT_ENDED : now.code();
    }

    /** The network as long as nobody has ended the connection. */
    Initiator by() {
        End now = end.get();
        return now == null ? Initiator.NETWORK : now.by();
    }
}
