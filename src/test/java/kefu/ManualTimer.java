package kefu;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A timer whose clock a test moves: what is due runs on the thread that moves it, each task at its own time. */
public final class ManualTimer extends AbstractExecutorService implements ScheduledExecutorService {
    private final List<Task> tasks = new ArrayList<>();
    private long now; // nanoseconds since the start

    public synchronized Duration now() {
        return Duration.ofNanos(now);
    }

    /** Whether something waits that was to be done after this time. */
    public synchronized boolean isPending(Duration after) {
        return tasks.stream().anyMatch(task -> task.after == after.toNanos());
    }

    public void advance(Duration time) {
        long end = now().plus(time).toNanos();
        for (Optional<Task> due = nextUntil(end); due.isPresent(); due = nextUntil(end)) {
            due.get().run();
        }
        synchronized (this) {
            now = end;
        }
    }

    private synchronized Optional<Task> nextUntil(long end) {
        Optional<Task> due =
                tasks.stream().filter(task -> task.at <= end).min(Comparator.comparingLong(task -> task.at));
        due.ifPresent(task -> {
            tasks.remove(task);
            now = task.at;
        });
        return due;
    }

    @Override
    public synchronized ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        Task task = new Task(command, unit.toNanos(delay));
        tasks.add(task);
        return task;
    }

    private synchronized void remove(Task task) {
        tasks.remove(task);
    }

    private final class Task extends FutureTask<Void> implements ScheduledFuture<Void> {
        private final long after;
        private final long at;

        Task(Runnable command, long after) {
            super(command, null);
            this.after = after;
            this.at = now + after;
        }

        @Override
        protected void done() {
            remove(this);
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(Duration.ofNanos(at).minus(now()));
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }

    /** Runs it at once, on the caller's thread. */
    @Override
    public void execute(Runnable command) {
        command.run();
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initialDelay, long period, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay, TimeUnit unit) {
        return schedule(
                () -> {
                    command.run();
                    scheduleWithFixedDelay(command, delay, delay, unit);
                },
                initialDelay,
                unit);
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return true;
    }
}
