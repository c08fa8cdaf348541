package kefu.connection;

import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;
import kefu.metrics.LogLine;
import kefu.metrics.Metrics;

/** Counts what is sent to one client and received from it, and logs each frame at FINE. Thread-safe. */
final class Traffic {
    /** By this name an operator turns it on. */
    private static final Logger LOG = Logger.getLogger(Connection.class.getName());

    private final Metrics metrics;
    private final UnaryOperator<LogLine> client;

    /** @param client adds to a line of the log who the client is */
    Traffic(Metrics metrics, UnaryOperator<LogLine> client) {
        this.metrics = metrics;
        this.client = client;
    }

    void sent(int bytes) {
        metrics.sent(bytes);
        log("Sent", bytes);
    }

    void received(int bytes) {
        metrics.received(bytes);
        log("Received", bytes);
    }

    private void log(String event, int bytes) {
        if (LOG.isLoggable(Level.FINE)) { // a lambda for each frame would cost as much as counting it
            LOG.fine(client.apply(LogLine.of(event)).with("bytes", bytes).toString());
        }
    }
}
