package kefu.broker;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import kefu.config.Settings;
import kefu.config.StreamSettings;
import kefu.metrics.Bound;
import kefu.metrics.LogLine;
import kefu.metrics.Metrics;
import kefu.protocol.Channel;
import kefu.protocol.Position;
import org.jspecify.annotations.Nullable;

/**
 * The channels within one process. Each has a lock, under which every step on it is taken and gets its place in the
 * channel's stream; whoever finds the stream idle runs it, outside the lock.
 */
public final class LocalBroker implements Broker {
    private static final Logger LOG = Logger.getLogger(LocalBroker.class.getName());

    /** After so many steps a caller's thread hands the stream on: in a busy group it would serve the others for ever. */
    private static final int STEPS_PER_TURN = 256;

    /** How long a publication's id is known. */
    static final Duration ID_TIME = Duration.ofMinutes(5);

    private final ConcurrentMap<Channel, LocalChannel> channels = new ConcurrentHashMap<>();
    private final ChannelIndex index;
    private final Retention retention;
    private final long retentionNanos;
    private final Executor executor;
    private final Metrics metrics;
    private final LongSupplier nanoTime;

    /** Of this process; with the generation it makes the epoch of a channel that begins now. */
    private final String epoch = UUID.randomUUID().toString().substring(0, 8);

    /** Rises whenever a channel is forgotten in which something was said: what comes back later has another epoch. */
    private final AtomicLong generation = new AtomicLong();

    private volatile @Nullable Listener listener;

    /**
     * @param executor runs what is left of a stream when its caller has done its part
     * @param nanoTime a monotonic clock, in nanoseconds
     */
    public LocalBroker(Settings settings, Executor executor, Metrics metrics, LongSupplier nanoTime) {
        this.index = new ChannelIndex(settings.get(StreamSettings.IDLE_CHANNELS));
        this.retention = new Retention(
                settings.get(StreamSettings.MAX_ENTRIES),
                settings.get(StreamSettings.MAX_BYTES),
                settings.get(StreamSettings.TOTAL_BYTES));
        this.retentionNanos = settings.get(StreamSettings.RETENTION).toNanos();
        this.executor = executor;
        this.metrics = metrics;
        this.nanoTime = nanoTime;
    }

    @Override
    public void listen(Listener listener) {
        this.listener = listener;
    }

    @Override
    public CompletionStage<Position> subscribe(Channel name, Member member) {
        return CompletableFuture.completedFuture(step(name, channel -> {
            channel.add(member);
            return channel.position();
        }));
    }

    @Override
    public void unsubscribe(Channel name, String client) {
        stepIfThere(name, channel -> {
            channel.remove(client, now());
            return true;
        });
    }

    @Override
    public CompletionStage<PublishResult> publish(Channel name, Publication publication) {
        return CompletableFuture.completedFuture(step(name, channel -> channel.publish(publication, now(), listener)));
    }

    @Override
    public CompletionStage<Page> read(Channel name, Position after, int maxEntries, int maxBytes) {
        return CompletableFuture.completedFuture(step(name, channel -> channel.read(after, maxEntries, maxBytes)));
    }

    /** Forgets what is older than its time. To be called every now and then. */
    public void expire() {
        for (LocalChannel channel : channels.values()) {
            synchronized (channel) {
                if (!channel.retired && channel.expire(now(), retentionNanos, ID_TIME.toNanos())) {
                    retire(channel);
                }
            }
        }
    }

    @Nullable Listener listener() {
        return listener;
    }

    long now() {
        return nanoTime.getAsLong();
    }

    /** The channels that have a session, by name. */
    ChannelIndex index() {
        return index;
    }

    /** Takes a step on a channel, under its lock, and has its stream run. The channel is made where there is none. */
    <T> T step(Channel name, Function<LocalChannel, T> change) {
        while (true) {
            LocalChannel channel = channels.computeIfAbsent(
                    name, key -> new LocalChannel(key, epoch + "-" + generation.get(), retention, now()));
            T result;
            boolean isIdle;
            boolean runs;
            synchronized (channel) {
                if (channel.retired) {
                    continue; // it was forgotten between our look-up and the lock
                }
                result = change.apply(channel);
                isIdle = index.used(channel);
                runs = !channel.running; // else whoever runs the stream comes to our step too
                channel.running = true;
            }
            if (runs) {
                run(channel);
            }
            if (isIdle) {
                forgetExcess();
            }
            return result;
        }
    }

    /** The same where there is such a channel; null where there is none. */
    <T> @Nullable T stepIfThere(Channel name, Function<LocalChannel, T> change) {
        return channels.containsKey(name) ? step(name, change) : null;
    }

    private void run(LocalChannel channel) {
        for (int i = 0; i < STEPS_PER_TURN; i++) {
            Runnable step;
            synchronized (channel) {
                step = channel.nextStep();
                if (step == null) {
                    channel.running = false;
                    if (channel.isUnused()) {
                        retire(channel);
                    } else {
                        index.used(channel);
                    }
                    return;
                }
            }
            try {
                step.run();
            } catch (RuntimeException fault) { // the rest of the channel still has to hear the rest
                LOG.log(Level.WARNING, fault, () -> LogLine.of("Fault")
                        .with("in", "stream")
                        .with("channel", channel.name.toString())
                        .toString());
            }
        }
        executor.execute(() -> run(channel));
    }

    /** Forgets channels without a session that are too many, the one used longest ago first. */
    private void forgetExcess() {
        for (LocalChannel oldest = index.pollExcess(); oldest != null; oldest = index.pollExcess()) {
            synchronized (oldest) {
                if (oldest.canBeForgotten()) {
                    retire(oldest);
                    Channel name = oldest.name;
                    metrics.hit(Bound.IDLE_CHANNELS, line -> line.with("channel", name.toString()));
                }
            }
        }
    }

    private void retire(LocalChannel channel) {
        channel.retired = true;
        channel.clear();
        index.remove(channel);
        if (channel.wasPublishedIn()) {
            generation.incrementAndGet();
        }
        channels.remove(channel.name, channel);
    }
}
