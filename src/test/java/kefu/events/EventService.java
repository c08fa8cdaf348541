package kefu.events;

import static org.junit.jupiter.api.Assertions.fail;

import jakarta.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.ToIntFunction;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import kefu.Await;
import kefu.ManualTimer;
import kefu.backend.StubService;
import kefu.broker.Presence;
import kefu.config.Settings;
import kefu.protocol.Id;
import kefu.protocol.Json;

/** A backend that is told events, the gateway's side that tells them, and the clock of both. */
final class EventService implements AutoCloseable {
    static final String KEY = "密钥";

    /** No answer: the connection is reset. */
    static final int NONE = 0;

    final ManualTimer timer = new ManualTimer();
    final List<StubService.Received> accepted = new CopyOnWriteArrayList<>();
    final List<String> log = new CopyOnWriteArrayList<>();
    final StubService http;
    final PresenceEvents events;
    private final Logger logger = Logger.getLogger(PresenceEvents.class.getName());
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            log.add(entry.getLevel() + " " + entry.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    /** @param answer the status that a request gets, or {@link #NONE} */
    EventService(ToIntFunction<StubService.Received> answer) throws Exception {
        this(Map.of(), answer);
    }

    EventService(Map<String, String> settings, ToIntFunction<StubService.Received> answer) throws Exception {
        this(settings, answer, Runnable::run);
    }

    EventService(Map<String, String> settings, ToIntFunction<StubService.Received> answer, Executor worker)
            throws Exception {
        http = new StubService((request, socket) -> {
            int status = answer.applyAsInt(request);
            if (status == NONE) {
                socket.setSoLinger(true, 0);
                socket.close();
                return;
            }
            if (status / 100 == 2) {
                accepted.add(request);
            }
            StubService.write(socket, "HTTP/1.1 " + status + " x\r\nContent-Length: 1\r\n\r\nx");
        });
        events = events(http.url(), settings, timer, worker);
        logger.addHandler(handler);
    }

    static PresenceEvents events(URI url, Map<String, String> settings, ManualTimer timer, Executor worker) {
        return new PresenceEvents(
                url,
                Settings.from(key -> Optional.ofNullable(settings.get(key))),
                () -> KEY,
                timer,
                worker,
                () -> timer.now().toNanos(),
                () -> 0);
    }

    static Presence.Change online(String uid, long version) {
        return change(uid, true, version);
    }

    static Presence.Change offline(String uid, long version) {
        return change(uid, false, version);
    }

    static Presence.Change change(String uid, boolean online, long version) {
        return new Presence.Change(
                Id.ofText("g").orElseThrow(), Id.ofText(uid).orElseThrow(), "n", online, version, 1_700_000_000);
    }

    /** What was accepted, e.g. {@code online 17 5}, in the order in which it came. */
    List<String> told() {
        return accepted.stream().map(EventService::summary).toList();
    }

    static String summary(StubService.Received request) {
        JsonObject event = Json.parse(request.body()).orElseThrow().asJsonObject();
        return event.getString("event") + " " + event.getString("customer_id") + " " + event.get("version");
    }

    /** Moves the clock by tenths of a second, never while a request is on its way. */
    void moveUntil(BooleanSupplier condition) {
        Duration end = timer.now().plus(Duration.ofHours(1));
        while (!condition.getAsBoolean()) {
            Await.until(() -> condition.getAsBoolean() || !timer.isPending(PresenceEvents.TIMEOUT));
            if (!condition.getAsBoolean()) {
                timer.advance(Duration.ofMillis(100));
            }
            if (timer.now().compareTo(end) > 0) {
                fail("What was awaited did not come within an hour of the clock's time");
            }
        }
    }

    void move(Duration time) {
        Duration end = timer.now().plus(time);
        moveUntil(() -> timer.now().compareTo(end) >= 0);
    }

    /** The warnings in the log. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>(log);
        warnings.removeIf(entry -> !entry.startsWith("WARNING"));
        return warnings;
    }

    @Override
    public void close() {
        http.close();
        events.close();
        logger.removeHandler(handler);
    }
}
