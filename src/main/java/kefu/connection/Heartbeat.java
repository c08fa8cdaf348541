package kefu.connection;

import java.time.Duration;
import java.util.Optional;
import kefu.config.LimitSettings;
import kefu.config.Settings;
import kefu.protocol.Frame;

/**
 * How a connection is kept alive and its death noticed.
 *
 * @param interval between two heartbeats
 * @param timeout how long a client may be silent
 * @param response how long the answer to a heartbeat may take; without it the client is sent nothing that is published
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

    /** How often all connections are looked at: ten times an interval, and once a second at least. */
    public Duration tick() {
        Duration tenth = interval.dividedBy(10);
        return tenth.compareTo(LONGEST_TICK) < 0 ? tenth : LONGEST_TICK;
    }
}
