package kefu.connection;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The gateway's own threads; everything else runs on the container's. The queues in front of them need no bound of
 * their own: a connection has at most one task in each, a group at most one.
 */
public final class Threads implements AutoCloseable {
    /** Closing takes Tomcat up to 50 ms a socket; four close a hundred stuck ones in little over a second. */
    private static final int WORKERS = 4;

    /** Who wait for the keys of tokens wait for the same. */
    private static final int VERIFIERS = 2;

    /** One for each service whose name is looked up: the backend, and where it is told events. */
    private static final int RESOLVERS = 2;

    /** A ping to a socket whose buffer is full blocks on Tomcat until the watchdog closes it, 5 s later. */
    private static final int PINGERS = 8;

    /** For all together. What is interrupted ends in microseconds, unless it closes a stuck socket. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Set<Thread> started = ConcurrentHashMap.newKeySet();
    private final ScheduledThreadPoolExecutor timer = scheduled("kefu-timer");
    private final ScheduledThreadPoolExecutor watchdog = scheduled("kefu-watchdog");
    private final ThreadPoolExecutor worker = pool("kefu-worker", WORKERS);
    private final ThreadPoolExecutor verifier = pool("kefu-verifier", VERIFIERS);
    private final ThreadPoolExecutor resolver = pool("kefu-resolver", RESOLVERS);
    private final ThreadPoolExecutor pinger = pool("kefu-pinger", PINGERS);

    /** For what is due at a time. One thread: tasks must be short, and never block. */
    public ScheduledExecutorService timer() {
        return timer;
    }

    /** For the look at every connection, and nothing else: who sends nothing is never stuck itself. */
    public ScheduledExecutorService watchdog() {
        return watchdog;
    }

    /** For short tasks that are off the path of the caller. */
    public Executor worker() {
        return worker;
    }

    /** For what may wait for the keys by which tokens are signed. */
    public Executor verifier() {
        return verifier;
    }

    /** For what may wait for a name to be looked up. Each service that is called has at most one task here. */
    public Executor resolver() {
        return resolver;
    }

    /** For heartbeats, which may block. */
    public Executor pinger() {
        return pinger;
    }

    /** Ends them all. What still waits is dropped; tasks handed in later are ignored. */
    @Override
    public void close() {
        for (ExecutorService pool : new ExecutorService[] {timer, watchdog, verifier, resolver, pinger, worker}) {
            pool.shutdownNow();
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            for (Thread thread : started) { // a pool says that it has ended while its last thread still is about to
                TimeUnit.NANOSECONDS.timedJoin(thread, deadline - System.nanoTime());
            }
        } catch (InterruptedException stopNow) {
            Thread.currentThread().interrupt();
        }
    }

    private ScheduledThreadPoolExecutor scheduled(String name) {
        ScheduledThreadPoolExecutor scheduled = new ScheduledThreadPoolExecutor(1, named(name));
        scheduled.setRemoveOnCancelPolicy(true);
        scheduled.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        return scheduled;
    }

    private ThreadPoolExecutor pool(String name, int threads) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads, threads, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), named(name));
        pool.allowCoreThreadTimeOut(true);
        pool.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        return pool;
    }

    private ThreadFactory named(String name) {
        AtomicInteger count = new AtomicInteger();
        ThreadFactory threads = Executors.defaultThreadFactory();
        return task -> {
            Thread thread = threads.newThread(task);
            thread.setName(name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            started.removeIf(other -> other.getState() == Thread.State.TERMINATED);
            started.add(thread);
            return thread;
        };
    }
}
