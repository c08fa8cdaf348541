package kefu.broker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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

    /** A publication of the API with an id every 3 ms for {@link #ID_TIME}. They take some 40 MB. */
    static final int MAX_IDS = 100_000;

    /**
     * The same of what agents say, so that they push no id of the API out. They take some 8 MB. A session's kept answers know
     * most of them too.
     */
    static final int MAX_SAID_IDS = 20_000;

    private final ConcurrentMap<Channel, LocalChannel> channels = new ConcurrentHashMap<>();
    private final ChannelIndex index;
    private final Retention retention;
    private final PublishIds ids;
    private final PublishIds saidIds;
    private final long retentionNanos;
    private final Executor executor;
    private final Metrics metrics;
    private final LongSupplier nanoTime;

    /** Of this process; with the generation it makes the epoch of a channel that begins now. */
    private final String epoch = UUID.randomUUID().toString().substring(0, 8);

    /** Rises whenever a channel is forgotten in which something was said: what comes back later has another epoch. */
    private final AtomicLong generation = new AtomicLong();

    private volatile @Nullable Listener listener;
    private volatile boolean sealed;

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
        this.ids = new PublishIds(MAX_IDS, () -> metrics.hit(Bound.PUSH_IDS, line -> line));
        this.saidIds = new PublishIds(MAX_SAID_IDS, () -> {});
        this.retentionNanos = settings.get(StreamSettings.RETENTION).toNanos();
        this.executor = executor;
        this.metrics = metrics;
        this.nanoTime = nanoTime;
    }

    @Override
    public void listen(Listener listener) {
        this.listener = listener;
    }

    /** Within one process every channel is heard. */
    @Override
    public CompletionStage<Position> follow(Channel name) {
        return change(name, channel -> {
            channel.expect();
            return channel.position();
        });
    }

    @Override
    public CompletionStage<PublishResult> publish(Channel name, Publication publication) {
        return change(name, channel -> channel.publish(publication, now(), listener));
    }

    @Override
    public CompletionStage<Page> read(Channel name, Position after, int maxEntries, int maxBytes) {
        return CompletableFuture.completedFuture(step(name, channel -> channel.read(after, maxEntries, maxBytes)));
    }

    /**
     * Refuses every change from now on, those of presence too: each fails with a {@link SealedException}. What is kept can
     * still be read.
     *
     * @return completes when the listener and the watcher have been handed all that came before
     */
    public CompletionStage<Void> seal() {
        sealed = true;
        List<CompletableFuture<Void>> handed = new ArrayList<>();
        for (LocalChannel channel : channels.values()) {
            synchronized (channel) {
                if (channel.running) { // else nothing waits
                    CompletableFuture<Void> done = new CompletableFuture<>();
                    channel.then(() -> done.complete(null));
                    handed.add(done);
                }
            }
        }
        return CompletableFuture.allOf(handed.toArray(CompletableFuture[]::new));
    }

    /** All streams as they are. To be called behind {@link #seal}, else they change meanwhile. */
    public StreamsSnapshot snapshot() {
        List<StreamsSnapshot.Stream> streams = new ArrayList<>();
        for (LocalChannel channel : channels.values()) {
            synchronized (channel) {
                if (!channel.retired && !channel.isUnused()) {
                    streams.add(channel.snapshot(now()));
                }
            }
        }
        streams.sort(
                Comparator.comparingLong(StreamsSnapshot.Stream::saidMillisAgo).reversed());
        return new StreamsSnapshot(streams, retention.newestFirst());
    }

    /** Goes on with the streams of another broker. To be called once, before the first session comes. */
    public void restore(StreamsSnapshot from) {
        for (StreamsSnapshot.Stream stream : from.streams()) {
            LocalChannel channel = new LocalChannel(stream, retention, ids, saidIds, now());
            synchronized (channel) {
                if (channels.putIfAbsent(stream.channel(), channel) == null) {
                    index.used(channel);
                }
            }
        }
        List<StreamsSnapshot.Entry> newestFirst = from.newestFirst();
        for (int i = newestFirst.size() - 1; i >= 0; i--) {
            StreamsSnapshot.Entry entry = newestFirst.get(i);
            LocalChannel channel = channels.get(entry.channel());
            if (channel != null) {
                synchronized (channel) {
                    channel.restore(entry);
                }
            }
        }
        forgetExcess();
    }

    /**
     * Forgets all streams and sessions, and takes changes again. Streams that begin now have other epochs: their names may have
     * been gone on with by another broker. To be called behind {@link #seal}.
     */
    public void reset() {
        for (LocalChannel channel : channels.values()) {
            synchronized (channel) {
                retire(channel);
            }
        }
        generation.incrementAndGet();
        sealed = false;
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

    /** A {@link #step} that changes the channel: refused behind a seal. */
    <T> CompletionStage<T> change(Channel name, Function<LocalChannel, T> change) {
        try {
            return CompletableFuture.completedFuture(step(name, channel -> {
                if (sealed) { // under the lock, so that a snapshot has what was not refused
                    throw new SealedException();
                }
                return change.apply(channel);
            }));
        } catch (SealedException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    /** The same where there is such a channel; its stage gives null where there is none. */
    <T> CompletionStage<@Nullable T> changeIfThere(Channel name, Function<LocalChannel, @Nullable T> change) {
        return channels.containsKey(name) || sealed ? change(name, change) : CompletableFuture.completedFuture(null);
    }

    /** Takes a step on a channel, under its lock, and has its stream run. The channel is made where there is none. */
    <T> T step(Channel name, Function<LocalChannel, T> change) {
        while (true) {
            LocalChannel channel = channels.computeIfAbsent(
                    name, key -> new LocalChannel(key, epoch + "-" + generation.get(), retention, ids, saidIds, now()));
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
