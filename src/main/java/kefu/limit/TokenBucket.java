package kefu.limit;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * So many a second on the average, and so many at once. What is asked for beyond that is owed: who goes on all the same
 * falls behind further and further. Thread-safe.
 */
public final class TokenBucket {
    private final double perNano;
    private final int burst;
    private final LongSupplier nanoTime;

    // guarded by this
    private double tokens;
    private long filledAt;

    /**
     * @param rate tokens a second
     * @param burst the most that are saved up; there are that many at first
     * @param nanoTime a monotonic clock, in nanoseconds
     */
    public TokenBucket(int rate, int burst, LongSupplier nanoTime) {
        this.perNano = (double) rate / TimeUnit.SECONDS.toNanos(1);
        this.burst = burst;
        this.nanoTime = nanoTime;
        this.tokens = burst;
        this.filledAt = nanoTime.getAsLong();
    }

    /** Takes one, be there one or not. @return how many are left; negative: how many too many were taken */
    public synchronized int take() {
        fill();
        tokens--;
        return (int) Math.floor(tokens);
    }

    /** Takes one where there is one. */
    public synchronized boolean tryAcquire() {
        fill();
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }

    /** Whether nothing was taken of late. */
    public synchronized boolean isFull() {
        fill();
        return tokens >= burst;
    }

    private void fill() {
        long now = nanoTime.getAsLong();
        tokens = Math.min(burst, tokens + (now - filledAt) * perNano);
        filledAt = now;
    }
}
