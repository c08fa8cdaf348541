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
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * The gateway's own threads; everything else runs on the container's and on the HTTP client's.
 *
 * <p>What waits for one client must not hold up the others. So each thread has its rules:
 *
 * <table>
 * <caption>What may run where</caption>
 * <tr><th>thread</th><th>may send to a client</th><th>may wait for a client</th></tr>
 * <tr><td>{@link #watchdog}: ends connections, hands everything else to others</td><td>no</td><td>no</td></tr>
 * <tr><td>{@link #timer}: what is due at a time</td><td>no</td><td>no</td></tr>
 * <tr><td>{@link #lifecycle}: the steps of a start and of a drain</td><td>no</td><td>yes, for a few seconds</td></tr>
 * <tr><td>{@link #pinger}: heartbeats</td><td>yes</td><td>no</td></tr>
 * <tr><td>{@link #worker}: who is told that somebody has gone; what a client catches up on</td><td>yes</td><td>no</td></tr>
 * <tr><td>{@link #verifier}: tokens, whose keys may have to be fetched</td><td>yes</td><td>no</td></tr>
 * <tr><td>{@link #resolver}: names of services, and the answer where there is none</td><td>yes</td><td>no</td></tr>
 * <tr><td>the HTTP client's selector: answers of the backend</td><td>yes</td><td>no</td></tr>
 * <tr><td>the container's: requests, API calls, and what a group hears of them</td><td>yes</td><td>no</td></tr>
 * <tr><td>{@link #helper}: a part of what a large group hears</td><td>yes</td><td>no</td></tr>
 * <tr><td>{@link #waiter}: pings to a client whose buffer may be full</td><td>yes</td><td>yes</td></tr>
 * <tr><td>{@link #writer}: what streams carry to clients without WebSocket</td><td>yes</td><td>no</td></tr>
 * <tr><td>{@link #closer}: closing sockets</td><td>yes</td><td>yes, for 50 ms</td></tr>
 * </table>
 *
 * <p>To send without waiting is what {@link OutboundQueue} does. The queues in front of the threads need no bound of their
 * own: a connection has at most one task in each, a group at most one.
 */
public final class Threads implements AutoCloseable {
    private static final int WORKERS = 4;

    /** All logins that wait for keys wait for the same keys. */
    private static final int VERIFIERS = 2;

    /** One for each service whose name is looked up: the backend, and the receiver of events. */
    private static final int RESOLVERS = 2;

    private static final int PINGERS = 2;

    /** A ping to a socket whose buffer is full waits on Tomcat until the watchdog closes the connection, 5 s later. */
    private static final int WAITERS = 8;

    /** Half of the processors are for the deliveries of one group; the caller's thread takes one of them. */
    public static final int HELPERS = Math.max(0, Runtime.getRuntime().availableProcessors() / 2 - 1);

    /** To write a frame takes microseconds. */
    private static final int WRITERS = 2;

    /** Closing takes Tomcat up to 50 ms a socket; four close a hundred stuck ones in little over a second. */
    private static final int CLOSERS = 4;

    /** For all threads together. An interrupted task ends in microseconds, unless it closes a stuck socket. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Set<Thread> started = ConcurrentHashMap.newKeySet();
    private final ScheduledThreadPoolExecutor timer = scheduled("kefu-timer");
    private final ScheduledThreadPoolExecutor watchdog = scheduled("kefu-watchdog");
    private final ScheduledThreadPoolExecutor lifecycle = scheduled("kefu-lifecycle");
    private final ThreadPoolExecutor worker = pool("kefu-worker", WORKERS);
    private final ThreadPoolExecutor verifier = pool("kefu-verifier", VERIFIERS);
    private final ThreadPoolExecutor resolver = pool("kefu-resolver", RESOLVERS);
    private final ThreadPoolExecutor pinger = pool("kefu-pinger", PINGERS);
    private final ThreadPoolExecutor helper = withoutQueue("kefu-helper", Math.max(1, HELPERS));
    private final ThreadPoolExecutor waiter = withoutQueue("kefu-waiter", WAITERS);
    private final ThreadPoolExecutor writer = pool("kefu-writer", WRITERS);
    private final ThreadPoolExecutor closer = pool("kefu-closer", CLOSERS);

    private final AwakeTime awakeTime;

    public Threads() {
        this(System::nanoTime);
    }

    /** @param nanoTime a monotonic clock, in nanoseconds */
    public Threads(LongSupplier nanoTime) {
        awakeTime = new AwakeTime(nanoTime);
        long tick = AwakeTime.TICK.toMillis();
        watchdog.scheduleWithFixedDelay(awakeTime::tick, tick, tick, TimeUnit.MILLISECONDS);
    }

    /** The clock of all deadlines. The watchdog keeps it. */
    public AwakeTime awakeTime() {
        return awakeTime;
    }

    /** One thread for what is due at a time. Tasks must be short. */
    public ScheduledExecutorService timer() {
        return timer;
    }

    /** One thread that looks at every connection, and does nothing else. */
    public ScheduledExecutorService watchdog() {
        return watchdog;
    }

    /** One thread for the steps by which the gateway opens, drains and closes. */
    public ScheduledExecutorService lifecycle() {
        return lifecycle;
    }

    /** For short tasks that the caller need not wait for. */
    public Executor worker() {
        return worker;
    }

    /** For checks of tokens, which may wait for the keys. */
    public Executor verifier() {
        return verifier;
    }

    /** For look-ups of names. Each service has at most one task here. */
    public Executor resolver() {
        return resolver;
    }

    /** For heartbeats. */
    public Executor pinger() {
        return pinger;
    }

    /** For parts of a task of which the caller does the rest. Rejects a task while all {@link #HELPERS} threads are busy. */
    public Executor helper() {
        return helper;
    }

    /** For sends that may wait for a client. Rejects a task while all threads wait: in a queue it would wait for others' clients. */
    public Executor waiter() {
        return waiter;
    }

    /** For what is written to streams. Each has at most one task here. */
    public Executor writer() {
        return writer;
    }

    /** For closing sockets. */
    public Executor closer() {
        return closer;
    }

    /** Stops all threads. Waiting tasks are dropped; later tasks are ignored. */
    @Override
    public void close() {
        for (ExecutorService pool : new ExecutorService[] {
            lifecycle, timer, watchdog, verifier, resolver, pinger, helper, waiter, worker, writer, closer
        }) {
            pool.shutdownNow();
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            for (Thread thread : started) { // a pool reports its end before its last thread has ended
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

    private ThreadPoolExecutor withoutQueue(String name, int threads) {
        return new ThreadPoolExecutor(0, threads, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), named(name));
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
