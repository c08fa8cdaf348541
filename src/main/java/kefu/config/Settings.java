package kefu.config;

import java.nio.file.Path;
import java.security.Key;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Every setting of the gateway, in the order of {@code docs/settings.md}, and their values as read at the start.
 *
 * <p>Values are read once: a changed setting takes effect with the next start. Immutable.
 */
public final class Settings {
    /** The ping interval of the original. */
    public static final Setting<Duration> HEARTBEAT_INTERVAL = new Setting<>(
            "kefu.heartbeat.interval",
            "10s",
            "100ms to 1h, as 500ms, 10s, 1m",
            "between two heartbeats to a client",
            false,
            Values.duration(Duration.ofMillis(100), Duration.ofHours(1)));

    /** Three heartbeats: one lost packet or one pause of the browser does not end the connection. */
    public static final Setting<Duration> HEARTBEAT_TIMEOUT = new Setting<>(
            "kefu.heartbeat.timeout",
            "30s",
            "200ms to 24h, longer than kefu.heartbeat.interval",
            "how long a client may be silent before it is dropped",
            false,
            Values.duration(Duration.ofMillis(200), Duration.ofHours(24)));

    public static final Setting<String> HEARTBEAT_TEXT = new Setting<>(
            "kefu.heartbeat.text",
            "{\"type\":\"ping\"}",
            "any text up to 1,024 characters; empty: no text is sent, WebSocket pings only",
            "the text frame of a heartbeat",
            false,
            text -> {
                if (text.length() > 1024) {
                    throw new IllegalArgumentException();
                }
                return text;
            });

    public static final Setting<Optional<Path>> DATA_DIR = new Setting<>(
            "kefu.data.dir",
            "",
            "a directory that can be made and written to",
            "where the gateway keeps files; empty: kefu/<context path> in the container's own instance directory",
            false,
            Values::directory);

    public static final Setting<String> NODE = new Setting<>(
            "kefu.node",
            "",
            "1 to 64 of A-Z a-z 0-9 . _ -",
            "this gateway's name in health answers and logs; empty: the host's name",
            false,
            Values::nodeName);

    private static final List<Setting<?>> ALL = List.of(
            BackendSettings.URL,
            BackendSettings.TOKEN,
            BackendSettings.DESK,
            BackendSettings.TIMEOUT,
            BackendSettings.IDLE_TIMEOUT,
            BackendSettings.CONNECTIONS,
            BackendSettings.WAITING,
            BackendSettings.IDEMPOTENT,
            BackendSettings.MAX_RESPONSE_BYTES,
            BackendSettings.TOKEN_AS_HEADER,
            BackendSettings.BREAKER_CALLS,
            BackendSettings.BREAKER_DELAY,
            BackendSettings.EVENTS_URL,
            BackendSettings.EVENTS_QUEUE,
            HEARTBEAT_INTERVAL,
            HEARTBEAT_TIMEOUT,
            HEARTBEAT_TEXT,
            LimitSettings.CONNECTIONS,
            LimitSettings.ADDRESS_CONNECTIONS,
            LimitSettings.ADDRESS_HANDSHAKES,
            LimitSettings.AGENT_CONNECTIONS,
            LimitSettings.SESSION_JOINS,
            LimitSettings.NAME_MAX_CHARS,
            LimitSettings.REQUESTS_RATE,
            LimitSettings.REQUESTS_BURST,
            LimitSettings.PINGS_RATE,
            LimitSettings.MESSAGE_MAX_BYTES,
            LimitSettings.MESSAGE_MAX_DEPTH,
            LimitSettings.QUEUE_MAX_FRAMES,
            LimitSettings.QUEUE_MAX_BYTES,
            LimitSettings.QUEUE_TOTAL_BYTES,
            LimitSettings.QUEUE_TIMEOUT,
            LimitSettings.PARALLEL_REQUESTS,
            StreamSettings.MAX_ENTRIES,
            StreamSettings.MAX_BYTES,
            StreamSettings.TOTAL_BYTES,
            StreamSettings.RETENTION,
            StreamSettings.IDLE_CHANNELS,
            StreamSettings.GRACE,
            HandoverSettings.MAX_BYTES,
            HandoverSettings.MAX_AGE,
            AuthSettings.MODE,
            AuthSettings.SECRET,
            AuthSettings.PUBLIC_KEY,
            AuthSettings.JWKS_URL,
            AuthSettings.ISSUER,
            AuthSettings.AUDIENCE,
            AuthSettings.FOREIGN_ID_METHODS,
            AuthSettings.LOGIN_TIMEOUT,
            AuthSettings.PROTOCOL_V1,
            AccessSettings.API_KEY,
            AccessSettings.API_KEY_PREVIOUS,
            LimitSettings.API_MAX_BYTES,
            LimitSettings.API_RATE,
            AccessSettings.API_ORIGINS,
            AccessSettings.ORIGINS,
            AccessSettings.STREAMS,
            AccessSettings.PROXIES,
            AccessSettings.PROXY_HEADER,
            RedisSettings.URI,
            RedisSettings.PREFIX,
            DATA_DIR,
            NODE);

