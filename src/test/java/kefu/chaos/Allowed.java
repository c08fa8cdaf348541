package kefu.chaos;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What a fault that the test makes may cost, while it lasts. Thread-safe. */
final class Allowed {
    /** A node dies, or stands still: what it was asked and has not answered has an outcome that is not known. */
    volatile boolean brokenLines;

    /** Redis has restarted: a stream may have ended, which each client is told. */
    volatile boolean endedStreams;

    /** Redis has forgotten all: everybody logs in anew. */
    volatile boolean endedSessions;

    /**
     * Agents of version 1 who may be in a list twice, until others notice that their node has died, or not at all, until they have
     * logged in again.
     */
    final Set<String> unsettled = ConcurrentHashMap.newKeySet();
}
