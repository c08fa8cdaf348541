package kefu.connection;

import java.time.Duration;
import java.util.Optional;
import kefu.config.LimitSettings;
import kefu.config.Settings;
import kefu.protocol.Frame;

/**
 * How a connection is kept alive and its end noticed.
 *
 * @param interval between two heartbeats
 * @param timeout how long a client may be silent
 * @param response how long the answer to a heartbeat may take; after that the client gets no publications until it answers
 * @param text sent with each WebSocket ping; empty: pings only
 */
public record Heartbeat(Duration interval, Duration timeout, Duration response, Optional<Frame> text) {
    private static final Duration LONGEST_TICK = Duration.ofSeconds(1);

    public static Heartbeat of(Settings settings) {
        return new Heartbeat(
                settings.get(Settings.HEARTBEAT_INTERVAL),
                settings.get(Settings.HEARTBEAT_TIMEOUT),
                settings.get(LimitSettings.QUEUE_TIMEOUT),
                Optional.of(settings.get(Settings.HEARTBEAT_TEXT))
                        .filter(text -> !text.isEmpty())
                        .map(Frame::new));
    }

    /** The period of the check of all connections: a tenth of the interval, one second at most. */
    public Duration tick() {
        Duration tenth = interval.dividedBy(10);
        return tenth.compareTo(LONGEST_TICK) < 0 ? tenth : LONGEST_TICK;
    }
}