    private final Map<Setting<?>, Object> values;

    private Settings(Map<Setting<?>, Object> values) {
        this.values = values;
    }

    /** Every setting there is, in the order of the documentation. */
    public static List<Setting<?>> all() {
        return ALL;
    }

    /**
     * Reads and checks every setting.
     *
     * @param source returns the text that is set for a key; empty: none is set; an empty text is a value
     * @throws BadSettingException for the first bad value; the exceptions of other bad values are suppressed in it
     */
    public static Settings from(Function<String, Optional<String>> source) {
        List<BadSettingException> faults = new ArrayList<>();
        Settings settings = read(source, faults::add);
        if (!faults.isEmpty()) {
            BadSettingException first = faults.remove(0);
            faults.forEach(first::addSuppressed);
            throw first;
        }
        return settings;
    }

    /** The bad values, in the order of the settings; empty: the gateway can start. */
    static List<BadSettingException> faults(Function<String, Optional<String>> source) {
        List<BadSettingException> faults = new ArrayList<>();
        read(source, faults::add);
        return faults;
    }

    /** @return complete, if there was no bad value */
    private static Settings read(Function<String, Optional<String>> source, Consumer<BadSettingException> fault) {
        Map<Setting<?>, Object> values = new LinkedHashMap<>();
        for (Setting<?> setting : ALL) {
            check(
                    () -> values.put(
                            setting, setting.parse(source.apply(setting.key()).orElse(setting.fallback()))),
                    fault);
        }
        Settings settings = new Settings(values);
        if (values.size() == ALL.size()) { // combinations can be checked only if each single value is allowed
            check(() -> settings.checkHeartbeat(source), fault);
            check(() -> AuthSettings.check(settings), fault);
        }
        return settings;
    }

    private static void check(Runnable check, Consumer<BadSettingException> fault) {
        try {
            check.run();
        } catch (BadSettingException bad) {
            fault.accept(bad);
        }
    }

    private void checkHeartbeat(Function<String, Optional<String>> source) {
        if (get(HEARTBEAT_TIMEOUT).compareTo(get(HEARTBEAT_INTERVAL)) <= 0) {
            throw new BadSettingException(
                    HEARTBEAT_TIMEOUT, source.apply(HEARTBEAT_TIMEOUT.key()).orElse(HEARTBEAT_TIMEOUT.fallback()));
        }
    }

    @SuppressWarnings("unchecked") // from() put each value in under the setting that parsed it
    public <T> T get(Setting<T> setting) {
        return (T) Objects.requireNonNull(values.get(setting));
    }

    /** The text of every value by its key, for the log; empty: none is set. That of a secret is {@code ***}. */
    public Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        for (Setting<?> setting : ALL) {
            String text = text(get(setting));
            texts.put(setting.key(), setting.secret() && !text.isEmpty() ? "***" : text);
        }
        return texts;
    }

    @Override
    public String toString() {
        return texts().toString();
    }

    /** The text of a value that is no secret. */
    static String text(Object value) {
        if (value instanceof Optional<?> maybe && maybe.orElse(null) instanceof Key key) {
            return key.getAlgorithm();
        }
        return value instanceof Optional<?> maybe ? maybe.map(Object::toString).orElse("") : value.toString();
    }
}
