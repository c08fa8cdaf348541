package kefu.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BoundLogTest {
    private final AtomicLong now = new AtomicLong();
    private final BoundLog log = new BoundLog(now::get);
    private final List<String> said = new ArrayList<>();
    private final Handler ear = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            said.add(entry.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        Logger.getLogger(BoundLog.class.getName()).addHandler(ear);
    }

    @AfterEach
    void stop() {
        Logger.getLogger(BoundLog.class.getName()).removeHandler(ear);
    }

    @Test
    void aBoundIsSaidOnceInAWhileWithHowOftenItWasHit() {
        for (int i = 0; i < 1000; i++) {
            int n = i;
            log.hit(Bound.QUEUE, () -> "client " + n);
        }
        log.hit(Bound.API_CALLS, () -> "callers");
        now.addAndGet(BoundLog.WHILE.toNanos() - 1);
        log.hit(Bound.QUEUE, () -> "early");
        now.incrementAndGet();
        log.hit(Bound.QUEUE, () -> "another");
        assertEquals(
                List.of(
                        "kefu.queue.max-frames or -bytes was hit by client 0",
                        "kefu.api.rate was hit by callers",
                        "kefu.queue.max-frames or -bytes was hit by another, and 1000 times before"),
                said);
    }
}
