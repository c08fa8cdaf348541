package kefu.chaos;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/** Times in milliseconds: how many, the middle one, the one that 95 % do not exceed, and the longest. */
record Times(int count, long p50, long p95, long max) {
    static Times of(Collection<Long> millis) {
        if (millis.isEmpty()) {
            return new Times(0, 0, 0, 0);
        }
        List<Long> sorted = new ArrayList<>(millis);
        Collections.sort(sorted);
        return new Times(sorted.size(), quantile(sorted, 0.5), quantile(sorted, 0.95), sorted.get(sorted.size() - 1));
    }

    private static long quantile(List<Long> sorted, double share) {
        return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
    }

    @Override
    public String toString() {
        return "%d/%d/%d ms (%d)".formatted(p50, p95, max, count);
    }
}
