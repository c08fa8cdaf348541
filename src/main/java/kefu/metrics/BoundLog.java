package kefu.metrics;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.logging.Logger;

/** Says that a bound was hit, and by whom: for each at most once in a while, so that nobody can fill the log. Thread-safe. */
final class BoundLog {
    static final Duration WHILE = Duration.ofSeconds(5);
    private static final Logger LOG = Logger.getLogger(BoundLog.class.getName());

    private final LongSupplier nanoTime;
    private final Map<Bound, Hits> hits = new EnumMap<>(Bound.class);

    private static final class Hits {
        private final AtomicLong unsaid = new AtomicLong();
        private final AtomicLong saidAt;

        Hits(long longAgo) {
            saidAt = new AtomicLong(longAgo);
        }
    }

    BoundLog(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        for (Bound bound : Bound.values()) {
            hits.put(bound, new Hits(nanoTime.getAsLong() - WHILE.toNanos()));
        }
    }

    /** @param who made only where it is said */
    void hit(Bound bound, Supplier<String> who) {
        Hits of = hits.get(bound);
        if (of == null) {
            return; // the constructor knows them all
        }
        long now = nanoTime.getAsLong();
        long before = of.saidAt.get();
        if (now - before < WHILE.toNanos() || !of.saidAt.compareAndSet(before, now)) {
            of.unsaid.incrementAndGet();
            return;
        }
        long more = of.unsaid.getAndSet(0);
        LOG.warning(() ->
                bound.label() + " was hit by " + who.get() + (more == 0 ? "" : ", and " + more + " times before"));
    }
}
