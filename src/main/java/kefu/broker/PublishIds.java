package kefu.broker;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The ids of the last publications of all channels, each with its result, within one bound: the oldest go first. Thread-safe;
 * its lock is held for a few look-ups only, and no other lock is taken under it.
 */
final class PublishIds {
    private final int most;
    private final Runnable onDrop;

    // guarded by this, as are the ids of each channel
    private final Set<Known> oldestFirst = new LinkedHashSet<>();

    /**
     * @param most that are known of all channels together
     * @param onDrop is run, under no lock of this class, when one is forgotten before its time
     */
    PublishIds(int most, Runnable onDrop) {
        this.most = most;
        this.onDrop = onDrop;
    }

    /** Those of one channel. Used through {@link PublishIds} only. */
    static final class OfChannel {
        private Map<String, Known> known = Map.of(); // until there is one
    }

    /** One id. Equal to itself only. */
    static final class Known {
        private final OfChannel of;
        final String id;
        final PublishResult result;
        final long atNanos;

        private Known(OfChannel of, String id, PublishResult result, long atNanos) {
            this.of = of;
            this.id = id;
            this.result = result;
            this.atNanos = atNanos;
        }
    }

    /** The result of the publication with this id; null: it is not known. */
    synchronized @Nullable PublishResult find(OfChannel of, String id) {
        Known known = of.known.get(id);
        return known == null ? null : known.result;
    }

    void add(OfChannel of, String id, PublishResult result, long atNanos) {
        boolean isFull;
        synchronized (this) {
            if (of.known.isEmpty()) {
                of.known = new LinkedHashMap<>(2);
            }
            Known known = new Known(of, id, result, atNanos);
            of.known.put(id, known);
            oldestFirst.add(known);
            isFull = oldestFirst.size() > most;
            if (isFull) {
                remove(oldestFirst.iterator().next());
            }
        }
        if (isFull) {
            onDrop.run();
        }
    }

    /** All of a channel, the oldest first. */
    synchronized List<Known> all(OfChannel of) {
        return List.copyOf(of.known.values());
    }

    /** Forgets those of a channel that are older than a time. @return whether none is left */
    synchronized boolean expire(OfChannel of, long now, long nanos) {
        all(of).stream().filter(known -> now - known.atNanos > nanos).forEach(this::remove);
        return of.known.isEmpty();
    }

    /** Forgets those of a channel. */
    synchronized void clear(OfChannel of) {
        all(of).forEach(this::remove);
    }

    private void remove(Known known) {
        known.of.known.remove(known.id);
        oldestFirst.remove(known);
    }
}
