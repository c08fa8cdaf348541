package kefu.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Every setting of the gateway, in the order of {@code docs/settings.md}, and their values as read at the start.
 *
 * <p>Values are read once: a changed setting takes effect with the next start. Immutable.
 */
public final class Settings {
    public static final Setting<Optional<URI>> BACKEND_URL = new Setting<>(
            "kefu.backend.url",
            "",
            "an absolute http or https address without query or user, e.g. http://service/service/customer/",
            "base address of the customer-service backend; a method's name is put behind it. Empty: the built-in backend answers",
            false,
            Values::httpBase);

    public static final Setting<String> BACKEND_TOKEN = new Setting<>(
            "kefu.backend.token",
            "",
            "any text",
            "what the backend knows the gateway by, sent as ?token=; shown nowhere",
            true,
            Function.identity());

    /** The original's curl timeout. */
    public static final Setting<Duration> BACKEND_TIMEOUT = new Setting<>(
            "kefu.backend.timeout",
            "5s",
            "1ms to 5m, as 500ms, 5s, 1m",
            "from sending a request to the last byte of its answer; also how long a request waits for a free connection",
            false,
            Values.duration(Duration.ofMillis(1), Duration.ofMinutes(5)));

    public static final Setting<Integer> BACKEND_CONNECTIONS = new Setting<>(
            "kefu.backend.connections",
            "1024",
            "a whole number, 1 to 65535",
            "requests that are with the backend at once, each on a connection of its own",
            false,
            Values.count(1, 65_535));

    /** As many again as may be with the backend: at 5 s each a longer line could not be served in time. */
    public static final Setting<Integer> BACKEND_WAITING = new Setting<>(
            "kefu.backend.waiting",
            "1024",
            "a whole number, 0 to 1000000",
            "requests that wait for a free connection to the backend; the next one is answered 10008",
            false,
            Values.count(0, 1_000_000));

    /** None: what may be done twice only the backend knows. */
    public static final Setting<Set<String>> BACKEND_IDEMPOTENT = new Setting<>(
            "kefu.backend.idempotent",
            "",
            "methods apart by commas, e.g. order/list, order/get; *: every method",
            "methods that may be done twice: where a client sends a request again and the gateway does not know what became of it, it is forwarded",
            false,
            Values::names);

    public static final Setting<Integer> BACKEND_MAX_RESPONSE_BYTES = new Setting<>(
            "kefu.backend.max-response-bytes",
            "1MiB",
            "1 B to 1 GiB, as 65536, 64KiB, 1MiB",
            "the longest answer of the backend in bytes; a longer one counts as none (code 0)",
            false,
            Values.bytes(1, 1 << 30));

    public static final Setting<Optional<URI>> EVENTS_URL = new Setting<>(
            "kefu.events.url",
            "",
            "an absolute http or https address without query or user, e.g. http://service/events",
            "where the backend is told who comes online and goes offline. Empty: it is not told",
            false,
            Values::httpAddress);

    /** Every agent of the largest service comes and goes once while the backend is away: some megabytes. */
    public static final Setting<Integer> EVENTS_QUEUE = new Setting<>(
            "kefu.events.queue",
            "10000",
            "a whole number, 1 to 1000000",
            "events that wait for the backend; of more the oldest are dropped",
            false,
            Values.count(1, 1_000_000));

    /** The original's ping interval. */
    public static final Setting<Duration> HEARTBEAT_INTERVAL = new Setting<>(
            "kefu.heartbeat.interval",
            "10s",
            "100ms to 1h, as 500ms, 10s, 1m",
            "between two heartbeats to a client",
            false,
            Values.duration(Duration.ofMillis(100), Duration.ofHours(1)));

    /** Three heartbeats: one lost packet or one pause of the browser is not taken for a dead line. */
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

    public static final Setting<Integer> MESSAGE_MAX_BYTES = new Setting<>(
            "kefu.message.max-bytes",
            "256KiB",
            "128 B to 16 MiB, as 65536, 64KiB, 1MiB",
            "the longest message of a client in bytes of UTF-8; a longer one closes its connection with 1009",
            false,
            Values.bytes(128, 16 << 20));

    /** Two pushes a second for half an hour, or the logins of a thousand colleagues at once. */
    public static final Setting<Integer> QUEUE_MAX_FRAMES = new Setting<>(
            "kefu.queue.max-frames",
            "4096",
            "a whole number, 16 to 1000000",
            "frames that wait for one client; one more closes its connection with 4008",
            false,
            Values.count(16, 1_000_000));

    public static final Setting<Integer> QUEUE_MAX_BYTES = new Setting<>(
            "kefu.queue.max-bytes",
            "8MiB",
            "64 KiB to 1 GiB, as 1048576, 512KiB, 8MiB",
            "bytes that wait for one client; more closes its connection with 4008",
            false,
            Values.bytes(64 << 10, 1 << 30));

    /** A client that takes no byte for so long is gone or stuck; the network's own patience is minutes. */
    public static final Setting<Duration> QUEUE_TIMEOUT = new Setting<>(
            "kefu.queue.timeout",
            "5s",
            "100ms to 1h, as 500ms, 5s, 1m",
            "how long a client may take no byte of what is being sent to it; longer closes its connection with 4008",
            false,
            Values.duration(Duration.ofMillis(100), Duration.ofHours(1)));

