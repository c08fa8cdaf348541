package kefu.broker;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import kefu.protocol.Channel;
import kefu.protocol.Id;

/** The part of {@link LocalPresence} that only reads: who is there. */
abstract class LocalPresenceLists implements Presence {
    final LocalBroker broker;
    final LocalSessions all;

    LocalPresenceLists(LocalBroker broker) {
        this.broker = broker;
        this.all = new LocalSessions(broker);
    }

    @Override
    public CompletionStage<Optional<SessionRecord>> session(String client) {
        return done(Optional.ofNullable(all.get(client)).map(LocalSession::record));
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
        return done(ChannelIndex.page(broker.index().groups(), after, limit, Function.identity()));
    }

    @Override
    public CompletionStage<Integer> groupCount() {
        return done(broker.index().groups().size());
    }

    @Override
    public CompletionStage<Page<Channel>> agents(String after, int limit) {
        return done(ChannelIndex.page(broker.index().agents(), after, limit, Function.identity()));
    }

    @Override
    public CompletionStage<Integer> agentCount() {
        return done(broker.index().agents().size());
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

    static <T> CompletionStage<T> done(T value) {
        return CompletableFuture.completedFuture(value);
    }
}
