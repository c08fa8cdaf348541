package kefu.broker.redis;

import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import kefu.Await;
import kefu.broker.Audience;
import kefu.broker.Broker;
import kefu.broker.Presence;
import kefu.broker.Publication;
import kefu.config.Settings;
import kefu.protocol.Channel;
import org.jspecify.annotations.Nullable;

/** Broker and presence in a Redis whose time the test moves. */
public final class RedisTestbed implements AutoCloseable {
    private static final String MOVED = "NOW = NOW + (redis.call('GET', KEYS[1] .. 'clock') or 0)\n";

    /** With this among the settings a command may take as long as it says, e.g. {@code PT1S}. */
    public static final String TIMEOUT = "test.redis.timeout";

    /** With this among the settings the clock is moved over another line, to this address. */
    public static final String CLOCK = "test.redis.clock";

    private static final String BARRIER = "barrier";
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ExecutorService workers = Executors.newFixedThreadPool(4);
    private final RedisClient client = RedisClient.create();
    private final StatefulRedisConnection<String, String> clock;
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicLong moved = new AtomicLong();
    private final AtomicLong begun = new AtomicLong();
    private final ThreadLocal<Boolean> inTask = new ThreadLocal<>();
    private final Redis redis;
    private final NodeLease lease;
    private final RedisBroker broker;
    private final RedisPresence presence;
    private volatile CountDownLatch barrier = new CountDownLatch(0);
    private volatile String awaited = ""; // not a message that was repeated before, or of another node

    /** Time stands still. @param more settings besides those of Redis */
    public RedisTestbed(Map<String, String> more) {
        this(more, null, "local NOW = 1790000000000\n" + MOVED, () -> 0);
    }

    /** Time goes on. @param executor of the gateway */
    public static RedisTestbed inRealTime(Map<String, String> more, Executor executor) {
        return new RedisTestbed(more, executor, Scripts.SERVER_TIME + MOVED, System::nanoTime);
    }

    private RedisTestbed(Map<String, String> more, @Nullable Executor executor, String time, LongSupplier nanoTime) {
        Map<String, String> all = new HashMap<>(more);
        if (!all.containsKey("kefu.redis.uri")) {
            all.putAll(RedisServer.shared().settings());
        }
        all.putIfAbsent("kefu.events.url", "http://127.0.0.1:9/"); // the outbox is kept for somebody
        Executor tasks = executor == null ? workers : executor;
        redis = Redis.connect(
                Settings.from(key -> Optional.ofNullable(all.get(key))),
                task -> run(tasks, task),
                time,
                Duration.parse(all.getOrDefault(TIMEOUT, "PT10S")));
        RedisURI uri = RedisURI.create(all.getOrDefault(CLOCK, all.get("kefu.redis.uri")));
        uri.setTimeout(PATIENCE); // else a minute, with a server that says nothing
        clock = client.connect(uri);
        redis.listen(
                (topic, text) -> {
                    if (text.equals(awaited)) {
                        barrier.countDown();
                    }
                },
                topic -> {});
        redis.subscribe(BARRIER);
        broker = new RedisBroker(redis);
        presence = new RedisPresence(redis);
        lease = new NodeLease(redis, presence, Duration.ofSeconds(30), () -> nanoTime.getAsLong() + moved.get());
        get(lease.begin());
    }

    private static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (Exception fault) {
            throw new AssertionError(fault);
        }
    }

    private void run(Executor tasks, Runnable task) {
        running.incrementAndGet();
        begun.incrementAndGet();
        tasks.execute(() -> {
            inTask.set(true);
            try {
                task.run();
            } finally {
                inTask.remove();
                running.decrementAndGet();
            }
        });
    }

    public Broker broker() {
        return broker;
    }

    public Presence presence() {
        return presence;
    }

    /** Waits until every script has run and every topic is heard that was begun, what follows it, and what it has published. */
    public void settle() {
        if (!redis.isConnected() || inTask.get() != null) { // a task cannot wait for its own end
            return;
        }
        int quiet = 0;
        while (quiet < 2) { // what a message or a confirmation has begun is seen in the next round
            long before = begun.get();
            try {
                redis.subscribe(BARRIER) // it is confirmed behind those before it, or never where the connection was
                        // cut
                        .handle((done, away) -> done)
                        .toCompletableFuture()
                        .completeOnTimeout(null, 1, TimeUnit.SECONDS)
                        .get();
                get(redis.call(Script.COUNT, BARRIER)); // one task
                barrier = new CountDownLatch(1);
                awaited = UUID.randomUUID().toString();
                for (int i = 0; i == 0 || !barrier.await(100, TimeUnit.MILLISECONDS); i++) {
                    clock.sync().publish(redis.prefix() + BARRIER, awaited); // again where the connection was cut
                    if (i == 100) {
                        throw new AssertionError("no message came");
                    }
                }
            } catch (Exception fault) {
                throw new AssertionError(fault);
            }
            Await.until(() -> running.get() == 0);
            quiet = begun.get() - before > 1 ? 0 : quiet + 1;
        }
    }

    /** The node's sign of life. */
    public NodeLease lease() {
        return lease;
    }

    /** The node has no connection to Redis any more. */
    public void cut() {
        redis.close();
    }

    /** What other nodes tell this one is lost. */
    public void deafen() {
        redis.unsubscribe("n:" + presence.incarnation());
        settle();
    }

    public boolean isConnected() {
        return redis.isConnected();
    }

    /**
     * Cuts the lines on which all nodes get their messages, and publishes in the same step.
     */
    public void publishUnheard(Channel channel, String message) {
        clock.async().clientKill(KillArgs.Builder.typePubsub());
        get(broker.publish(channel, Publication.byBackend(message, Audience.EVERYBODY, Optional.empty())));
    }

    /** Compares what has come with the streams if messages may have been lost. @return whether it has */
    public boolean compareOnceInterrupted() {
        boolean interrupted = broker.clearInterrupted();
        if (interrupted) {
            get(broker.compare());
            settle();
            get(broker.compare());
        }
        return interrupted;
    }

    /** Compares what has come with the streams. */
    public void compare() {
        get(broker.compare());
        get(broker.expire());
    }

    /** The node stops. */
    public void end() {
        if (redis.isConnected()) {
            get(lease.end());
        }
    }

    /** Time passes, in which this node gives its sign of life, and those that do not are given up. */
    public void reapDeadNodes() {
        for (int i = 0; i < 4; i++) {
            standStill(NodeLease.PERIOD.plusMillis(500));
            lease.renew();
            settle();
        }
    }

    /** Time passes in which this node does nothing. */
    public void standStill(Duration time) {
        standStillAlone(time);
        moveClock(time);
    }

    /** Time passes in which this node does nothing, and of which Redis knows nothing. */
    public void standStillAlone(Duration time) {
        moved.addAndGet(time.toNanos());
    }

    /** Lets time pass in Redis. */
    public void moveClock(Duration by) {
        clock.sync().incrby(redis.prefix() + "clock", by.toMillis());
    }

    /** Lets time pass, and what it ends be ended. */
    public void advance(Duration by) {
        moveClock(by);
        get(broker.expire());
    }

    @Override
    public void close() {
        redis.close();
        client.shutdownAsync(0, 0, TimeUnit.SECONDS); // not awaited: it is not told of each connection's end
        workers.shutdownNow();
    }
}
