package kefu.lifecycle;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** What a deployment serves its clients with. It is called on one thread, step by step. */
public interface Service {
    /**
     * Begins nothing more. Connected clients still hear all that is published, and may log out.
     *
     * @return completes when the requests that had begun have ended
     */
    CompletionStage<Void> drain();

    /** Changes and publishes nothing more: from now on the next deployment may read what is there. */
    void seal();

    /**
     * Closes all connections. Returns when they are closed, or after a few seconds.
     *
     * @param absence how long probably nobody will serve: clients are told to come back after that
     */
    void close(Duration absence);

    /** Forgets everything, to serve anew. Called after {@link #close}. */
    void reset();
}
