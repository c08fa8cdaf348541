package kefu;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import kefu.broker.Broker;
import kefu.broker.Presence;
import kefu.broker.redis.NodeLease;
import kefu.broker.redis.Redis;
import kefu.broker.redis.RedisBroker;
import kefu.broker.redis.RedisPresence;
import kefu.config.RedisSettings;
import kefu.config.Settings;
import kefu.config.StreamSettings;
import kefu.connection.Threads;
import kefu.gateway.Connections;
import kefu.gateway.Gateway;
import kefu.lifecycle.Handover;
import kefu.lifecycle.Service;
import kefu.metrics.LogLine;

/** Channels and sessions of all nodes, in Redis. What a node leaves there, any other one goes on with. */
final class RedisEngine implements Engine {
    private static final Logger LOG = Logger.getLogger(RedisEngine.class.getName());

    /** Between two looks at whether publications were lost: a broken connection is noticed at once. */
    private static final Duration COMPARE = Duration.ofSeconds(30);

    /** From the end of an interruption to a look at what it has cost: what is on its way has come then. */
    private static final Duration AFTER_INTERRUPTION = Duration.ofSeconds(1);

    /** A start and a stop wait no longer for Redis. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Redis redis;
    private final RedisBroker broker;
    private final RedisPresence presence;
    private final NodeLease lease;
    private volatile int comparesDue;

    /** Connects. Waits a few seconds at most. @throws RuntimeException where Redis cannot be used */
    RedisEngine(Settings settings, Threads threads) {
        redis = connect(settings, threads);
        broker = new RedisBroker(redis);
        presence = new RedisPresence(redis);
        lease = new NodeLease(redis, presence, settings.get(StreamSettings.GRACE), System::nanoTime);
        try {
            await(lease.begin());
        } catch (ExecutionException | TimeoutException failed) {
            redis.close();
            String why = failed.getCause() == null
                    ? "Redis does not answer"
                    : failed.getCause().getMessage();
            throw new IllegalStateException(RedisSettings.URI.key() + ": " + why, failed);
        }
        every(threads, NodeLease.PERIOD, lease::renew);
        every(threads, STREAM_SWEEP, broker::expire);
        every(threads, STREAM_SWEEP, broker::unfollow);
        every(threads, COMPARE, broker::compare);
        every(threads, AFTER_INTERRUPTION, this::compareAfterInterruption);
    }

    private static Redis connect(Settings settings, Threads threads) {
        try {
            return Redis.connect(settings, threads.worker());
        } catch (RuntimeException away) { // whoever starts the gateway reads the first line
            throw new IllegalStateException(RedisSettings.URI.key() + ": " + away.getMessage(), away);
        }
    }

    private static void every(Threads threads, Duration period, Runnable task) {
        threads.timer().scheduleWithFixedDelay(task, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Compares twice: with what the streams have now, and whether that has come a little later. */
    private void compareAfterInterruption() {
        if (broker.clearInterrupted()) {
            comparesDue = 2;
        }
        if (comparesDue > 0) {
            comparesDue--;
            broker.compare();
        }
    }

    private static void await(CompletionStage<?> step) throws ExecutionException, TimeoutException {
        try {
            step.toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopNow) {
            Thread.currentThread().interrupt();
            throw new TimeoutException("interrupted");
        }
    }

    @Override
    public Broker broker() {
        return broker;
    }

    @Override
    public Presence presence() {
        return presence;
    }

    @Override
    public Service service(Gateway gateway, Connections connections) {
        return new Service() {
            @Override
            public CompletionStage<Void> drain() {
                return connections.drain();
            }

            /** The sessions wait for their clients, whichever node these come to. */
            @Override
            public void seal() {
                try {
                    await(lease.end());
                } catch (ExecutionException | TimeoutException failed) { // they are detached when the lease has ended
                    LOG.log(Level.WARNING, failed, () -> LogLine.of("Fault")
                            .with("in", "seal")
                            .toString());
                }
            }

            /** Where there are other nodes somebody serves all the time. */
            @Override
            public void close(Duration absence) {
                connections.close(lease.hasOthers() ? Duration.ZERO : absence);
            }

            @Override
            public void reset() {
                gateway.reset();
                try {
                    await(lease.begin());
                } catch (ExecutionException
                        | TimeoutException failed) { // it does not serve until it is known to the others
                    LOG.log(Level.WARNING, failed, () -> LogLine.of("Fault")
                            .with("in", "reset")
                            .toString());
                }
            }
        };
    }

    /** Nothing is handed over: it is in Redis. */
    @Override
    public Handover handover(Gateway gateway) {
        return new Handover() {
            @Override
            public void write(Path directory) {}

            @Override
            public boolean isWaiting(Path directory) {
                return false;
            }

            /** When this version of a deployment is taken away, the one before serves at once. */
            @Override
            public Optional<Duration> read(Path directory) {
                return Optional.of(Duration.ZERO);
            }
        };
    }

    /** The nodes of one machine meet in Redis, not in a directory. Two versions of one deployment are one node: one of them serves. */
    @Override
    public Optional<Path> meeting(Optional<Path> directory, boolean isVersion) {
        return isVersion ? directory : Optional.empty();
    }

    @Override
    public boolean isReachable() {
        return redis.isConnected() && !lease.hasEnded();
    }

    @Override
    public void close() {
        redis.close();
    }
}
