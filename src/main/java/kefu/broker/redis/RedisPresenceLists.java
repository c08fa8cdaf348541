package kefu.broker.redis;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import kefu.broker.Member;
import kefu.broker.Presence;
import kefu.broker.SessionRecord;
import kefu.protocol.Channel;
import kefu.protocol.Id;

/** The part of {@link RedisPresence} that only reads: who is there. */
abstract class RedisPresenceLists implements Presence {
    final Redis redis;

    RedisPresenceLists(Redis redis) {
        this.redis = redis;
    }

    static <T> Optional<T> optional(Reply reply, Function<Reply, T> read) {
        return reply.isEmpty() ? Optional.empty() : Optional.of(read.apply(reply));
    }

    static Optional<SessionRecord> record(Reply reply) {
        return optional(reply, Records::record);
    }

    @Override
    public CompletionStage<Optional<SessionRecord>> session(String client) {
        return client.isEmpty()
                ? CompletableFuture.completedFuture(Optional.empty())
                : redis.call(Script.FIND, client).thenApply(RedisPresenceLists::record);
    }

    @Override
    public CompletionStage<Page<Member>> sessions(Channel channel, String after, int limit) {
        return page(
                redis.call(Script.MEMBERS, channel.name(), after, oneMore(limit)),
                limit,
                Records::member,
                Member::client);
    }

    private static String oneMore(int limit) {
        return Long.toString(limit + 1L);
    }

    /** @param replied with one more than the page may have, where there is one */
    private static <T> CompletionStage<Page<T>> page(
            CompletionStage<Reply> replied, int limit, Function<String, T> read, Function<T, String> key) {
        return replied.thenApply(reply -> {
            List<T> items = reply.texts().stream().limit(limit).map(read).toList();
            boolean more = reply.size() > limit && limit > 0;
            return new Page<>(items, more ? Optional.of(key.apply(items.get(limit - 1))) : Optional.empty());
        });
    }

    @Override
    public CompletionStage<Integer> count(Channel channel) {
        return countOf("c:" + channel.name());
    }

    private CompletionStage<Integer> countOf(String key) {
        return redis.call(Script.COUNT, key).thenApply(reply -> (int) reply.number(0));
    }

    @Override
    public CompletionStage<Page<Channel>> groups(String after, int limit) {
        return names("groups", "g:", after, limit);
    }

    @Override
    public CompletionStage<Integer> groupCount() {
        return countOf("groups");
    }

    @Override
    public CompletionStage<Page<Channel>> agents(String after, int limit) {
        return names("agents", "u:", after, limit);
    }

    @Override
    public CompletionStage<Integer> agentCount() {
        return countOf("agents");
    }

    private CompletionStage<Page<Channel>> names(String index, String kind, String after, int limit) {
        return page(
                redis.call(Script.NAMES, index, after, oneMore(limit)),
                limit,
                name -> new Channel(kind + name),
                Channel::key);
    }

    @Override
    public CompletionStage<Page<Agent>> agentsIn(Id group, String after, int limit) {
        return page(
                redis.call(Script.AGENTS, group.key(), after, oneMore(limit)),
                limit,
                Records::agent,
                agent -> agent.uid().key());
    }

    @Override
    public CompletionStage<Integer> agentCount(Id group) {
        return countOf("a:" + group.key());
    }

    @Override
    public CompletionStage<Optional<Agent>> agentIn(Id group, Id uid) {
        return redis.call(Script.AGENTS, group.key(), uid.key())
                .thenApply(reply -> optional(reply, found -> Records.agent(found.text(0))));
    }
}
