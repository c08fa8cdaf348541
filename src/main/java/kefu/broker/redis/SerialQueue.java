package kefu.broker.redis;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import kefu.metrics.LogLine;

/** Runs tasks one after the other, in the order in which they came, on an executor's threads. Thread-safe. */
final class SerialQueue {
    private static final Logger LOG = Logger.getLogger(SerialQueue.class.getName());

    /** After so many tasks a thread does something else first. */
    private static final int TASKS_PER_TURN = 256;

    private final String name;
    private final Executor executor;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();

    /** @param name for the log */
    SerialQueue(String name, Executor executor) {
        this.name = name;
        this.executor = executor;
    }

    void add(Runnable task) {
        tasks.add(task);
        if (waiting.getAndIncrement() == 0) {
            executor.execute(this::run);
        }
    }

    private void run() {
        for (int i = 0; i < TASKS_PER_TURN; i++) {
            Runnable task = tasks.remove(); // each was added before it was counted
            try {
                task.run();
            } catch (RuntimeException | Error fault) { // the next ones still have to run
                LOG.log(Level.WARNING, fault, () -> LogLine.of("Fault")
                        .with("in", name)
                        .toString());
            }
            if (waiting.decrementAndGet() == 0) {
                return;
            }
        }
        executor.execute(this::run);
    }
}
