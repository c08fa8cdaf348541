package kefu.chaos;

import java.net.URI;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/** What all clients of a run share. */
record Field(
        ChaosSettings settings,
        URI socket,
        Executor threads,
        ScheduledExecutorService timer,
        Reconnects reconnects,
        Faults faults) {
    /** All clients are in it. */
    static final String GROUP = "chaos";
}
