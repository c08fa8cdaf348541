package kefu.limit;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Limits how many are in use at once for each key. Thread-safe.
 *
 * @param <K> the type of the keys
 */
public final class Quota<K> {
    private final ConcurrentMap<K, Integer> taken = new ConcurrentHashMap<>();
    private final int most;

    /** @param most the limit for each key, 1 at least */
    public Quota(int most) {
        this.most = most;
    }

    /** Takes one place. @return false: the limit is reached. Else the caller must {@link #release} it */
    public boolean tryAcquire(K key) {
        int[] before = new int[1];
        taken.compute(key, (same, now) -> {
            before[0] = now == null ? 0 : now;
            return Math.min(before[0] + 1, most);
        });
        return before[0] < most;
    }

    /** Gives one place back. */
    public void release(K key) {
        taken.computeIfPresent(key, (same, now) -> now == 1 ? null : now - 1);
    }

    /** Gives all places back. */
    public void clear() {
        taken.clear();
    }

    /** The number of places in use for this key. */
    public int acquired(K key) {
        return taken.getOrDefault(key, 0);
    }

    /** The number of keys with a place in use. */
    public int keys() {
        return taken.size();
    }
}
