package kefu.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LargestFirstTest {
    private static final class Item {
        long size;

        Item(long size) {
            this.size = size;
        }
    }

    private final List<Long> ended = new ArrayList<>();

    private static long total(List<Item> items) {
        return items.stream().mapToLong(item -> item.size).sum();
    }

    private void end(Item item) {
        ended.add(item.size);
        item.size = 0;
    }

    @Test
    void theLargestEndUntilItIsEnough() {
        List<Item> items = IntStream.of(3, 9, 0, 5, 7).mapToObj(Item::new).toList();
        LargestFirst.end(items, item -> item.size, () -> total(items) > 9, this::end);
        assertEquals(List.of(9L, 7L), ended);
        LargestFirst.end(items, item -> item.size, () -> total(items) > 9, this::end);
        assertEquals(2, ended.size(), "it was enough before");
    }

    @Test
    void whereNothingIsLeftItEnds() {
        List<Item> items = IntStream.of(3, 0, 5).mapToObj(Item::new).toList();
        LargestFirst.end(items, item -> item.size, () -> true, this::end);
        assertEquals(List.of(5L, 3L), ended);
    }

    @Test
    void thoseThatGrowMeanwhileHaveAnotherRound() {
        Item grows = new Item(0);
        List<Item> items = List.of(grows, new Item(5));
        LargestFirst.end(items, item -> item.size, () -> total(items) > 0, item -> {
            grows.size = item == grows ? 0 : 8;
            end(item);
        });
        assertEquals(5L, ended.get(0));
        assertEquals(0, total(items));
    }

    @Test
    void eachIsMeasuredOnceHoweverManyEnd() {
        List<Item> items = IntStream.range(1, 2_001).mapToObj(Item::new).toList();
        AtomicInteger measured = new AtomicInteger();
        AtomicLong left = new AtomicLong(total(items));
        LargestFirst.end(
                items,
                item -> {
                    measured.incrementAndGet();
                    return item.size;
                },
                () -> left.get() > 2_000,
                item -> {
                    left.addAndGet(-item.size);
                    end(item);
                });
        assertTrue(ended.size() > 1_900, "" + ended.size());
        assertEquals(2_000, measured.get());
    }
}
