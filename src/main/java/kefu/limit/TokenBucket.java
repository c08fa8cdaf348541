package kefu.limit;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Limits a rate: an average per second, with bursts. The count may become negative: a caller that goes on after a refusal
 * falls further and further behind. Thread-safe.
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
     * @param burst the largest number of tokens saved; the bucket starts with that many
     * @param nanoTime a clock in nanoseconds. Nothing is lost where it goes back a little
     */
    public TokenBucket(int rate, int burst, LongSupplier nanoTime) {
        this.perNano = (double) rate / TimeUnit.SECONDS.toNanos(1);
        this.burst = burst;
        this.nanoTime = nanoTime;
        this.tokens = burst;
        this.filledAt = nanoTime.getAsLong();
    }

    /** Takes one token, even where none is left. @return the tokens left; negative: the number taken too many */
    public synchronized int take() {
        fill();
        tokens--;
        return (int) Math.floor(tokens);
    }

    /** Takes one token where one is left. */
    public synchronized boolean tryAcquire() {
        fill();
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }

    /** Whether the bucket is full: no token was taken lately. */
    public synchronized boolean isFull() {
        fill();
        return tokens >= burst;
    }

    private void fill() {
        long now = nanoTime.getAsLong();
        tokens = Math.min(burst, tokens + Math.max(0, now - filledAt) * perNano);
        filledAt = now;
    }
}
