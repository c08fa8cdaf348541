package kefu.metrics;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Logs events that clients can cause any number of times. Logs one line for each kind in {@link #INTERVAL}, so that no client can
 * fill the log. The next line of the kind has the number of lines that were left out. Thread-safe.
 */
final class SampledLog<K extends Enum<K>> {
    static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final Logger LOG = Logger.getLogger(SampledLog.class.getName());

    private final Level level;
    private final LongSupplier nanoTime;
    private final Map<K, Lines> lines;

    private static final class Lines {
        private final AtomicLong leftOut = new AtomicLong();
        private final AtomicLong loggedAt;

        Lines(long longAgo) {
            loggedAt = new AtomicLong(longAgo);
        }
    }

    SampledLog(Class<K> kinds, Level level, LongSupplier nanoTime) {
        this.level = level;
        this.nanoTime = nanoTime;
        this.lines = new EnumMap<>(kinds);
        for (K kind : kinds.getEnumConstants()) {
            lines.put(kind, new Lines(nanoTime.getAsLong() - INTERVAL.toNanos()));
        }
    }

    /** @param line called only if the line is logged */
    void log(K kind, Supplier<LogLine> line) {
        Lines of = lines.get(kind);
        if (of == null) {
            return; // cannot happen: the constructor has put all kinds there
        }
        long now = nanoTime.getAsLong();
        long before = of.loggedAt.get();
        if (now - before < INTERVAL.toNanos() || !of.loggedAt.compareAndSet(before, now)) {
            of.leftOut.incrementAndGet();
            return;
        }
        long more = of.leftOut.getAndSet(0);
        LOG.log(level, () -> line.get().with("more", more).toString());
    }
}
