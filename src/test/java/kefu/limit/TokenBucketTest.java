package kefu.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE); // such a clock may overflow
    private final TokenBucket bucket = new TokenBucket(10, 3, now::get);

    private void advance(long millis) {
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    @Test
    void givesAsManyAtOnceAsAreSavedUpAndNoMore() {
        assertTrue(bucket.isFull());
        for (int i = 0; i < 3; i++) {
            assertTrue(bucket.tryAcquire());
        }
        assertFalse(bucket.tryAcquire());
        assertFalse(bucket.isFull());
    }

    @Test
    void fillsByItsRateAndNotBeyondItsBound() {
        for (int i = 0; i < 3; i++) {
            bucket.tryAcquire();
        }
        advance(99);
        assertFalse(bucket.tryAcquire());
        advance(1);
        assertTrue(bucket.tryAcquire());
        assertFalse(bucket.tryAcquire());
        advance(100_000);
        assertTrue(bucket.isFull());
        assertEquals(2, bucket.take());
    }

    @Test
    void whatIsTakenBeyondItIsOwed() {
        assertEquals(2, bucket.take());
        assertEquals(1, bucket.take());
        assertEquals(0, bucket.take());
        assertEquals(-1, bucket.take());
        assertEquals(-2, bucket.take());
        advance(200);
        assertFalse(bucket.tryAcquire());
        assertEquals(-1, bucket.take());
    }
}
