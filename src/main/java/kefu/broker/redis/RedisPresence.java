package kefu.broker.redis;

import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.logging.Logger;
import kefu.broker.Member;
import kefu.broker.Publication;
import kefu.broker.SessionRecord;
import kefu.broker.TooManySessionsException;
import kefu.broker.UnavailableException;
import kefu.metrics.LogLine;
import kefu.protocol.Channel;
import kefu.protocol.Frame;
import kefu.protocol.Id;
import kefu.protocol.Json;
import kefu.protocol.Status;
import org.jspecify.annotations.Nullable;

/** The sessions of all nodes, in Redis. Each step is one script. */
public final class RedisPresence extends RedisPresenceLists {
    private static final Logger LOG = Logger.getLogger(RedisPresence.class.getName());

    /** Given out at a time: the next ones follow a second later. */
    private static final int MAX_DUE = 1_000;

    private final String incarnation = UUID.randomUUID().toString();

    private final ReadMembers members = new ReadMembers();
    private final PresenceOutbox outbox;
    private final SerialQueue notices;
    private volatile @Nullable Listener listener;

    public RedisPresence(Redis redis) {
        super(redis);
        this.outbox = new PresenceOutbox(redis, incarnation);
        this.notices = new SerialQueue("notices of other nodes", redis.executor());
    }

    /** This node in this life: another one of the same name is not meant. */
    String incarnation() {
        return incarnation;
    }

    @Override
    public void listen(Listener to) {
        listener = to;
    }

    /** What waits for the watcher. */
    PresenceOutbox outbox() {
        return outbox;
    }

    /**
     * Another node has changed a session: its client id, a line break, and where it has ended what it hears before. Empty: the
     * outbox has a change.
     */
    void noticed(String notice) {
        if (notice.isEmpty()) {
            outbox.look();
            return;
        }
        int end = notice.indexOf('\n');
        String client = notice.substring(0, end);
        String heard = notice.substring(end + 1);
        notices.add(() -> {
            Listener to = listener;
            if (to != null && !heard.isEmpty()) {
                to.ended(client, Long.parseLong(heard));
            } else if (to != null) {
                redis.call(Script.FIND, client)
                        .thenAccept(reply -> {
                            if (!reply.isEmpty() && reply.text(6).equals(incarnation)) {
                                to.changed(Records.record(reply));
                            } else if (!reply.isEmpty()) {
                                to.moved(client);
                            } // else it has ended, and another notice says so
                        })
                        .exceptionally(fault -> {
                            LOG.log(UnavailableException.level(fault), fault, () -> LogLine.of("Fault")
                                    .with("in", "notice of another node")
                                    .with("session", client)
                                    .toString());
                            return null;
                        });
            }
        });
    }

    /** The other nodes have given this one up. Completes when its sessions are gone. */
    CompletionStage<Void> givenUp() {
        CompletableFuture<Void> gone = new CompletableFuture<>();
        notices.add(() -> {
            Listener to = listener;
            try {
                if (to != null) {
                    to.givenUp();
                }
            } finally {
                gone.complete(null);
            }
        });
        return gone;
    }

    @Override
    public void watch(Watcher to) {
        outbox.watch(to);
    }

    @Override
    public CompletionStage<Joined> join(SessionRecord session, Publication push) {
        Member member = session.member();
        return redis.call(
                        Script.JOIN,
                        member.client(),
                        member.group().key(),
                        member.uid().key(),
                        member.version().name(),
                        Records.quoted(member.name()),
                        Records.fixed(member),
                        member.node(),
                        incarnation,
                        flag(member.isConnected()),
                        Integer.toString(member.generation()),
                        session.ticketHash(),
                        Integer.toString(member.status().number()),
                        Long.toString(Entry.cost(push)),
                        Entry.text(push))
                .thenApply(reply -> {
                    if (reply.isEmpty()) {
                        throw new TooManySessionsException();
                    }
                    return Records.joined(reply, members);
                });
    }

    private static String flag(boolean set) {
        return set ? "1" : "0";
    }

    @Override
    public CompletionStage<Optional<Joined>> list(Id group, String client) {
        return redis.call(Script.LIST, group.key(), client)
                .thenApply(reply -> optional(reply, listed -> Records.joined(listed, members)));
    }

    @Override
    public CompletionStage<Optional<SessionRecord>> setStatus(Member member, Status status, Publication push) {
        return redis.call(
                        Script.STATUS,
                        member.client(),
                        member.group().key(),
                        flag(member.isConnected()),
                        Integer.toString(member.generation()),
                        Integer.toString(status.number()),
                        Long.toString(Entry.cost(push)),
                        Entry.text(push))
                .thenApply(RedisPresence::record);
    }

