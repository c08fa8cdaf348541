package kefu.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import kefu.LoggedLines;
import org.junit.jupiter.api.Test;

class SampledLogTest {
    private final AtomicLong now = new AtomicLong();
    private final SampledLog<Bound> log = new SampledLog<>(Bound.class, Level.WARNING, now::get);

    private static LogLine line(String by) {
        return LogLine.of("Bound").with("by", by);
    }

    @Test
    void aKindIsLoggedOnceInAWhileWithHowManyLinesWereLeftOut() {
        try (LoggedLines logged = new LoggedLines()) {
            for (int i = 0; i < 1000; i++) {
                int n = i;
                log.log(Bound.QUEUE, () -> line("client " + n));
            }
            log.log(Bound.API_CALLS, () -> line("callers"));
            now.addAndGet(SampledLog.INTERVAL.toNanos() - 1);
            log.log(Bound.QUEUE, () -> line("early"));
            now.incrementAndGet();
            log.log(Bound.QUEUE, () -> line("another"));
            assertEquals(
                    List.of(
                            "Bound by=\"client 0\" more=0",
                            "Bound by=\"callers\" more=0",
                            "Bound by=\"another\" more=1000"),
                    logged.starting("Bound"));
        }
    }
}
