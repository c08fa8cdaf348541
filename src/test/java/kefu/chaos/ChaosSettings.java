package kefu.chaos;

import java.time.Duration;

/**
 * How much is done in a run. Each is a system property: {@code kefu.chaos.clients} and so on.
 *
 * @param clients of version 2 that are there all the time
 * @param v1 clients of version 1 that are there all the time
 * @param push between two pushes to the group
 * @param request between two requests of a client
 * @param cut between two connections that are cut; 0: none is
 * @param pause before each redeploy
 * @param longestBackoff between two attempts of a client to connect
 * @param grace of the gateway ({@code kefu.session.grace}), which some clients sleep past
 * @param streams every so many clients of version 2 one connects as where WebSocket is blocked; 0: none does
 * @param severalNodes whether a session goes on with another node, which does not know what the one before has answered
 * @param seed of all that is random
 */
public record ChaosSettings(
        int clients,
        int v1,
        Duration push,
        Duration request,
        Duration cut,
        Duration pause,
        Duration longestBackoff,
        Duration grace,
        int streams,
        boolean severalNodes,
        long seed) {
    /** For what comes late after the last push: a slow machine is no fault. */
    static final Duration SETTLE = Duration.ofSeconds(30);

    /** From opening a socket to the answer to login or resume. */
    static final Duration CONNECT = Duration.ofSeconds(15);

    public static ChaosSettings read() {
        return read(24, 6, 20, 1_000, 12_000, 0, false);
    }

    /** What several nodes bear on one small machine. */
    public static ChaosSettings readForCluster() {
        return read(12, 3, 40, 200, 6_000, 4, true);
    }

    private static ChaosSettings read(
            int clients, int v1, long push, long pause, long grace, int streams, boolean severalNodes) {
        return new ChaosSettings(
                Integer.getInteger("kefu.chaos.clients", clients),
                Integer.getInteger("kefu.chaos.v1", v1),
                millis("kefu.chaos.push", push),
                millis("kefu.chaos.request", 1_000),
                millis("kefu.chaos.cut", 150),
                millis("kefu.chaos.pause", pause),
                millis("kefu.chaos.backoff", 1_000),
                millis("kefu.chaos.grace", grace),
                Integer.getInteger("kefu.chaos.streams", streams),
                severalNodes,
                Long.getLong("kefu.chaos.seed", System.nanoTime() % 1_000_000));
    }

    private static Duration millis(String name, long standard) {
        return Duration.ofMillis(Long.getLong(name, standard));
    }
}
