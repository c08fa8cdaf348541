package kefu.gateway;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Hands something to each of many receivers, on several threads where that pays. The caller does what no other thread takes, so
 * it never waits for a free one.
 */
final class FanOut {
    /** What a thread takes at a time: some 0.5 ms of work. To wake a thread costs some 0.02 ms. */
    static final int PART = 50;

    private final int helpers;
    private final Executor helper;

    /**
     * @param helpers the most threads beside the caller's
     * @param helper runs them; rejects a task rather than let it wait
     */
    FanOut(int helpers, Executor helper) {
        this.helpers = helpers;
        this.helper = helper;
    }

    /**
     * Returns when the function has been called once for each receiver.
     *
     * @param handing called on any thread, for different receivers at the same time
     * @return the sum of the results
     */
    <T> int each(Set<T> receivers, ToIntFunction<? super T> handing) {
        int useful = Math.min(helpers, receivers.size() / PART - 1);
        if (useful <= 0) {
            int sum = 0;
            for (T receiver : receivers) {
                sum += handing.applyAsInt(receiver);
            }
            return sum;
        }
        Parts<T> parts = new Parts<>(List.copyOf(receivers), handing);
        try {
            for (int i = 0; i < useful; i++) {
                helper.execute(parts::take);
            }
        } catch (RejectedExecutionException allAreBusy) {
            // the caller does more
        }
        parts.take();
        return parts.sum();
    }

    /** Whoever comes first takes the next part. */
    private static final class Parts<T> {
        private final List<T> receivers;
        private final ToIntFunction<? super T> handing;
        private final AtomicInteger taken = new AtomicInteger();
        private final AtomicInteger done = new AtomicInteger();
        private final AtomicInteger sum = new AtomicInteger();
        private final CompletableFuture<Void> ended = new CompletableFuture<>();
        private final AtomicReference<@Nullable Throwable> fault = new AtomicReference<>();

        Parts(List<T> receivers, ToIntFunction<? super T> handing) {
            this.receivers = receivers;
            this.handing = handing;
        }

        void take() {
            int from = taken.getAndAdd(PART);
            while (from < receivers.size()) {
                List<T> part = receivers.subList(from, Math.min(from + PART, receivers.size()));
                try {
                    sum.addAndGet(part.stream().mapToInt(handing).sum());
                } catch (RuntimeException | Error thrown) { // the other parts are done all the same
                    fault.compareAndSet(null, thrown);
                }
                if (done.addAndGet(part.size()) == receivers.size()) {
                    ended.complete(null);
                }
                from = taken.getAndAdd(PART);
            }
        }

        /** Waits for the parts that others have taken. Each send in them gives up in time. */
        int sum() {
            ended.join();
            Throwable thrown = fault.get();
            if (thrown != null) {
                throw new IllegalStateException(thrown);
            }
            return sum.get();
        }
    }
}
