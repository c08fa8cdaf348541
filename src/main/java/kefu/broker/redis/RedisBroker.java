package kefu.broker.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Logger;
import kefu.broker.Broker;
import kefu.broker.Delivery;
import kefu.broker.Publication;
import kefu.broker.PublishResult;
import kefu.broker.UnavailableException;
import kefu.metrics.LogLine;
import kefu.protocol.Channel;
import kefu.protocol.Position;
import org.jspecify.annotations.Nullable;

/** The channels of all nodes, in Redis. Each step is one script; what is published comes to the nodes that follow the channel. */
public final class RedisBroker implements Broker {
    private static final Logger LOG = Logger.getLogger(RedisBroker.class.getName());

    /** The topic of a channel's publications begins so; the channel's name follows. */
    private static final String TOPIC = "d:";

    /** Looked at in one step of {@link #expire}, so that Redis does something else in between. */
    private static final int CHANNELS_PER_STEP = 200;

    /** For publications that wait for their turn, in all channels together: some seconds of what a busy node hears. */
    private static final long WAITING_BYTES = 64 << 20;

    private final Redis redis;
    private final AtomicLong room = new AtomicLong(WAITING_BYTES);
    private final ConcurrentMap<Channel, FollowedChannel> followed = new ConcurrentHashMap<>();
    private volatile @Nullable Listener listener;
    private volatile boolean interrupted;

    public RedisBroker(Redis redis) {
        this.redis = redis;
        redis.listen(this::received, this::subscribed);
    }

    @Override
    public void listen(Listener to) {
        listener = to;
    }

    /** The channel's messages come before its position is looked up: so nothing falls between. */
    @Override
    public CompletionStage<Position> follow(Channel name) {
        FollowedChannel channel = followed.compute(name, (key, there) -> {
            FollowedChannel now = there == null ? subscribe(key) : there;
            now.use();
            return now;
        });
        return channel.subscribed()
                .thenCompose(ready -> redis.call(Script.FOLLOW, name.name()))
                .thenApply(reply -> {
                    Position position = new Position(reply.text(0), reply.number(1));
                    channel.followedFrom(position);
                    return position;
                });
    }

    private FollowedChannel subscribe(Channel name) {
        CompletionStage<Void> subscribed = redis.subscribe(TOPIC + name.name());
        FollowedChannel channel = new FollowedChannel(name, subscribed, room, () -> listener, redis.executor());
        subscribed.exceptionally(fault -> {
            redis.executor().execute(() -> followed.remove(name, channel)); // the next one tries again
            return null;
        });
        return channel;
    }

    private void received(String topic, String message) {
        FollowedChannel channel = followed(topic);
        if (channel != null) {
            channel.received(message);
        }
    }

    private @Nullable FollowedChannel followed(String topic) {
        return topic.startsWith(TOPIC) ? followed.get(new Channel(topic.substring(TOPIC.length()))) : null;
    }

    @Override
    public CompletionStage<PublishResult> publish(Channel name, Publication publication) {
        List<String> args = new ArrayList<>();
        args.add(name.name());
        args.add(Long.toString(Entry.cost(publication)));
        args.add(Entry.text(publication));
        args.add(publication.id().map(id -> id(name, publication, id)).orElse(""));
        args.add(publication.onlyIfHeard() ? "1" : "0");
        args.add(publication.audience().group().map(group -> group.key()).orElse(""));
        args.add(publication.audience().exceptV1() ? "1" : "0");
        args.add(Integer.toString(publication.audience().exceptClients().size()));
        args.addAll(publication.audience().exceptClients());
        args.addAll(publication.audience().exceptUids());
        return redis.call(Script.PUBLISH, args.toArray(String[]::new))
                .thenApply(reply -> new PublishResult(
                        (int) reply.number(0), reply.number(1) == 1, new Position(reply.text(2), reply.number(3))));
    }

    /** An id has no space: so no id of a channel is that of another. What agents say has ids of its own. */
    private static String id(Channel name, Publication publication, String id) {
        return (publication.byGateway() ? "s " : "a ") + id + " " + name.name();
    }

    @Override
    public CompletionStage<Page> read(Channel name, Position after, int maxEntries, int maxBytes) {
        return redis.call(
                        Script.READ,
                        name.name(),
                        after.epoch(),
                        Long.toString(after.off()),
                        Integer.toString(maxEntries),
                        Integer.toString(maxBytes))
                .thenApply(reply -> {
                    List<Delivery> entries = new ArrayList<>();
                    Position from = new Position(reply.text(1), reply.number(3));
                    long off = from.off() + 1;
                    for (String entry : reply.list(4).texts()) {
                        entries.add(new Delivery(name, reply.text(1), off++, Entry.parse(entry, 0)));
                    }
                    boolean lost = reply.number(0) == 1;
                    return new Page(
                            entries,
                            lost ? Optional.of(from) : Optional.empty(),
                            new Position(reply.text(1), reply.number(2)));
                });
    }

    /** A topic's messages come now. Where they came before, the connection was lost in between, and messages with it. */
    private void subscribed(String topic) {
        FollowedChannel channel = followed(topic);
        if (channel != null && channel.isConfirmedAgain()) {
            interrupted = true;
        }
    }

    /** Whether messages may have been lost since the last call: {@link #compare} is to follow, twice. */
    public boolean clearInterrupted() {
        boolean was = interrupted;
        interrupted = false;
        return was;
    }

    /**
     * Compares what has come of each channel with where its stream was at the last call: what is missing is told as lost. Never
     * fails.
     */
    public CompletionStage<Void> compare() {
        CompletionStage<Void> done = CompletableFuture.completedFuture(null);
        List<FollowedChannel> all = List.copyOf(followed.values());
        for (int from = 0; from < all.size(); from += CHANNELS_PER_STEP) {
            List<FollowedChannel> some = all.subList(from, Math.min(all.size(), from + CHANNELS_PER_STEP));
            String[] names = some.stream().map(one -> one.channel().name()).toArray(String[]::new);
            done = done.thenCompose(next -> redis.call(Script.POSITIONS, names)).thenAccept(reply -> {
                for (int i = 0; i < some.size(); i++) {
                    if (!reply.text(2 * i).isEmpty()) {
                        some.get(i).wasAt(new Position(reply.text(2 * i), reply.number(2 * i + 1)));
                    }
                }
            });
        }
        return done.exceptionally(fault -> log(fault, "comparing streams, tried again"));
    }

    /** Follows no more what nobody on this node hears, and nobody has begun to follow since the last call. */
    public void unfollow() {
        followed.forEach((name, channel) -> {
            if (!channel.clearUse()) {
                followed.computeIfPresent(name, (key, there) -> {
                    Listener to = listener;
                    // whoever follows a channel hears it before, so that it is not missed here
                    if (there.isUsed() || to == null || to.hears(name)) {
                        return there;
                    }
                    redis.unsubscribe(TOPIC + name.name());
                    return null;
                });
            }
        });
    }

    private static @Nullable Void log(Throwable fault, String in) {
        LOG.log(UnavailableException.level(fault), fault, () -> LogLine.of("Fault")
                .with("in", in)
                .toString());
        return null;
    }

    /** Forgets what is older than its time. To be called every now and then, by any node. Never fails. */
    public CompletionStage<Void> expire() {
        return redis.call(Script.FORGET, Integer.toString(CHANNELS_PER_STEP))
                .<Void>thenCompose(reply ->
                        reply.number(0) == CHANNELS_PER_STEP ? expire() : CompletableFuture.completedFuture(null))
                .exceptionally(fault -> log(fault, "forgetting streams, tried again"));
    }
}
