package kefu.broker;

import jakarta.json.JsonObject;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import kefu.protocol.Channel;
import kefu.protocol.Frame;
import kefu.protocol.Id;
import kefu.protocol.Json;
import kefu.protocol.Position;
import org.jspecify.annotations.Nullable;

/** Presence within one process: a part of its channels. A group's list is guarded by its channel's lock. */
public final class LocalPresence implements Presence {
    private final LocalBroker broker;
    private final Clock clock;

    /** By client; only of listed sessions. */
    private final ConcurrentMap<String, JsonObject> data = new ConcurrentHashMap<>();

    /** Of the last change: rises, and starts no lower in the next process. */
    private final AtomicLong version = new AtomicLong();

    private volatile @Nullable Watcher watcher;

    public LocalPresence(LocalBroker broker, Clock clock) {
        this.broker = broker;
        this.clock = clock;
    }

    @Override
    public void watch(Watcher watcher) {
        this.watcher = watcher;
    }

    @Override
    public CompletionStage<Joined> join(Member member, Publication push) {
        return broker.change(Channel.group(member.group()), channel -> {
            long next = nextVersion();
            boolean first = channel.list(member, next);
            channel.append(push, broker.now(), broker.listener());
            if (first) {
                tell(channel, member, true, next);
            }
            return new Joined(channel.listed(), channel.position());
        });
    }

    @Override
    public CompletionStage<Optional<Joined>> update(Member member) {
        return broker.changeIfThere(
                        Channel.group(member.group()),
                        channel -> channel.update(member) ? new Joined(channel.listed(), channel.position()) : null)
                .thenApply(Optional::ofNullable);
    }

    @Override
    public CompletionStage<Void> detached(Member member) {
        return broker.changeIfThere(Channel.group(member.group()), channel -> channel.update(member))
                .thenAccept(done -> {});
    }

    @Override
    public CompletionStage<Void> leave(Member member, Publication push) {
        return broker.changeIfThere(Channel.group(member.group()), channel -> {
                    channel.unlist(member.client()).ifPresent(last -> {
                        channel.append(push, broker.now(), broker.listener());
                        data.remove(member.client());
                        if (last) {
                            tell(channel, member, false, nextVersion());
                        }
                    });
                    return true;
                })
                .thenAccept(done -> {});
    }

    private void tell(LocalChannel channel, Member member, boolean online, long changed) {
        Watcher to = watcher;
        if (to != null) {
            Change change = new Change(
                    member.group(),
                    member.uid(),
                    member.name(),
                    online,
                    changed,
                    clock.instant().getEpochSecond());
            channel.then(() -> to.changed(change));
        }
    }

    private long nextVersion() {
        return version.updateAndGet(last -> Math.max(last + 1, clock.millis()));
    }

    @Override
    public CompletionStage<Optional<Member>> session(String client) {
        return done(find(client));
    }

    private Optional<Member> find(String client) {
        return Optional.ofNullable(broker.stepIfThere(Channel.client(client), channel -> channel.member(client)));
    }

    @Override
    public CompletionStage<Page<Member>> sessions(Channel name, String after, int limit) {
        Page<Member> page = broker.stepIfThere(name, channel -> channel.members(after, limit));
        return done(page == null ? new Page<>(List.of(), Optional.empty()) : page);
    }

    @Override
    public CompletionStage<Integer> count(Channel name) {
        Integer size = broker.stepIfThere(name, LocalChannel::size);
        return done(size == null ? 0 : size);
    }

    @Override
    public CompletionStage<Page<Channel>> groups(String after, int limit) {
        return done(page(broker.index().groups(), after, limit, Function.identity()));
    }

    @Override
    public CompletionStage<Integer> groupCount() {
        return done(broker.index().groups().size());
    }

    @Override
    public CompletionStage<Page<Channel>> agents(String after, int limit) {
        return done(page(broker.index().agents(), after, limit, Function.identity()));
    }

    @Override
    public CompletionStage<Integer> agentCount() {
        return done(broker.index().agents().size());
    }

    /** What is behind a key, by the keys' order: nothing else is looked at. */
    static <E, T> Page<T> page(NavigableMap<String, E> all, String after, int limit, Function<E, T> shown) {
        List<T> items = new ArrayList<>();
        String last = after;
        for (Map.Entry<String, E> entry : all.tailMap(after, false).entrySet()) {
            if (items.size() == limit) {
                return new Page<>(items, Optional.of(last));
            }
            items.add(shown.apply(entry.getValue()));
            last = entry.getKey();
        }
        return new Page<>(items, Optional.empty());
    }

    @Override
    public CompletionStage<Page<Agent>> agentsIn(Id group, String after, int limit) {
        Page<Agent> page = broker.stepIfThere(Channel.group(group), channel -> channel.agents(after, limit));
        return done(page == null ? new Page<>(List.of(), Optional.empty()) : page);
    }

    @Override
    public CompletionStage<Integer> agentCount(Id group) {
        Integer count = broker.stepIfThere(Channel.group(group), LocalChannel::agentCount);
        return done(count == null ? 0 : count);
    }

    @Override
    public CompletionStage<Optional<Agent>> agentIn(Id group, Id uid) {
        return done(Optional.ofNullable(broker.stepIfThere(Channel.group(group), channel -> channel.agent(uid.key()))));
    }

    @Override
    public CompletionStage<Optional<JsonObject>> data(String client) {
        return change(client, kept -> kept);
    }

    @Override
    public CompletionStage<Optional<JsonObject>> setData(String client, JsonObject to) {
        return change(client, kept -> to);
    }

    @Override
    public CompletionStage<Optional<Merged>> mergeData(String client, JsonObject patch, int maxBytes) {
        AtomicBoolean fits = new AtomicBoolean();
        return change(client, kept -> {
                    JsonObject merged = Json.merge(kept, patch);
                    fits.set(Frame.utf8Length(merged.toString()) <= maxBytes);
                    return fits.get() ? merged : kept;
                })
                .thenApply(now -> now.map(data -> new Merged(data, fits.get())));
    }

    /** Under the lock of the session's group, so that nothing is kept with a session that has gone. */
    private CompletionStage<Optional<JsonObject>> change(String client, UnaryOperator<JsonObject> change) {
        Optional<Member> member = find(client);
        if (member.isEmpty()) {
            return done(Optional.empty());
        }
        return broker.changeIfThere(
                        Channel.group(member.get().group()),
                        channel -> channel.member(client) == null
                                ? null
                                : data.compute(
                                        client,
                                        (key, kept) -> change.apply(
                                                kept == null ? jakarta.json.JsonValue.EMPTY_JSON_OBJECT : kept)))
                .thenApply(Optional::ofNullable);
    }

    private static <T> CompletionStage<T> done(T value) {
        return CompletableFuture.completedFuture(value);
    }

    /** The stream's end as clients know it, for tests. */
    Position position(Channel name) {
        return broker.step(name, LocalChannel::position);
    }
}
