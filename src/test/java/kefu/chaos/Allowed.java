package kefu.chaos;

/** What a fault that the test makes may cost, while it lasts. Thread-safe. */
final class Allowed {
    /** A node dies: what it was asked and has not answered has an outcome that is not known. */
    volatile boolean brokenLines;

    /** Redis has restarted: a stream may have ended, which each client is told. */
    volatile boolean endedStreams;
}
