package kefu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what another thread does. */
public final class Await {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private Await() {}

    /** Looks again and again until the condition holds; fails after 30 s. */
    public static void until(BooleanSupplier condition) {
        until(DEADLINE, condition);
    }

    /** Looks again and again until it is this; fails after 30 s, and says what it is then. */
    public static <T> void untilEquals(T expected, Supplier<T> actual) {
        AtomicReference<T> last = new AtomicReference<>();
        try {
            until(() -> {
                last.set(actual.get());
                return expected.equals(last.get());
            });
        } catch (AssertionError late) {
            assertEquals(expected, last.get(), late.getMessage());
        }
    }

    /** Looks again and again until the condition holds; fails after the given time. */
    public static void until(Duration deadline, BooleanSupplier condition) {
        long end = System.nanoTime() + deadline.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                fail("What was awaited did not come within " + deadline);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }
}
