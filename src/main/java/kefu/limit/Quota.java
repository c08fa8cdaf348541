package kefu.limit;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * So many of each at once, and no more. Thread-safe.
 *
 * @param <K> of what they are
 */
public final class Quota<K> {
    private final ConcurrentMap<K, Integer> taken = new ConcurrentHashMap<>();
    private final int most;

    /** @param most of each key, 1 at least */
    public Quota(int most) {
        this.most = most;
    }

    /** Takes a place where there is one; it is to be given back. */
    public boolean tryAcquire(K key) {
        int[] before = new int[1];
        taken.compute(key, (same, now) -> {
            before[0] = now == null ? 0 : now;
            return Math.min(before[0] + 1, most);
        });
        return before[0] < most;
    }

    /** Gives a place back that was taken. */
    public void release(K key) {
        taken.computeIfPresent(key, (same, now) -> now == 1 ? null : now - 1);
    }

    /** How many places are taken. */
    public int acquired(K key) {
        return taken.getOrDefault(key, 0);
    }

    /** Of how many keys any place is taken. */
    public int keys() {
        return taken.size();
    }
}
