package kefu.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonValue;
import java.time.Duration;
import kefu.protocol.Frame;
import org.junit.jupiter.api.Test;

/** What the next deployment knows of the requests of a client that had more answers than are kept. */
class IdempotencyCacheTest {
    private static final Duration NEEDED = Duration.ofSeconds(60);

    private long now;
    private final IdempotencyCache cache = new IdempotencyCache(NEEDED, () -> now);
    private int asked;

    private void pass(int seconds) {
        now += Duration.ofSeconds(seconds).toNanos();
    }

    private void serve(int requests, int secondsBetween) {
        for (int i = 0; i < requests; i++) {
            serve(cache);
            pass(secondsBetween);
        }
    }

    private void serve(IdempotencyCache in) {
        String id = "r" + asked++;
        IdempotencyCache.Entry entry = new IdempotencyCache.Entry(JsonValue.EMPTY_JSON_OBJECT, id);
        in.putIfAbsent(id, entry);
        in.complete(id, entry, new Frame(id), true);
    }

    private IdempotencyCache next() {
        return new IdempotencyCache(cache.snapshot(), NEEDED, () -> now);
    }

    @Test
    void anAnswerIsDroppedWhenNobodyAsksForItAnyMore() {
        serve(3 * IdempotencyCache.MAX_ANSWERS, 1);
        assertTrue(next().wasNeverServed("r0"));
    }

    @Test
    void anAnswerThatNobodyAsksForAnyMoreIsNotHandedOver() {
        serve(2, 30);
        assertEquals(1, cache.snapshot().requests().size());
        assertTrue(next().wasNeverServed("r0"));
    }

    @Test
    void anAnswerThatIsDroppedEarlierMayStillBeAskedForForAWhile() {
        serve(IdempotencyCache.MAX_ANSWERS + 1, 0);
        pass(59);
        assertFalse(next().wasNeverServed("r0"));
        assertTrue(next().wasNeverServed("new"));
        pass(1);
        assertTrue(next().wasNeverServed("r0"));
    }

    @Test
    void oneThatIsTooLargeMayStillBeAskedForToo() {
        IdempotencyCache.Entry large = new IdempotencyCache.Entry(JsonValue.EMPTY_JSON_OBJECT, "large");
        cache.putIfAbsent("large", large);
        cache.complete("large", large, new Frame("x".repeat(IdempotencyCache.MAX_BYTES + 1)), true);
        assertFalse(next().wasNeverServed("large"));
        assertTrue(next().wasNeverServed("new"));
    }

    @Test
    void whereTooManyWereDroppedAnyMayHaveBeenServed() {
        int most = IdempotencyCache.MAX_ANSWERS + IdempotencyCache.MAX_DROPPED;
        serve(most, 0);
        assertTrue(next().wasNeverServed("new"));
        serve(1, 0);
        pass(59);
        assertFalse(next().wasNeverServed("new"));
        pass(1);
        assertTrue(next().wasNeverServed("new"));
    }

    @Test
    void theNextDeploymentKnowsHowOldAnAnswerIs() {
        serve(IdempotencyCache.MAX_ANSWERS, 1);
        IdempotencyCache next = next();
        serve(next);
        assertTrue(next.wasNeverServed("r0"));
    }

    @Test
    void theNextDeploymentForgetsForAsLong() {
        serve(IdempotencyCache.MAX_ANSWERS + 1, 0);
        IdempotencyCache next = next();
        pass(59);
        assertFalse(next.wasNeverServed("r0"));
        assertTrue(next.wasNeverServed("new"));
        pass(1);
        assertTrue(next.wasNeverServed("r0"));
    }

    @Test
    void anAnswerThatIsAskedForAgainMayBeLostAgain() {
        serve(1, 59);
        cache.get("r0");
        pass(2);
        serve(IdempotencyCache.MAX_ANSWERS, 0);
        assertFalse(next().wasNeverServed("r0"));
    }
}
