package kefu.broker.redis;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Members that were read lately. A login reads the list of its group, of which next to nothing has changed since the last login.
 * Thread-safe.
 */
final class ReadMembers {
    /** A few large groups. */
    private static final int MOST = 1 << 14;

    /** In characters. Longer ones have a long name, and are read anew each time. So all take 30 MB at most, and 8 MB mostly. */
    private static final int LONGEST = 512;

    private final AtomicReferenceArray<Read> read = new AtomicReferenceArray<>(MOST);

    private record Read(String shown, Records.Placed placed) {}

    /** @param shown see {@link Records#placed} */
    Records.Placed placed(String shown) {
        if (shown.length() > LONGEST) {
            return Records.placed(shown);
        }
        int hash = shown.hashCode();
        int slot = (hash ^ (hash >>> 16)) & (MOST - 1);
        Read there = read.get(slot);
        if (there == null || !there.shown().equals(shown)) {
            there = new Read(shown, Records.placed(shown));
            read.set(slot, there);
        }
        return there.placed();
    }
}
