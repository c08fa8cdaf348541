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
        assertTrue(quota.tryAcquire("a"));
        assertTrue(quota.tryAcquire("a"));
        assertFalse(quota.tryAcquire("a"));
        assertFalse(quota.tryAcquire("a"), "what was not given is not counted");
        assertTrue(quota.tryAcquire("b"));
        assertEquals(2, quota.acquired("a"));
        quota.release("a");
        assertTrue(quota.tryAcquire("a"));
        assertFalse(quota.tryAcquire("a"));
    }

    @Test
    void nothingIsKeptOfWhatWasGivenBack() {
        quota.tryAcquire("a");
        quota.release("a");
        quota.release("a");
        assertEquals(0, quota.keys());
        assertEquals(0, quota.acquired("a"));
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
                    if (quota.tryAcquire("a")) {
                        most.accumulateAndGet(now.incrementAndGet(), Math::max);
                        now.decrementAndGet();
                        quota.release("a");
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
