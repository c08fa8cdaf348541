package kefu.config;

import java.time.Duration;

/** The settings of the streams: how much is kept for clients that resume. */
public final class StreamSettings {
    public static final Setting<Integer> MAX_ENTRIES = new Setting<>(
            "kefu.stream.max-entries",
            "10000",
            "a whole number, 1 to 10000000",
            "publications that a channel keeps for those who come back",
            false,
            Values.count(1, 10_000_000));

    public static final Setting<Integer> MAX_BYTES = new Setting<>(
            "kefu.stream.max-bytes",
            "4MiB",
            "64 KiB to 1 GiB, as 1048576, 512KiB, 8MiB",
            "bytes that a channel keeps for those who come back",
            false,
            Values.bytes(64 << 10, 1 << 30));

    public static final Setting<Integer> TOTAL_BYTES = new Setting<>(
            "kefu.stream.total-bytes",
            "256MiB",
            "64 KiB to 1 GiB, as 1048576, 512KiB, 8MiB",
            "bytes that all channels keep together; the oldest go first",
            false,
            Values.bytes(64 << 10, 1 << 30));

    public static final Setting<Duration> RETENTION = new Setting<>(
            "kefu.stream.retention",
            "10m",
            "1s to 24h, as 500ms, 10s, 1m",
            "how long after its last publication a channel keeps them",
            false,
            Values.duration(Duration.ofSeconds(1), Duration.ofHours(24)));

    /** A channel with two short publications takes 0.9 KB: 18 MB in all. A thousand agents may leave each minute. */
    public static final Setting<Integer> IDLE_CHANNELS = new Setting<>(
            "kefu.stream.idle-channels",
            "20000",
            "a whole number, 1 to 10000000",
            "channels without a session (a group or an agent that nobody is logged in to any more) that are kept for those who come back; of more the one used longest ago goes first",
            false,
            Values.count(1, 10_000_000));

    public static final Setting<Duration> GRACE = new Setting<>(
            "kefu.session.grace",
            "30s",
            "0s to 10m, as 0s, 10s, 1m",
            "how long a session of protocol v2 whose connection is lost stays listed and can be resumed; 0s: not at all",
            false,
            Values.duration(Duration.ZERO, Duration.ofMinutes(10)));

    private StreamSettings() {}
}
