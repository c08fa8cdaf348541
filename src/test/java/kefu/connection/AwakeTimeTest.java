package kefu.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import kefu.LoggedLines;
import org.junit.jupiter.api.Test;

class AwakeTimeTest {
    private final AtomicLong real = new AtomicLong(Long.MAX_VALUE - 5); // nanoTime may begin anywhere
    private final AwakeTime time = new AwakeTime(real::get);
    private final long begin = time.getAsLong();

    private Duration passed() {
        return Duration.ofNanos(time.getAsLong() - begin);
    }

    private void advance(Duration by) {
        real.addAndGet(by.toNanos());
    }

    private void tickFor(Duration total) {
        for (Duration done = Duration.ZERO; done.compareTo(total) < 0; done = done.plus(AwakeTime.TICK)) {
            advance(AwakeTime.TICK);
            time.tick();
        }
    }

    @Test
    void itGoesOnWithTheRealClockBetweenTicksAndOverThem() {
        advance(Duration.ofMillis(7));
        assertEquals(Duration.ofMillis(7), passed());
        time.tick();
        assertEquals(Duration.ofMillis(7), passed());
        tickFor(Duration.ofSeconds(60));
        advance(AwakeTime.LATE);
        assertEquals(
                Duration.ofMillis(60_007).plus(AwakeTime.LATE), passed(), "a tick that is a little late is no pause");
    }

    @Test
    void aPauseDoesNotCountAndEveryDeadlineGetsOneMoreRoundOnce() {
        tickFor(Duration.ofSeconds(10));
        advance(Duration.ofMillis(100));
        Duration left = Duration.ofSeconds(10).minus(AwakeTime.ROUND);
        advance(Duration.ofSeconds(33));
        assertEquals(left, passed(), "before anybody has noticed the pause");
        advance(Duration.ofSeconds(33));
        assertEquals(left, passed());
        try (LoggedLines log = new LoggedLines()) {
            time.tick();
            assertEquals(List.of("Pause seconds=66"), log.starting("Pause"));
        }
        assertEquals(left, passed());
        tickFor(Duration.ofSeconds(10));
        assertEquals(left.plusSeconds(10), passed(), "then it goes on");
    }
}
