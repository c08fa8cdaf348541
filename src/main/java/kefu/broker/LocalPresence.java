package kefu.broker;

import jakarta.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import kefu.protocol.Channel;
import kefu.protocol.Frame;
import kefu.protocol.Id;
import kefu.protocol.Json;
import kefu.protocol.Status;
import org.jspecify.annotations.Nullable;

/**
 * Presence within one process: a part of its channels. A group's list, and the records of its sessions, are guarded by its
 * channel's lock.
 */
public final class LocalPresence extends LocalPresenceLists {
    private final LongSupplier nanoTime;
    private final PresenceChanges changes;

    /** @param nanoTime the clock by which a grace ends, in nanoseconds */
    public LocalPresence(LocalBroker broker, Clock clock, LongSupplier nanoTime) {
        super(broker);
        this.nanoTime = nanoTime;
        this.changes = new PresenceChanges(clock);
    }

    /** Forgets all sessions. To be called together with {@link LocalBroker#reset}. */
    public void reset() {
        all.clear();
    }

    @Override
    public void watch(Watcher watcher) {
        changes.watch(watcher);
    }

    @Override
    public CompletionStage<Joined> join(SessionRecord record, Publication push) {
        Member member = record.member();
        LocalSession asked = new LocalSession(record);
        LocalSession before = all.get(member.client());
        boolean begins = before == null || !before.member().group().equals(member.group());
        if (begins) {
            all.settle(asked);
        }
        return broker.change(group(member), channel -> {
                    long next = changes.nextVersion();
                    LocalSession listed = channel.list(asked, next);
                    channel.append(push, broker.now(), broker.listener());
                    if (listed == asked) {
                        all.add(asked);
                        if (channel.sessionsOf(member).size() == 1) {
                            changes.tell(channel, member, true, next);
                        }
                    }
                    return channel.joined(listed);
                })
                .thenApply(joined -> {
                    LocalSession now = all.get(member.client());
                    if (now != null && (now == asked) != begins) { // another came or went at the same time
                        all.settle(now);
                    }
                    return joined;
                });
    }

    private static Channel group(Member member) {
        return Channel.group(member.group());
    }

    @Override
    public CompletionStage<Optional<Joined>> list(Id group, String client) {
        return done(Optional.ofNullable(broker.stepIfThere(Channel.group(group), channel -> {
            LocalSession session = channel.listed(client);
            return session == null ? null : channel.joined(session);
        })));
    }

    @Override
    public CompletionStage<Optional<SessionRecord>> setStatus(Member member, Status status, Publication push) {
        return changeListed(member, (session, channel) -> {
                    if (session.member().isNewerThan(member)) {
                        return null;
                    }
                    if (session.member().status() != status) {
                        session.set(session.record().withStatus(status));
                        channel.append(push, broker.now(), broker.listener());
                    }
                    return session.record();
                })
                .thenApply(Optional::ofNullable);
    }

    @Override
    public CompletionStage<Void> update(Member member) {
        return changeListed(member, (session, channel) -> {
                    session.update(member);
                    return true;
                })
                .thenAccept(done -> {});
    }

    @Override
    public CompletionStage<Void> detach(Member member, Duration grace) {
        return changeListed(member, (session, channel) -> {
                    session.detach(member, nanoTime.getAsLong() + grace.toNanos());
                    all.detached(session);
                    return true;
                })
                .thenAccept(done -> {});
    }

    @Override
    public CompletionStage<Optional<SessionRecord>> find(Id group, String ticketHash) {
        return done(all.find(group, ticketHash).map(LocalSession::record));
    }

    @Override
    public CompletionStage<Optional<SessionRecord>> resume(Id group, String ticketHash, long attempt, String node) {
        LocalSession found = all.find(group, ticketHash).orElse(null);
        if (found == null) {
            return done(Optional.empty());
        }
        return changeListed(found.member(), (session, channel) -> {
                    if (session != found || attempt <= session.record().attempt()) {
                        return null;
                    }
                    session.set(session.record().resumed(attempt, node));
                    all.resumed(session);
                    return session.record();
                })
                .thenApply(Optional::ofNullable);
    }

    @Override
    public CompletionStage<Optional<SessionRecord>> takeBack(Member login) {
        if (!all.someAreDetached()) {
            return done(Optional.empty());
        }
        return broker.changeIfThere(group(login), channel -> {
                    for (LocalSession session : channel.sessionsOf(login)) {
                        if (session.isTakenBackBy(login)) {
                            SessionRecord record = session.record();
                            session.set(record.resumed(record.attempt(), login.node()));
                            all.resumed(session);
                            return session.record();
                        }
                    }
                    return null;
                })
                .thenApply(Optional::ofNullable);
    }

