package kefu.config;

import java.time.Duration;

/** What one deployment leaves to the next one. */
public final class HandoverSettings {
    public static final Setting<Integer> MAX_BYTES = new Setting<>(
            "kefu.handover.max-bytes",
            "32MiB",
            "1 MiB to 1 GiB, as 1048576, 512KiB, 8MiB",
            "bytes of the file that a deployment leaves to the next one: its sessions, and the newest answers and publications that there is room for",
            false,
            Values.bytes(1 << 20, 1 << 30));

    public static final Setting<Duration> MAX_AGE = new Setting<>(
            "kefu.handover.max-age",
            "10m",
            "1s to 24h, as 500ms, 10s, 1m",
            "how old that file may be for its sessions to go on; those of an older one have ended",
            false,
            Values.duration(Duration.ofSeconds(1), Duration.ofHours(24)));

    private HandoverSettings() {}
}
