package kefu.broker;

import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import kefu.protocol.Channel;
import kefu.protocol.Id;
import kefu.protocol.Position;
import kefu.protocol.Status;

/**
 * The sessions: one record each, in the list of its group, and which channels they are in. A session needs no connection and no
 * object of a gateway: what goes on with it finds all in its record.
 *
 * <p>{@link #join}, {@link #detach}, {@link #resume}, {@link #expire}, {@link #leave} and {@link #setStatus} are each one atomic step on one group.
 * Where the list changes, the push takes its place in the group's stream in the same step, so that of two simultaneous joins
 * each hears of the other exactly once, by the list or by the push. A session is in its group's channel as long as it is listed
 * there; in the channels of its agent, its client and all it is put before the join and out of them after the leave, so these
 * are never short of a listed session. In those that {@link #enter} names it is a moment after that step, until {@link #exit}.
 *
 * <p>A step that comes late, with a member that is older than the record's, changes nothing.
 *
 * <p>Failure and threads as in {@link Broker}.
 */
public interface Presence {

    /**
     * What a join gave.
     *
     * @param listed everybody then in the group, in the order of joining, the joiner included
     * @param position of the push; everything behind it is for the joiner
     * @param session as it is now
     */
    record Joined(List<Member> listed, Position position, SessionRecord session) {}

    /** A session's record after a change of its channels. @param done whether it is as was asked */
    record Changed(SessionRecord session, boolean done) {}

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

        /**
         * This node tells the changes from now on: first those that no node is done with. Some may have been lost before. Called where
         * several nodes share their presence, of which one tells them; else all changes are told here.
         *
         * @param done is to be given each change that need not be told again. Does not block
         */
        default void begin(Consumer<Change> done) {}

        /** Another node tells the changes from now on, and also those that this one is not done with. */
        default void end() {}
    }

    /** Is told what other nodes have done to the sessions that have their connections here. Must neither block nor throw. */
    interface Listener {
        /** Another node has changed the record of a session that is on this node still. */
        void changed(SessionRecord session);

        /** A session has gone to a connection on another node. */
        void moved(String client);

        /** Another node has ended a session. @param heard what was published in its own channel before that, up to this offset */
        void ended(String client, long heard);

        /** The other nodes have given this one up: each of its sessions has lost its connection, and waits for another one. */
        void givenUp();
    }

    /** Where that is told from now on. Called once, before the first session comes. Within one process there is nothing to tell. */
    default void listen(Listener listener) {}

    /** Where changes are told from now on. Called once, before the first session comes. */
    void watch(Watcher watcher);

    /**
     * Lists a session in its group, and publishes the push there. A session that is listed there already keeps its place, its
     * ticket, its channels and its data; its member is replaced. Where there are several nodes a new one is refused by a
     * {@link TooManySessionsException} when its agent has {@code kefu.agent.connections} in the group: a node knows of its own.
     */
    CompletionStage<Joined> join(SessionRecord session, Publication push);

    /** The list of a session's group, and the position behind which everything is for the session. Empty: it is not listed. */
    CompletionStage<Optional<Joined>> list(Id group, String client);

    /**
     * Sets the state of a listed session, and publishes the push there. Where it has that state already, nothing is published. Only
     * this step changes a state: what a member that comes with another step says of it counts where a session is listed first.
     *
     * @return the session as it is now; empty: it is not listed, or the member is older
     */
    CompletionStage<Optional<SessionRecord>> setStatus(Member member, Status status, Publication push);

    /** Corrects the member of a listed session. Nobody hears of it. */
    CompletionStage<Void> update(Member member);

    /**
     * A listed session has lost its connection, and may come back within the grace. Nobody hears of it. Costs the same however
     * many are listed.
     *
     * @param member the session as it was on that connection, {@link Member#detached}
     */
    CompletionStage<Void> detach(Member member, Duration grace);

    /** The session of a group that a ticket resumes. */
    CompletionStage<Optional<SessionRecord>> find(Id group, String ticketHash);

    /**
     * Gives a session to a new connection, whatever it had before. It has lost nothing of its time to come back where this fails.
     *
     * @param attempt the client's number; one that is not above the last changes nothing
     * @param node where the connection is
     * @return empty: it has ended, or there was a later attempt
     */
    CompletionStage<Optional<SessionRecord>> resume(Id group, String ticketHash, long attempt, String node);

    /**
     * Gives a session of v1 that has no connection to a login of the same agent with the same name: of several the one that
     * joined first. Only where the server itself has ended the connection a session of v1 is there still. Nobody hears of it.
     *
     * @return the session, with its public id and in its place; empty: there is none
     */
    CompletionStage<Optional<SessionRecord>> takeBack(Member login);

    /**
     * Undoes a {@link #takeBack} that has failed, if it was done all the same: the session waits for another login. Within one
     * process what fails is not done.
     */
    default CompletionStage<Void> giveBack(Member login, Duration grace) {
        return CompletableFuture.completedFuture(null);
    }

    /** The sessions whose grace has ended. A hint: {@link #expire} decides. */
    CompletionStage<List<Member>> due();

    /** Takes a session off its group's list if its grace has ended, and publishes the push there. @return whether it did */
    CompletionStage<Boolean> expire(Member member, Publication push);

    /** Takes a session off its group's list, whatever it is like, and publishes the push there. Not listed: nothing happens. */
    CompletionStage<Void> leave(Member member, Publication push);

    /**
     * Puts a session into a group's or an agent's channel. It is not listed there, and nobody is told.
     *
     * @param most in so many it may be besides its own
     * @return not done where it is in as many already; empty: there is no such session
     */
    CompletionStage<Optional<Changed>> enter(String client, Channel channel, int most);

    /** Undoes an {@link #enter}. @return not done where it was not in it; empty: there is no such session */
    CompletionStage<Optional<Changed>> exit(String client, Channel channel);

    /** A session by its public id. */
    CompletionStage<Optional<SessionRecord>> session(String client);

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
