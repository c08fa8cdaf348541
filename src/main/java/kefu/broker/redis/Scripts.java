package kefu.broker.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import kefu.config.BackendSettings;
import kefu.config.LimitSettings;
import kefu.config.Settings;
import kefu.config.StreamSettings;

/** The text of each script, with this gateway's settings in it. Immutable. */
final class Scripts {
    /** Redis's own clock, in milliseconds: the nodes' clocks may differ. */
    static final String SERVER_TIME =
            "local time = redis.call('TIME')\nlocal NOW = time[1] * 1000 + math.floor(time[2] / 1000)\n";

    /** How long a publication's id is known. */
    private static final Duration ID_TIME = Duration.ofMinutes(5);

    /** The watcher counts 1,024 characters for each change. UTF-8 has up to three bytes for one, and there is more than the name. */
    private static final long BYTES_PER_CHANGE = 4096;

    /** A script. @param sha by which Redis knows it once it has run */
    record Text(String text, String sha) {}

    private final Map<Script, Text> texts = new EnumMap<>(Script.class);

    /** @param clock Lua that sets {@code NOW}: tests move it */
    Scripts(Settings settings, String clock) {
        long changes =
                settings.get(BackendSettings.EVENTS_URL).isEmpty() ? 0 : settings.get(BackendSettings.EVENTS_QUEUE);
        String before = clock
                + constant("MAX_ENTRIES", settings.get(StreamSettings.MAX_ENTRIES))
                + constant("MAX_BYTES", settings.get(StreamSettings.MAX_BYTES))
                + constant("TOTAL_BYTES", settings.get(StreamSettings.TOTAL_BYTES))
                + constant("RETENTION", settings.get(StreamSettings.RETENTION).toMillis())
                + constant("MAX_IDLE", settings.get(StreamSettings.IDLE_CHANNELS))
                + constant("AGENT_SESSIONS", settings.get(LimitSettings.AGENT_CONNECTIONS))
                + constant("ID_TIME", ID_TIME.toMillis())
                + constant("MAX_CHANGES", changes)
                + constant("MAX_CHANGE_BYTES", changes * BYTES_PER_CHANGE)
                + read("channels");
        String withSessions = before + read("sessions");
        for (Script script : Script.values()) {
            String text = (script.usesSessions() ? withSessions : before)
                    + read(script.name().toLowerCase(Locale.ROOT));
            texts.put(script, new Text(text, sha1(text)));
        }
    }

    Text of(Script script) {
        return Objects.requireNonNull(texts.get(script));
    }

    private static String constant(String name, long value) {
        return "local " + name + " = " + value + "\n";
    }

    private static String read(String name) {
        try (InputStream file = Scripts.class.getResourceAsStream(name + ".lua")) {
            return new String(Objects.requireNonNull(file, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static String sha1(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException none) {
            throw new IllegalStateException(none); // every Java has it
        }
    }
}
