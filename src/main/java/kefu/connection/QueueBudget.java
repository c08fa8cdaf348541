package kefu.connection;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** The bound on the bytes of all queues together. Thread-safe. */
public final class QueueBudget {
    private final long max;
    private final Executor executor;
    private final Runnable shed;
    private final AtomicLong used = new AtomicLong();
    private final AtomicBoolean shedding = new AtomicBoolean();
    private volatile boolean exceeded; // since the last run began

    /** @param shed runs on the executor when the bound is exceeded, one run at a time; it may close queues */
    public QueueBudget(long max, Executor executor, Runnable shed) {
        this.max = max;
        this.executor = executor;
        this.shed = shed;
    }

    /** @param bytes more; negative: less */
    void add(long bytes) {
        if (used.addAndGet(bytes) > max && bytes > 0) {
            exceeded = true;
            startShedding();
        }
    }

    private void startShedding() {
        if (shedding.compareAndSet(false, true)) {
            executor.execute(() -> {
                exceeded = false;
                try {
                    shed.run();
                } finally {
                    shedding.set(false);
                }
                if (exceeded && isExceeded()) { // by what was added behind its last look
                    startShedding();
                }
            });
        }
    }

    public boolean isExceeded() {
        return used.get() > max;
    }

    public long used() {
        return used.get();
    }
}