    @Override
    public CompletionStage<Void> update(Member member) {
        return update(member, Duration.ZERO);
    }

    @Override
    public CompletionStage<Void> detach(Member member, Duration grace) {
        return update(member, grace);
    }

    private CompletionStage<Void> update(Member member, Duration grace) {
        return redis.call(
                        Script.UPDATE,
                        member.client(),
                        member.group().key(),
                        member.version().name(),
                        Records.quoted(member.name()),
                        Records.fixed(member),
                        member.node(),
                        incarnation,
                        flag(member.isConnected()),
                        Integer.toString(member.generation()),
                        Long.toString(grace.toMillis()))
                .thenAccept(done -> {});
    }

    @Override
    public CompletionStage<Optional<SessionRecord>> find(Id group, String ticketHash) {
        return redis.call(Script.FIND, "", group.key(), ticketHash).thenApply(RedisPresence::record);
    }

    @Override
    public CompletionStage<Optional<SessionRecord>> resume(Id group, String ticketHash, long attempt, String node) {
        return redis.call(Script.RESUME, group.key(), ticketHash, Long.toString(attempt), node, incarnation)
                .thenApply(RedisPresence::record);
    }

    @Override
    public CompletionStage<Optional<SessionRecord>> takeBack(Member login) {
        return redis.call(
                        Script.TAKEBACK,
                        login.group().key(),
                        login.uid().key(),
                        Records.quoted(login.name()),
                        login.node(),
                        incarnation,
                        login.client())
                .thenApply(RedisPresence::record);
    }

    @Override
    public CompletionStage<Void> giveBack(Member login, Duration grace) {
        return redis.call(
                        Script.GIVEBACK,
                        login.group().key(),
                        login.uid().key(),
                        login.client(),
                        Long.toString(grace.toMillis()))
                .thenAccept(done -> {});
    }

    @Override
    public CompletionStage<List<Member>> due() {
        return redis.call(Script.DUE, Integer.toString(MAX_DUE))
                .thenApply(reply -> reply.texts().stream().map(Records::member).toList());
    }

    @Override
    public CompletionStage<Boolean> expire(Member member, Publication push) {
        return leave(member, push, true);
    }

    @Override
    public CompletionStage<Void> leave(Member member, Publication push) {
        return leave(member, push, false).thenAccept(ended -> {});
    }

    private CompletionStage<Boolean> leave(Member member, Publication push, boolean onlyIfDue) {
        return redis.call(
                        Script.LEAVE,
                        member.client(),
                        member.group().key(),
                        incarnation,
                        flag(onlyIfDue),
                        Long.toString(Entry.cost(push)),
                        Entry.text(push))
                .thenApply(reply -> !reply.isEmpty());
    }

    @Override
    public CompletionStage<Optional<Changed>> enter(String client, Channel channel, int most) {
        return change(client, channel, Integer.toString(most));
    }

    @Override
    public CompletionStage<Optional<Changed>> exit(String client, Channel channel) {
        return change(client, channel, "");
    }

    private CompletionStage<Optional<Changed>> change(String client, Channel channel, String most) {
        return redis.call(Script.ENTER, client, channel.name(), most, incarnation)
                .thenApply(reply -> optional(
                        reply, changed -> new Changed(Records.record(changed.list(1)), changed.number(0) == 1)));
    }

    @Override
    public CompletionStage<Optional<JsonObject>> setData(String client, JsonObject data) {
        return redis.call(Script.DATA, client, text(data)).thenApply(reply -> optional(reply, kept -> data));
    }

    private static String text(JsonObject data) {
        return Json.encodable(data.toString());
    }

    /** Redis cannot merge without reshaping numbers: it is done here, and again where another was quicker. */
    @Override
    public CompletionStage<Optional<Merged>> mergeData(String client, JsonObject patch, int maxBytes) {
        return redis.call(Script.FIND, client).thenCompose(reply -> {
            if (reply.isEmpty()) {
                return CompletableFuture.completedFuture(Optional.empty());
            }
            String kept = reply.text(3);
            JsonObject before = Json.parse(kept).orElseThrow().asJsonObject();
            JsonObject merged = Json.merge(before, patch);
            if (Frame.utf8Length(merged.toString()) > maxBytes) {
                return CompletableFuture.completedFuture(Optional.of(new Merged(before, false)));
            }
            return redis.call(Script.DATA, client, text(merged), kept).thenCompose(replaced -> {
                if (replaced.isEmpty()) {
                    return CompletableFuture.completedFuture(Optional.empty());
                }
                return replaced.number(0) == 1
                        ? CompletableFuture.completedFuture(Optional.of(new Merged(merged, true)))
                        : mergeData(client, patch, maxBytes);
            });
        });
    }
}
