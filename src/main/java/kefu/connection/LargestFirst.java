package kefu.connection;

import java.util.Collection;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/** Ends those with the most, the largest first, until it is enough. Each is measured once a round, however many end. */
public final class LargestFirst {
    private record Measured<T>(T item, long size) implements Comparable<Measured<T>> {
        @Override
        public int compareTo(Measured<T> other) {
            return Long.compare(other.size, size);
        }
    }

    private LargestFirst() {}

    /**
     * @param size of an item; one with nothing is never ended
     * @param isTooMuch whether another one is to end
     */
    public static <T> void end(
            Collection<T> items, ToLongFunction<T> size, BooleanSupplier isTooMuch, Consumer<T> end) {
        boolean again = isTooMuch.getAsBoolean();
        while (again) {
            PriorityQueue<Measured<T>> largestFirst = new PriorityQueue<>(items.stream()
                    .map(item -> new Measured<>(item, size.applyAsLong(item)))
                    .filter(measured -> measured.size() > 0)
                    .toList());
            again = !largestFirst.isEmpty(); // those that grew meanwhile have another round
            while (!largestFirst.isEmpty() && isTooMuch.getAsBoolean()) {
                end.accept(largestFirst.poll().item());
            }
            again &= isTooMuch.getAsBoolean();
        }
    }
}
