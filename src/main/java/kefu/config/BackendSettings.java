package kefu.config;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The settings of the backend and of its events. */
public final class BackendSettings {
    public static final Setting<Optional<URI>> URL = new Setting<>(
            "kefu.backend.url",
            "",
            "an absolute http or https address without query or user, e.g. http://service/service/customer/",
            "base address of the customer-service backend; a method's name is put behind it. Empty: there is none, and the built-in methods are answered (kefu.desk)",
            false,
            Values::httpBase);

    public static final Setting<String> TOKEN = new Setting<>(
            "kefu.backend.token",
            "",
            "any text",
            "what the backend knows the gateway by, sent as ?token=; shown nowhere",
            true,
            Function.identity());

    /** A backend may have a method of the same name. So beside one the built-in methods must be asked for. */
    public static final Setting<DeskMode> DESK = new Setting<>(
            "kefu.desk",
            "auto",
            "auto, on or off",
            "where the built-in methods (say) are answered. auto: where kefu.backend.url is empty; on: always, and all other methods go to the backend; off: never",
            false,
            Values::deskMode);

    /** The curl timeout of the original. */
    public static final Setting<Duration> TIMEOUT = new Setting<>(
            "kefu.backend.timeout",
            "5s",
            "1ms to 5m, as 500ms, 5s, 1m",
            "from sending a request to the last byte of its answer; also how long a request waits for a free connection",
            false,
            Values.duration(Duration.ofMillis(1), Duration.ofMinutes(5)));

    /**
     * Common servers (Node, Apache) close an idle connection after 5 s, and a request that is sent at that moment would be
     * lost. So this is shorter. Load balancers and firewalls drop an idle connection after 10 s or more.
     */
    public static final Setting<Duration> IDLE_TIMEOUT = new Setting<>(
            "kefu.backend.idle-timeout",
            "4s",
            "10ms to 1h, as 500ms, 4s, 1m",
            "how long a connection to the backend may be idle and still be used; set it below the idle timeout of the backend and of what stands before it",
            false,
            Values.duration(Duration.ofMillis(10), Duration.ofHours(1)));

    public static final Setting<Integer> CONNECTIONS = new Setting<>(
            "kefu.backend.connections",
            "1024",
            "a whole number, 1 to 65535",
            "requests that are with the backend at once, each on a connection of its own",
            false,
            Values.count(1, 65_535));

    /** As many as may run at once: with 5 s for each call a longer queue could not be served in time. */
    public static final Setting<Integer> WAITING = new Setting<>(
            "kefu.backend.waiting",
            "1024",
            "a whole number, 0 to 1000000",
            "requests that wait for a free connection to the backend; the next one is answered 10008",
            false,
            Values.count(0, 1_000_000));

    /** None: only the backend knows which methods may be repeated. */
    public static final Setting<Set<String>> IDEMPOTENT = new Setting<>(
            "kefu.backend.idempotent",
            "",
            "methods apart by commas, e.g. order/list, order/get; *: every method",
            "methods that may be done twice: where a client sends a request again and the gateway does not know what became of it, it is forwarded",
            false,
            Values::names);

    public static final Setting<Integer> MAX_RESPONSE_BYTES = new Setting<>(
            "kefu.backend.max-response-bytes",
            "1MiB",
            "1 B to 1 GiB, as 65536, 64KiB, 1MiB",
            "the longest answer of the backend in bytes; a longer one counts as none (code 0)",
            false,
            Values.bytes(1, 1 << 30));

    /** The original puts the token into the address, and addresses appear in access logs. */
    public static final Setting<Boolean> TOKEN_AS_HEADER = new Setting<>(
            "kefu.backend.token-as-header",
            "false",
            "true or false",
            "whether the token is sent as Authorization: Bearer, and not as ?token=",
            false,
            Values::bool);

    /** With fewer calls a few slow ones would be enough to open the breaker. */
    public static final Setting<Integer> BREAKER_CALLS = new Setting<>(
            "kefu.backend.breaker.calls",
            "20",
            "a whole number, 0 to 10000; 0: never",
            "where half of this many calls or more within 10 s have got no answer, the backend is taken for dead: no call is sent, each is answered with code 0 at once",
            false,
            Values.count(0, 10_000));

    /** As long as one call waits for a backend that does not answer. */
    public static final Setting<Duration> BREAKER_DELAY = new Setting<>(
            "kefu.backend.breaker.delay",
            "5s",
            "10ms to 5m, as 500ms, 5s, 1m",
            "how long a backend that is taken for dead is left alone; then three calls at a time try it, and three answers end it",
            false,
            Values.duration(Duration.ofMillis(10), Duration.ofMinutes(5)));

    public static final Setting<Optional<URI>> EVENTS_URL = new Setting<>(
            "kefu.events.url",
            "",
            "an absolute http or https address without query or user, e.g. http://service/events",
            "where the backend is told who comes online and goes offline. Empty: it is not told",
            false,
            Values::httpAddress);

    /** Enough for every agent of the largest service to come and go once while the backend is unavailable: some megabytes. */
    public static final Setting<Integer> EVENTS_QUEUE = new Setting<>(
            "kefu.events.queue",
            "10000",
            "a whole number, 1 to 1000000",
            "events that wait for the backend; of more the oldest are dropped",
            false,
            Values.count(1, 1_000_000));

    private BackendSettings() {}

    /** Whether the built-in methods are answered. */
    public static boolean hasDesk(Settings settings) {
        return switch (settings.get(DESK)) {
            case AUTO -> settings.get(URL).isEmpty();
            case ON -> true;
            case OFF -> false;
        };
    }
}
