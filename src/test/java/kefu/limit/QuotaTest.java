package kefu.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class QuotaTest {
    private final Quota<String> quota = new Quota<>(2);

    @Test
    void givesSoManyOfEachAndNoMore() {
        assertTrue(quota.tryTake("a"));
        assertTrue(quota.tryTake("a"));
        assertFalse(quota.tryTake("a"));
        assertFalse(quota.tryTake("a"), "what was not given is not counted");
        assertTrue(quota.tryTake("b"));
        assertEquals(2, quota.taken("a"));
        quota.giveBack("a");
        assertTrue(quota.tryTake("a"));
        assertFalse(quota.tryTake("a"));
    }

    @Test
    void nothingIsKeptOfWhatWasGivenBack() {
        quota.tryTake("a");
        quota.giveBack("a");
        quota.giveBack("a");
        assertEquals(0, quota.keys());
        assertEquals(0, quota.taken("a"));
    }

    @Test
    void soManyHoweverManyTakeAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        AtomicInteger most = new AtomicInteger();
        AtomicInteger now = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(4);
        for (int t = 0; t < 4; t++) {
            threads.execute(() -> {
                for (int i = 0; i < 20_000; i++) {
                    if (quota.tryTake("a")) {
                        most.accumulateAndGet(now.incrementAndGet(), Math::max);
                        now.decrementAndGet();
                        quota.giveBack("a");
                    }
                }
                done.countDown();
            });
        }
        assertTrue(done.await(30, TimeUnit.SECONDS));
        threads.shutdownNow();
        assertTrue(most.get() <= 2, "at once: " + most);
        assertEquals(0, quota.keys());
    }
}
