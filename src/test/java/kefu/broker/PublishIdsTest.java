package kefu.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import kefu.protocol.Position;
import org.junit.jupiter.api.Test;

class PublishIdsTest {
    private static final PublishResult RESULT = new PublishResult(0, true, new Position("e", 1));

    private final AtomicInteger dropped = new AtomicInteger();
    private final PublishIds ids = new PublishIds(3, dropped::incrementAndGet);
    private final PublishIds.OfChannel one = new PublishIds.OfChannel();
    private final PublishIds.OfChannel other = new PublishIds.OfChannel();

    @Test
    void theOldestOfAllChannelsGoesFirst() {
        ids.add(one, "a", RESULT, 1);
        ids.add(other, "a", RESULT, 2);
        ids.add(one, "b", RESULT, 3);
        assertEquals(0, dropped.get());
        ids.add(other, "b", RESULT, 4);
        assertEquals(1, dropped.get());
        assertNull(ids.find(one, "a"));
        assertEquals(RESULT, ids.find(other, "a"));
        ids.add(other, "c", RESULT, 5);
        assertNull(ids.find(other, "a"));
        assertEquals(RESULT, ids.find(one, "b"));
    }

    @Test
    void whatHasExpiredOrIsClearedMakesRoom() {
        ids.add(one, "a", RESULT, 1);
        ids.add(one, "b", RESULT, 5);
        ids.add(other, "a", RESULT, 6);
        assertFalse(ids.expire(one, 10, 6));
        assertNull(ids.find(one, "a"));
        ids.clear(other);
        ids.add(one, "c", RESULT, 10);
        ids.add(one, "d", RESULT, 10);
        assertEquals(0, dropped.get());
        assertEquals(
                List.of("b", "c", "d"),
                ids.all(one).stream().map(known -> known.id).toList());
        assertTrue(ids.expire(one, 20, 6));
    }
}
