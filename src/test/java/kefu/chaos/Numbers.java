package kefu.chaos;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The numbers that were pushed, or that one client has heard, in each of several series. A series counts from 0. Thread-safe. */
final class Numbers {
    private static final int MOST_EXAMPLES = 3;

    private final Map<String, BitSet> heard = new HashMap<>();
    private final Map<String, BitSet> forgiven = new HashMap<>();
    private final List<String> examples = new ArrayList<>();
    private int duplicated;
    private int reordered;

    synchronized void heard(String series, int n) {
        BitSet known = heard.computeIfAbsent(series, any -> new BitSet());
        if (known.get(n)) {
            duplicated++;
            if (examples.size() < MOST_EXAMPLES) {
                examples.add(series + " " + n);
            }
        } else if (n < known.length()) {
            reordered++;
        }
        known.set(n);
    }

    /** How many of these this client has not heard. @param series whether a series is for it */
    int missing(Numbers said, Predicate<String> series) {
        return said.copy().entrySet().stream()
                .filter(one -> series.test(one.getKey()))
                .mapToInt(one -> missing(one.getKey(), one.getValue()))
                .sum();
    }

    private int missing(String series, BitSet said) {
        return unheard(series, said).cardinality();
    }

    private synchronized BitSet unheard(String series, BitSet said) {
        said.andNot(heard.getOrDefault(series, new BitSet()));
        said.andNot(forgiven.getOrDefault(series, new BitSet()));
        return said;
    }

    /** What this client has not heard of these is not missing. @param series whether a series is for it */
    void forgive(Numbers said, Predicate<String> series) {
        said.copy().forEach((name, numbers) -> {
            if (series.test(name)) {
                forgive(name, numbers);
            }
        });
    }

    private synchronized void forgive(String series, BitSet said) {
        BitSet missing = unheard(series, said);
        forgiven.computeIfAbsent(series, any -> new BitSet()).or(missing);
    }

    /** Whether this client has heard something that was begun later than all of these. @param series whether a series counts */
    boolean isBeyond(Numbers begun, Predicate<String> series) {
        Map<String, BitSet> before = begun.copy();
        synchronized (this) {
            return heard.entrySet().stream()
                    .filter(one -> series.test(one.getKey()))
                    .anyMatch(one -> one.getValue().length()
                            > before.getOrDefault(one.getKey(), new BitSet()).length());
        }
    }

    /** How many were missing, and are forgiven. */
    synchronized int forgiven() {
        return forgiven.values().stream().mapToInt(BitSet::cardinality).sum();
    }

    /** Some of these that this client has not heard: the series and the number. @param series whether a series is for it */
    List<String> missingExamples(Numbers said, Predicate<String> series) {
        return said.copy().entrySet().stream()
                .filter(one -> series.test(one.getKey()))
                .flatMap(one -> unheard(one.getKey(), one.getValue()).stream().mapToObj(n -> one.getKey() + " " + n))
                .limit(MOST_EXAMPLES)
                .toList();
    }

    private synchronized Map<String, BitSet> copy() {
        Map<String, BitSet> copy = new HashMap<>();
        heard.forEach((series, numbers) -> copy.put(series, (BitSet) numbers.clone()));
        return copy;
    }

    /** As they are now. */
    Numbers snapshot() {
        Numbers snapshot = new Numbers();
        snapshot.heard.putAll(copy());
        return snapshot;
    }

    synchronized int count(String series) {
        return heard.getOrDefault(series, new BitSet()).cardinality();
    }

    synchronized int duplicated() {
        return duplicated;
    }

    /** Some of what was heard twice: the series and the number. */
    synchronized List<String> examples() {
        return List.copyOf(examples);
    }

    synchronized int reordered() {
        return reordered;
    }
}
