package kefu.broker;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import kefu.protocol.Frame;
import kefu.protocol.Id;

/**
 * Who is listed in which group, and the group's stream: the one order in which every member hears of everything.
 *
 * <p>Each call is one atomic step on one group and takes one place in its stream. What is to be heard is handed to the
 * {@link Listener}, and the callbacks of {@link #join} and {@link #leave} are run, in the order of the stream: serially
 * for each group, never under a lock, on the thread of some caller or one of the presence's own. So of two
 * simultaneous joins each hears of the other exactly once, by the list or by the push, whatever the callers' threads.
 *
 * <p>Calls come from any thread, return without waiting, and throw nothing.
 */
public interface Presence {

    /** Is handed what a group is to hear, in the order of the group's stream. Must neither block nor throw. */
    interface Listener {
        void published(Id group, Publication publication);
    }

    /** Where publications go from now on. Called once, before the first join. */
    void listen(Listener listener);

    /**
     * Lists a member in its group. Everybody in the group hears {@code push}; whether the joiner does is for the
     * listener to see: at the push's place in the stream its callback has not run yet.
     *
     * <p>A client that is listed in this group already keeps its place, and its entry is replaced.
     *
     * @param joined is run next after the push, with everybody listed then, in the order of joining, the joiner included
     */
    void join(Member member, Frame push, Consumer<List<Member>> joined);

    /**
     * Takes a member's client off its group's list; the others hear {@code push}. Where that client is not listed
     * there, nobody hears anything.
     *
     * @param left is run before the push, also where the client was not listed: nothing later in the group's stream
     *     is for this member
     */
    void leave(Member member, Frame push, Runnable left);

    /**
     * Says something to a group.
     *
     * @return how many listed sessions it is for; 0 also where the group does not exist
     */
    CompletionStage<Integer> publish(Id group, Publication publication);
}
