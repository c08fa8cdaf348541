package kefu.gateway.http;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs a task on one thread at a time, under no lock: a turn that is taken while the task runs is left to that thread. */
final class Turns {
    private final AtomicInteger due = new AtomicInteger();
    private final Executor executor;
    private final Runnable task;

    /** @param task must not throw */
    Turns(Executor executor, Runnable task) {
        this.executor = executor;
        this.task = task;
    }

    /** Has the task run, at least once after this was called. */
    void take() {
        if (due.getAndIncrement() == 0) {
            executor.execute(this::run);
        }
    }

    private void run() {
        int taken;
        do {
            taken = due.get();
            task.run();
        } while (due.addAndGet(-taken) > 0);
    }
}
