package kefu.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxiesTest {
    private final Proxies proxies = Proxies.parse("10.0.0.7, 192.168.128.0/17, ::1, fd00::/8");

    @ParameterizedTest
    @CsvSource({
        "10.0.0.7, true",
        "10.0.0.8, false",
        "192.168.128.0, true",
        "192.168.255.255, true",
        "192.168.127.255, false",
        "192.169.128.1, false",
        "::1, true",
        "0:0:0:0:0:0:0:1, true",
        "::2, false",
        "fd12:3456::1, true",
        "fe80::1, false",
        "::ffff:10.0.0.7, true",
        "localhost, false",
        "'', false",
    })
    void knowsItsOwn(String address, boolean own) {
        assertEquals(own, proxies.contains(address));
    }

    @Test
    void aWholeFamilyIsANetworkOfNoBits() {
        assertTrue(Proxies.parse("0.0.0.0/0").contains("200.1.2.3"));
        assertFalse(Proxies.parse("0.0.0.0/0").contains("::1"));
        assertTrue(Proxies.parse("128.0.0.0/1").contains("200.1.2.3"));
        assertFalse(Proxies.parse("128.0.0.0/1").contains("100.1.2.3"));
    }

    @Test
    void theClientIsTheLastWhoIsNoProxy() {
        assertEquals("5.5.5.5", proxies.client("10.0.0.7", "5.5.5.5"));
        assertEquals(
                "5.5.5.5",
                proxies.client("10.0.0.7", "1.1.1.1, 5.5.5.5, 192.168.200.1"),
                "what is left of it is a claim");
        assertEquals("10.0.0.7", proxies.client("10.0.0.7", null));
        assertEquals("192.168.200.1", proxies.client("10.0.0.7", "192.168.200.1"), "nobody else is known");
    }

    @Test
    void whoIsNoProxyIsNotBelieved() {
        assertEquals("5.5.5.5", proxies.client("5.5.5.5", "10.0.0.7"));
    }

    @Test
    void whatIsNoAddressIsNotTaken() {
        assertEquals("10.0.0.7", proxies.client("10.0.0.7", "unknown"));
        assertEquals("10.0.0.7", proxies.client("10.0.0.7", "5.5.5.5, "));
        assertEquals("10.0.0.7", proxies.client("10.0.0.7", "a.name.example"));
    }
}
