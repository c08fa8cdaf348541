package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import kefu.config.Settings;
import kefu.metrics.Bound;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionLimiterTest {
    private static final Optional<Bound> MAY = Optional.empty();

    private final AtomicLong now = new AtomicLong();

    private ConnectionLimiter limiter(Map<String, String> settings) {
        return new ConnectionLimiter(Settings.from(key -> Optional.ofNullable(settings.get(key))), now::get);
    }

    @Test
    void soManyAreConnectedAndNoMore() {
        ConnectionLimiter limiter = limiter(Map.of("kefu.connections", "2"));
        assertEquals(MAY, limiter.acquire("192.0.2.1"));
        assertEquals(MAY, limiter.check("192.0.2.3"));
        assertEquals(MAY, limiter.acquire(""));
        assertEquals(Optional.of(Bound.CONNECTIONS), limiter.check("192.0.2.3"));
        assertEquals(Optional.of(Bound.CONNECTIONS), limiter.acquire("192.0.2.3"), "who came between");
        limiter.release("");
        assertEquals(MAY, limiter.check("192.0.2.3"));
        assertEquals(MAY, limiter.acquire("192.0.2.3"));
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1, true",
        "192.0.2.1, 192.0.2.2, false",
        "2001:db8:1:2::1, 2001:db8:1:2:ffff::9, true",
        "2001:db8:1:2::1, 2001:db8:1:3::1, false",
        "192.0.2.1, ::ffff:192.0.2.1, true"
    })
    void soManyFromOneAddress(String first, String second, boolean one) {
        ConnectionLimiter limiter = limiter(Map.of("kefu.address.connections", "1"));
        assertEquals(MAY, limiter.acquire(first));
        Optional<Bound> full = one ? Optional.of(Bound.ADDRESS_CONNECTIONS) : MAY;
        assertEquals(full, limiter.check(second));
        assertEquals(full, limiter.acquire(second));
        limiter.release(first);
        if (one) {
            assertEquals(MAY, limiter.acquire(second));
        }
    }

    @Test
    void soManyHandshakesASecondFromOneAddress() {
        ConnectionLimiter limiter = limiter(Map.of("kefu.address.handshakes", "2"));
        for (int i = 0; i < 20; i++) {
            assertEquals(MAY, limiter.check("192.0.2.1"));
        }
        assertEquals(Optional.of(Bound.ADDRESS_HANDSHAKES), limiter.check("192.0.2.1"));
        assertEquals(MAY, limiter.check("192.0.2.2"));
        now.addAndGet(Duration.ofMillis(500).toNanos());
        assertEquals(MAY, limiter.check("192.0.2.1"));
        assertEquals(Optional.of(Bound.ADDRESS_HANDSHAKES), limiter.check("192.0.2.1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.1.2.3", "::1", ""})
    void aLoopbackAddressIsNotBounded(String address) {
        ConnectionLimiter limiter = limiter(Map.of("kefu.address.connections", "1", "kefu.address.handshakes", "1"));
        for (int i = 0; i < 100; i++) {
            assertEquals(MAY, limiter.check(address));
            assertEquals(MAY, limiter.acquire(address));
        }
    }

    @Test
    void ofThoseWhoHaveGoneNothingIsKept() {
        ConnectionLimiter limiter = limiter(Map.of());
        for (int i = 0; i < 20_000; i++) {
            limiter.check("10.0." + i / 256 + "." + i % 256);
            now.addAndGet(Duration.ofMillis(10).toNanos()); // as long as one handshake takes to be forgotten
        }
        assertTrue(limiter.addresses() <= 2048, "known: " + limiter.addresses());
    }
}