    /** An agent's page asks a handful of things at once; what waits longer than eight others is better seen to wait. */
    public static final Setting<Integer> PARALLEL_REQUESTS = new Setting<>(
            "kefu.parallel-requests",
            "8",
            "a whole number, 1 to 64",
            "requests with an id of one connection that are served side by side (protocol v2)",
            false,
            Values.count(1, 64));

    public static final Setting<Integer> STREAM_MAX_ENTRIES = new Setting<>(
            "kefu.stream.max-entries",
            "10000",
            "a whole number, 1 to 10000000",
            "publications that a channel keeps for those who come back",
            false,
            Values.count(1, 10_000_000));

    public static final Setting<Integer> STREAM_MAX_BYTES = new Setting<>(
            "kefu.stream.max-bytes",
            "4MiB",
            "64 KiB to 1 GiB, as 1048576, 512KiB, 8MiB",
            "bytes that a channel keeps for those who come back",
            false,
            Values.bytes(64 << 10, 1 << 30));

    public static final Setting<Integer> STREAM_TOTAL_BYTES = new Setting<>(
            "kefu.stream.total-bytes",
            "256MiB",
            "64 KiB to 1 GiB, as 1048576, 512KiB, 8MiB",
            "bytes that all channels keep together; the oldest go first",
            false,
            Values.bytes(64 << 10, 1 << 30));

    public static final Setting<Duration> STREAM_RETENTION = new Setting<>(
            "kefu.stream.retention",
            "10m",
            "1s to 24h, as 500ms, 10s, 1m",
            "how long after its last publication a channel keeps them",
            false,
            Values.duration(Duration.ofSeconds(1), Duration.ofHours(24)));

    public static final Setting<Optional<String>> API_KEY = new Setting<>(
            "kefu.api.key",
            "",
            "16 to 256 visible ASCII characters, no spaces",
            "what a backend shows to call the HTTP API; shown nowhere. Empty: one that is made at the first start and kept in the file api.key of kefu.data.dir",
            true,
            Values::key);

    /** A page of history to a thousand agents by name fits in. */
    public static final Setting<Integer> API_MAX_BYTES = new Setting<>(
            "kefu.api.max-bytes",
            "1MiB",
            "1 KiB to 16 MiB, as 65536, 64KiB, 1MiB",
            "the longest body of a call of the HTTP API in bytes; a longer one is answered 413",
            false,
            Values.bytes(1 << 10, 16 << 20));

    /** The page's own: whoever serves the page may talk for it, and nobody else is known. */
    public static final Setting<Origins> ORIGINS = new Setting<>(
            "kefu.origins",
            "",
            "origins apart by commas, e.g. https://desk.example, or *",
            "the pages whose scripts may connect, and show this page in a frame; *: all. Empty: those of the host that is connected to",
            false,
            Origins::parse);

    public static final Setting<Proxies> PROXIES = new Setting<>(
            "kefu.proxies",
            "",
            "addresses or networks apart by commas, e.g. 10.0.0.7, 192.168.0.0/16, ::1",
            "the proxies in front of the gateway: X-Forwarded-For and X-Forwarded-Host count from these only",
            false,
            Proxies::parse);

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
            BACKEND_URL,
            BACKEND_TOKEN,
            BACKEND_TIMEOUT,
            BACKEND_CONNECTIONS,
            BACKEND_WAITING,
            BACKEND_IDEMPOTENT,
            BACKEND_MAX_RESPONSE_BYTES,
            EVENTS_URL,
            EVENTS_QUEUE,
            HEARTBEAT_INTERVAL,
            HEARTBEAT_TIMEOUT,
            HEARTBEAT_TEXT,
            MESSAGE_MAX_BYTES,
            QUEUE_MAX_FRAMES,
            QUEUE_MAX_BYTES,
            QUEUE_TIMEOUT,
            PARALLEL_REQUESTS,
            STREAM_MAX_ENTRIES,
            STREAM_MAX_BYTES,
            STREAM_TOTAL_BYTES,
            STREAM_RETENTION,
            API_KEY,
            API_MAX_BYTES,
            ORIGINS,
            PROXIES,
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
     * @param source gives the text that was set for a key, empty where none was; an empty text is a value
     * @throws BadSettingException at the first value that is not allowed
     */
    public static Settings from(Function<String, Optional<String>> source) {
        Map<Setting<?>, Object> values = new LinkedHashMap<>();
        for (Setting<?> setting : ALL) {
            values.put(setting, setting.parse(source.apply(setting.key()).orElse(setting.fallback())));
        }
        Settings settings = new Settings(values);
        if (settings.get(HEARTBEAT_TIMEOUT).compareTo(settings.get(HEARTBEAT_INTERVAL)) <= 0) {
            throw new BadSettingException(
                    HEARTBEAT_TIMEOUT, source.apply(HEARTBEAT_TIMEOUT.key()).orElse(HEARTBEAT_TIMEOUT.fallback()));
        }
        return settings;
    }

    @SuppressWarnings("unchecked") // from() put each value in under the setting that parsed it
    public <T> T get(Setting<T> setting) {
        return (T) Objects.requireNonNull(values.get(setting));
    }

    /** Every value but the secret ones, for the log. */
    @Override
    public String toString() {
        return ALL.stream()
                .map(s -> s.key() + "=" + (s.secret() ? "***" : text(get(s))))
                .collect(Collectors.joining(", "));
    }

    private static String text(Object value) {
        return value instanceof Optional<?> maybe ? maybe.map(Object::toString).orElse("") : value.toString();
    }
}
