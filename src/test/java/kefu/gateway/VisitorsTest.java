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

class VisitorsTest {
    private static final Optional<Bound> MAY = Optional.empty();

    private final AtomicLong now = new AtomicLong();

    private Visitors visitors(Map<String, String> settings) {
        return new Visitors(Settings.from(key -> Optional.ofNullable(settings.get(key))), now::get);
    }

    @Test
    void soManyAreConnectedAndNoMore() {
        Visitors visitors = visitors(Map.of("kefu.connections", "2"));
        assertEquals(MAY, visitors.entered("192.0.2.1"));
        assertEquals(MAY, visitors.knock("192.0.2.3"));
        assertEquals(MAY, visitors.entered(""));
        assertEquals(Optional.of(Bound.CONNECTIONS), visitors.knock("192.0.2.3"));
        assertEquals(Optional.of(Bound.CONNECTIONS), visitors.entered("192.0.2.3"), "who came between");
        visitors.left("");
        assertEquals(MAY, visitors.knock("192.0.2.3"));
        assertEquals(MAY, visitors.entered("192.0.2.3"));
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
        Visitors visitors = visitors(Map.of("kefu.address.connections", "1"));
        assertEquals(MAY, visitors.entered(first));
        Optional<Bound> full = one ? Optional.of(Bound.ADDRESS_CONNECTIONS) : MAY;
        assertEquals(full, visitors.knock(second));
        assertEquals(full, visitors.entered(second));
        visitors.left(first);
        if (one) {
            assertEquals(MAY, visitors.entered(second));
        }
    }

    @Test
    void soManyHandshakesASecondFromOneAddress() {
        Visitors visitors = visitors(Map.of("kefu.address.handshakes", "2"));
        for (int i = 0; i < 20; i++) {
            assertEquals(MAY, visitors.knock("192.0.2.1"));
        }
        assertEquals(Optional.of(Bound.ADDRESS_HANDSHAKES), visitors.knock("192.0.2.1"));
        assertEquals(MAY, visitors.knock("192.0.2.2"));
        now.addAndGet(Duration.ofMillis(500).toNanos());
        assertEquals(MAY, visitors.knock("192.0.2.1"));
        assertEquals(Optional.of(Bound.ADDRESS_HANDSHAKES), visitors.knock("192.0.2.1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.1.2.3", "::1", ""})
    void aLoopbackAddressIsNotBounded(String address) {
        Visitors visitors = visitors(Map.of("kefu.address.connections", "1", "kefu.address.handshakes", "1"));
        for (int i = 0; i < 100; i++) {
            assertEquals(MAY, visitors.knock(address));
            assertEquals(MAY, visitors.entered(address));
        }
    }

    @Test
    void ofThoseWhoHaveGoneNothingIsKept() {
        Visitors visitors = visitors(Map.of());
        for (int i = 0; i < 20_000; i++) {
            visitors.knock("10.0." + i / 256 + "." + i % 256);
            now.addAndGet(Duration.ofMillis(10).toNanos()); // as long as one handshake takes to be forgotten
        }
        assertTrue(visitors.addresses() <= 2048, "known: " + visitors.addresses());
    }
}
