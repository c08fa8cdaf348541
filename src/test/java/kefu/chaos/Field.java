package kefu.chaos;

import java.net.URI;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BiPredicate;

/**
 * What all clients of a run share.
 *
 * @param heard whether the backend has heard a client's request of a number
 * @param begun what anybody has begun to say or push
 * @param said what they have said, as far as they were answered
 * @param pushed what the gateway has accepted of pushes
 */
record Field(
        ChaosSettings settings,
        URI socket,
        Executor threads,
        ScheduledExecutorService timer,
        Reconnects reconnects,
        Faults faults,
        BiPredicate<String, Integer> heard,
        Numbers begun,
        Numbers said,
        Numbers pushed,
        Allowed allowed) {
    /** All clients are in it. */
    static final String GROUP = "chaos";
}
