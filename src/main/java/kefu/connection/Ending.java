package kefu.connection;

import org.jspecify.annotations.Nullable;

/** How and by whom a connection was ended. Only the first end counts. Thread-safe. */
final class Ending {
    private static final int NOT_ENDED = 0;

    private volatile @Nullable End end; // set under this

    private record End(int code, Initiator by) {}

    /** @return whether the connection had not ended before */
    synchronized boolean set(int code, Initiator by) {
        if (end != null) {
            return false;
        }
        end = new End(code, by);
        return true;
    }

    boolean isSet() {
        return end != null;
    }

    /** The close code; 0 before the end. */
    int code() {
        End now = end;
        return now == null ? NOT_ENDED : now.code();
    }

    /** The network as long as nobody has ended the connection. */
    Initiator by() {
        End now = end;
        return now == null ? Initiator.NETWORK : now.by();
    }
}
