package kefu.chaos;

import java.util.Map;
import java.util.TreeMap;

/** What must not happen, by its kind, with how often it happened. Thread-safe. */
final class Faults {
    private final Map<String, Integer> faults = new TreeMap<>();

    void add(String kind) {
        add(kind, 1);
    }

    /** @param times 0: nothing happened */
    synchronized void add(String kind, int times) {
        if (times != 0) {
            faults.merge(kind, times, Integer::sum);
        }
    }

    synchronized Map<String, Integer> all() {
        return new TreeMap<>(faults);
    }
}