    @Override
    public CompletionStage<List<Member>> due() {
        return done(all.due(nanoTime.getAsLong()));
    }

    @Override
    public CompletionStage<Boolean> expire(Member member, Publication push) {
        return end(member, push, session -> session.isDue(nanoTime.getAsLong()));
    }

    @Override
    public CompletionStage<Void> leave(Member member, Publication push) {
        return end(member, push, session -> true).thenAccept(ended -> {});
    }

    private CompletionStage<Boolean> end(Member member, Publication push, Predicate<LocalSession> mayEnd) {
        return changeListed(member, (session, channel) -> {
                    if (!mayEnd.test(session)) {
                        return null;
                    }
                    boolean last = channel.unlist(session);
                    channel.append(push, broker.now(), broker.listener());
                    if (last) {
                        changes.tell(channel, member, false, changes.nextVersion());
                    }
                    return session;
                })
                .thenApply(ended -> {
                    if (ended != null) {
                        all.remove(ended);
                    }
                    return ended != null;
                });
    }

    @Override
    public CompletionStage<Optional<Changed>> enter(String client, Channel name, int most) {
        return changeChannels(client, name, record -> {
            if (record.joined().contains(name) || record.isOwn(name)) {
                return new Changed(record, true);
            }
            return record.joined().size() < most
                    ? new Changed(record.joinedTo(name), true)
                    : new Changed(record, false);
        });
    }

    @Override
    public CompletionStage<Optional<Changed>> exit(String client, Channel name) {
        return changeChannels(
                client,
                name,
                record -> record.joined().contains(name)
                        ? new Changed(record.leftFrom(name), true)
                        : new Changed(record, false));
    }

    private CompletionStage<Optional<Changed>> changeChannels(
            String client, Channel name, Function<SessionRecord, Changed> change) {
        LocalSession found = all.get(client);
        if (found == null) {
            return done(Optional.empty());
        }
        return changeListed(found.member(), (session, channel) -> {
                    if (session != found) {
                        return null;
                    }
                    Changed changed = change.apply(session.record());
                    session.set(changed.session());
                    return changed;
                })
                .thenApply(changed -> {
                    if (!found.record().isOwn(name)) {
                        all.settle(found, name);
                    }
                    return Optional.ofNullable(changed);
                });
    }

    /** Changes a session that is listed, under its group's lock. @return null where it is not listed */
    private <T> CompletionStage<@Nullable T> changeListed(
            Member member, BiFunction<LocalSession, LocalChannel, @Nullable T> change) {
        return broker.changeIfThere(group(member), channel -> {
            LocalSession session = channel.listed(member.client());
            return session == null ? null : change.apply(session, channel);
        });
    }

    @Override
    public CompletionStage<Optional<JsonObject>> setData(String client, JsonObject to) {
        return changeData(client, kept -> to);
    }

    @Override
    public CompletionStage<Optional<Merged>> mergeData(String client, JsonObject patch, int maxBytes) {
        AtomicBoolean fits = new AtomicBoolean();
        return changeData(client, kept -> {
                    JsonObject merged = Json.merge(kept, patch);
                    fits.set(Frame.utf8Length(merged.toString()) <= maxBytes);
                    return fits.get() ? merged : kept;
                })
                .thenApply(now -> now.map(data -> new Merged(data, fits.get())));
    }

    private CompletionStage<Optional<JsonObject>> changeData(String client, UnaryOperator<JsonObject> change) {
        LocalSession found = all.get(client);
        if (found == null) {
            return done(Optional.empty());
        }
        return changeListed(found.member(), (session, channel) -> {
                    JsonObject now = change.apply(session.record().data());
                    session.set(session.record().withData(now));
                    return now;
                })
                .thenApply(Optional::ofNullable);
    }

    /** All sessions as they are. To be called behind {@link LocalBroker#seal}, else they change meanwhile. */
    public PresenceSnapshot snapshot() {
        return new PresenceSnapshot(all.snapshot(nanoTime.getAsLong()), changes.version());
    }

    /**
     * Goes on with the sessions of another presence, none of which has a connection now. Nobody hears of it. To be called once,
     * after {@link LocalBroker#restore} and before the first session comes.
     *
     * @param grace the time to come back of those whose line a stop has cut, this one or an earlier one
     * @param least the same for the others, where less was left
     */
    public void restore(PresenceSnapshot from, Duration grace, Duration least) {
        changes.restore(from.version());
        all.restore(from.sessions(), nanoTime.getAsLong(), grace, least);
    }
}
