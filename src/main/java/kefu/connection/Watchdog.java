package kefu.connection;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Looks at all connections, in two steps: ends all that are due, then lets others be told of these ends. */
public final class Watchdog {
    private Watchdog() {}

    /**
     * Checks all connections before the first end is told: who is about to be ended need not hear of the others.
     *
     * @param check ends a connection that is due, and returns the task that tells of its end; empty: it goes on
     * @param onFault is run where a check fails; the others are checked all the same
     */
    public static <T> void checkAll(
            Collection<T> connections, Function<T, Optional<Runnable>> check, BiConsumer<T, RuntimeException> onFault) {
        List<Runnable> ends = new ArrayList<>();
        for (T connection : connections) {
            try {
                check.apply(connection).ifPresent(ends::add);
            } catch (RuntimeException fault) {
                onFault.accept(connection, fault);
            }
        }
        ends.forEach(Runnable::run);
    }
}
