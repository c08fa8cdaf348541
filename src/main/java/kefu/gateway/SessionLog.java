package kefu.gateway;

import java.util.Locale;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import kefu.broker.Member;
import kefu.connection.Connection;
import kefu.connection.Initiator;
import kefu.metrics.LogLine;
import kefu.session.Session;
import org.jspecify.annotations.Nullable;

/** Logs the life of each session and connection: the lines of {@code docs/logging.md}. Thread-safe. */
final class SessionLog {
    private static final Logger LOG = Logger.getLogger(SessionLog.class.getName());

    private SessionLog() {}

    static void loggedIn(Session session, Connection connection) {
        log(() -> line("Login", session, connection)
                .with("address", connection.address())
                .with("by", Initiator.CLIENT.label())
                .with("protocol", session.member().version().name().toLowerCase(Locale.ROOT))
                .with("name", session.member().name()));
    }

    /** @param before the connection that the session had; null: this node was given the session without one */
    static void resumed(Session session, Connection connection, @Nullable Connection before) {
        log(() -> {
            LogLine line = line("Resume", session, connection)
                    .with("address", connection.address())
                    .with("by", Initiator.CLIENT.label());
            return before == null ? line : line.with("before", before.client());
        });
    }

    /** The session waits for another connection. */
    static void lost(Session session, Connection connection, int code) {
        log(() -> line("Loss", session, connection)
                .with("address", connection.address())
                .with("code", code)
                .with("by", Initiator.of(connection).label()));
    }

    /** @param seconds since the login */
    static void loggedOut(Session session, Initiator by, long seconds) {
        Connection connection = session.connection();
        log(() -> {
            LogLine line = line("Logout", session, connection).with("address", connection.address());
            return (connection.hasEnded() ? line.with("code", connection.closeCode()) : line)
                    .with("by", by.label())
                    .with("seconds", seconds);
        });
    }

    /** As above, of a session that had no connection here. */
    static void loggedOut(Member member, Initiator by, long seconds) {
        log(() -> member.describe(LogLine.of("Logout")).with("by", by.label()).with("seconds", seconds));
    }

    static void closed(Connection connection, int code) {
        log(() -> connection
                .describe(LogLine.of("Close"))
                .with("code", code)
                .with("by", connection.endedBy().label())
                .with("seconds", connection.age().toSeconds()));
    }

    /** Names the class itself: Java would walk the stack for it, which costs more than the line. */
    private static void log(Supplier<LogLine> line) {
        LOG.logp(Level.INFO, LOG.getName(), "log", () -> line.get().toString());
    }

    private static LogLine line(String event, Session session, Connection connection) {
        return session.describe(LogLine.of(event)).with("connection", connection.client());
    }
}
