package kefu.chaos;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** What must not happen, by its kind, with how often it happened. Thread-safe. */
final class Faults {
    private static final int MOST_EXPLANATIONS = 5;

    private final Map<String, Integer> faults = new TreeMap<>();
    private final Map<String, String> explanations = new LinkedHashMap<>();

    void add(String kind) {
        add(kind, 1);
    }

    /** @param times 0: nothing happened */
    synchronized void add(String kind, int times) {
        if (times != 0) {
            faults.merge(kind, times, Integer::sum);
        }
    }

    void addAll(Faults others) {
        others.all().forEach(this::add);
    }

    /** Keeps what has led to a client's fault. */
    synchronized void explain(String uid, History history) {
        if (explanations.size() < MOST_EXPLANATIONS) {
            explanations.putIfAbsent(uid, history.toString());
        }
    }

    synchronized Map<String, Integer> all() {
        return new TreeMap<>(faults);
    }

    /** By client. */
    synchronized Map<String, String> explanations() {
        return new LinkedHashMap<>(explanations);
    }
}
