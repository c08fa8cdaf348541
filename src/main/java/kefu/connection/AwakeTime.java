package kefu.connection;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.logging.Logger;
import kefu.metrics.LogLine;

/**
 * The monotonic clock of all deadlines, in nanoseconds. It stands still while the gateway does: while its machine is suspended,
 * its process is stopped, or its watchdog does not run.
 *
 * <p>In such a pause the gateway reads nothing. What came meanwhile, such as an answer, a pong or a login, still waits in the
 * socket's buffer. So no deadline may end by the pause, and afterwards there must be time to read first: every deadline gets
 * {@link #ROUND} more. Thread-safe.
 */
public final class AwakeTime implements LongSupplier {
    private static final Logger LOG = Logger.getLogger(AwakeTime.class.getName());

    /** How often {@link #tick} must be called. */
    static final Duration TICK = Duration.ofMillis(250);

    /** A tick that is this late was not delayed by other threads, but by a pause. */
    static final Duration LATE = TICK.plus(Duration.ofSeconds(1));

    /** Enough to read what waits for 10,000 connections. A pause that is shorter than {@link #LATE} costs no more. */
    static final Duration ROUND = Duration.ofSeconds(1);

    private final LongSupplier nanoTime;
    private volatile Tick last;

    /** The same moment on the real clock and on this one. */
    private record Tick(long real, long awake) {}

    /** @param nanoTime the real clock */
    public AwakeTime(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        long now = nanoTime.getAsLong();
        this.last = new Tick(now, now);
    }

    @Override
    public long getAsLong() {
        Tick before = last;
        return awake(before, nanoTime.getAsLong());
    }

    private static long awake(Tick before, long real) {
        return isPause(before, real) ? before.awake - ROUND.toNanos() : before.awake + (real - before.real);
    }

    private static boolean isPause(Tick before, long real) {
        return real - before.real > LATE.toNanos();
    }

    /** To be called by one thread, every {@link #TICK}: by this the clock notices that there was a pause. */
    public void tick() {
        Tick before = last;
        long real = nanoTime.getAsLong();
        last = new Tick(real, awake(before, real));
        if (isPause(before, real)) {
            Duration pause = Duration.ofNanos(real - before.real);
            LOG.warning(
                    () -> LogLine.of("Pause").with("seconds", pause.toSeconds()).toString());
        }
    }
}
