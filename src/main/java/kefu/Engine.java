package kefu;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import kefu.broker.Broker;
import kefu.broker.Presence;
import kefu.gateway.Connections;
import kefu.gateway.Gateway;
import kefu.lifecycle.Handover;
import kefu.lifecycle.Service;

/** Keeps channels and sessions, in this process or together with other nodes, and knows how they outlive a stop. */
interface Engine {
    /** How exactly the time is kept for which streams are: it is minutes. */
    Duration STREAM_SWEEP = Duration.ofSeconds(10);

    Broker broker();

    Presence presence();

    /** How the gateway is drained, sealed and closed. */
    Service service(Gateway gateway, Connections connections);

    /** How the next deployment gets what is kept. */
    Handover handover(Gateway gateway);

    /**
     * Where this deployment meets the one before and the next one.
     *
     * @param directory where deployments of one process meet; empty: there is none
     * @param isVersion whether it is a version of a parallel deployment: the container sends clients to one of them only
     * @return empty: it meets nobody
     */
    Optional<Path> meeting(Optional<Path> directory, boolean isVersion);

    /** Whether what is kept can be reached now. */
    boolean isReachable();

    /** Closes what was opened. Nothing of it is used any more. */
    void close();
}
