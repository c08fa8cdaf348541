package kefu.broker;

import jakarta.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import kefu.protocol.Channel;
import kefu.protocol.Id;
import kefu.protocol.Position;

/**
 * Who is listed in which group, and who is in which channel.
 *
 * <p>{@link #join} and {@link #leave} are each one atomic step on one group: the list changes, and the push takes its
 * place in the group's stream, so that of two simultaneous joins each hears of the other exactly once, by the list or by
 * the push. A session is in its group's channel as long as it is listed there; in the channels of its agent, its client
 * and all it is put before the join and out of them after the leave, so these are never short of a listed session.
 *
 * <p>Failure and threads as in {@link Broker}.
 */
public interface Presence {

    /**
     * What a join gave.
     *
     * @param listed everybody then in the group, in the order of joining, the joiner included
     * @param position of the push; everything behind it is for the joiner
     */
    record Joined(List<Member> listed, Position position) {}

    /** A part of a long list. @param next where to go on; empty: that was all */
    record Page<T>(List<T> items, Optional<String> next) {}

    /**
     * One agent as a group knows it.
     *
     * @param sessions how many are listed, one at least
     * @param version of the change by which the agent came
     */
    record Agent(Id group, Id uid, int sessions, long version) {}

    /**
     * An agent came into a group with the first session, or left it with the last.
     *
     * @param name as that session's agent wrote it
     * @param version rises with each change of the same agent and group, over restarts too
     * @param at epoch seconds
     */
    record Change(Id group, Id uid, String name, boolean online, long version, long at) {}

    /** What is kept with a session now. @param fits false where a patch would have made too much of it */
    record Merged(JsonObject data, boolean fits) {}

    /** Is told of each change, in order for each group, never under a lock. Must neither block nor throw. */
    interface Watcher {
        void changed(Change change);
    }

    /** Where changes are told from now on. Called once, before the first session comes. */
    void watch(Watcher watcher);

    /**
     * Lists a session in its group, and publishes the push there. A session that is listed there already keeps its
     * place, and its entry is replaced.
     */
    CompletionStage<Joined> join(Member member, Publication push);

    /**
     * A listed session has lost its connection: its entry is replaced in its place unless there is a newer one, and
     * nobody hears of it. Costs the same however many are listed.
     */
    CompletionStage<Void> detached(Member member);

    /**
     * A listed session has found a connection again: its entry is replaced as in {@link #detached}.
     *
     * @return the list, and the position behind which everything is for the session; empty: it is not listed any more
     */
    CompletionStage<Optional<Joined>> update(Member member);

    /** Takes a session off its group's list, and publishes the push there. Not listed: nothing happens. */
    CompletionStage<Void> leave(Member member, Publication push);

    /** A session by its public id. */
    CompletionStage<Optional<Member>> session(String client);

    /**
     * The sessions in a channel, by their public ids. As with all lists below, a page costs the same however long the list.
     *
     * @param after the id behind which to begin; empty: at the first
     */
    CompletionStage<Page<Member>> sessions(Channel channel, String after, int limit);

    /** How many sessions are in a channel. */
    CompletionStage<Integer> count(Channel channel);

    /** The groups that have a session, by their names. @param after the name behind which to begin; empty: at the first */
    CompletionStage<Page<Channel>> groups(String after, int limit);

    /** How many groups have a session. */
    CompletionStage<Integer> groupCount();

    /** The agents that have a session in any group, by their ids. @param after as in {@link #groups} */
    CompletionStage<Page<Channel>> agents(String after, int limit);

    /** How many agents have a session in any group. */
    CompletionStage<Integer> agentCount();

    /** The agents listed in a group, by their ids. @param after as in {@link #groups} */
    CompletionStage<Page<Agent>> agentsIn(Id group, String after, int limit);

    /** How many agents are listed in a group. */
    CompletionStage<Integer> agentCount(Id group);

    /** One agent of a group; empty: not listed there. */
    CompletionStage<Optional<Agent>> agentIn(Id group, Id uid);

    /** What a backend keeps with a session; an empty object where it never did. Empty where there is no such session. */
    CompletionStage<Optional<JsonObject>> data(String client);

    /** Replaces what is kept with a session. @return what is kept now; empty where there is no such session */
    CompletionStage<Optional<JsonObject>> setData(String client, JsonObject data);

    /**
     * Changes what is kept with a session, by a merge patch (RFC 7396): one atomic step.
     *
     * @param maxBytes of the result, as UTF-8; where it is more, nothing changes
     * @return empty where there is no such session
     */
    CompletionStage<Optional<Merged>> mergeData(String client, JsonObject patch, int maxBytes);
}
