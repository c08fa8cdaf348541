package kefu.broker;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import kefu.config.Settings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The broker within one process keeps the contract. */
class LocalBrokerTest extends RetentionContract {
    private final AtomicLong nanos = new AtomicLong();
    private final ExecutorService worker = Executors.newSingleThreadExecutor();
    private final LocalBroker broker =
            new LocalBroker(Settings.from(key -> Optional.ofNullable(SETTINGS.get(key))), worker, nanos::get);
    private final LocalPresence presence =
            new LocalPresence(broker, Clock.fixed(Instant.ofEpochSecond(1_790_000_000), ZoneOffset.UTC));

    @AfterEach
    void end() {
        worker.shutdownNow();
    }

    @Override
    Broker broker() {
        return broker;
    }

    @Override
    Presence presence() {
        return presence;
    }

    @Override
    void advance(Duration by) {
        nanos.addAndGet(by.toNanos());
        broker.expire();
    }

    @Test
    void versionsBeginAboveThoseOfTheProcessBefore() throws Exception {
        join("a", "room", "1");
        assertTrue(changes.get(0).version() >= 1_790_000_000_000L, "the clock goes on while nobody runs");
    }
}
