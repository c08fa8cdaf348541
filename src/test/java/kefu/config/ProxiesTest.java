package kefu.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxiesTest {
    private static final String PROXY = "10.0.0.7";
    private final Proxies proxies = Proxies.parse("10.0.0.7, 192.168.128.0/17, ::1, fd00::/8");

    private Proxies.Received received(Map<String, List<String>> headers) {
        return received(ProxyHeader.EITHER, headers);
    }

    private Proxies.Received received(ProxyHeader header, Map<String, List<String>> headers) {
        return proxies.received(PROXY, header, name -> headers.getOrDefault(name, List.of()));
    }

    private String client(String... forwardedFor) {
        return received(Map.of("X-Forwarded-For", List.of(forwardedFor))).address();
    }

    private Proxies.Received standard(String... forwarded) {
        return received(Map.of("Forwarded", List.of(forwarded)));
    }

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
        "fd12:3456::1%eth0, true",
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

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.7:80", "[::1]", "10.0.0", "10.0.0.256", "12", "proxy", "::1::"})
    void aProxyIsAnAddressAndNothingElse(String text) {
        assertThrows(IllegalArgumentException.class, () -> Proxies.parse(text));
    }

    @Test
    void theClientIsTheLastWhoIsNoProxy() {
        assertEquals("5.5.5.5", client("5.5.5.5"));
        assertEquals("5.5.5.5", client("1.1.1.1, 5.5.5.5, 192.168.200.1"), "what is left of it is a claim");
        assertEquals(PROXY, client());
        assertEquals("192.168.200.1", client("192.168.200.1"), "nobody else is known");
    }

    @Test
    void severalLinesAreOneList() {
        assertEquals("5.5.5.5", client("1.1.1.1", "5.5.5.5"), "a client's own line stands before the proxy's");
        assertEquals("5.5.5.5", client("1.1.1.1, 5.5.5.5", "192.168.200.1"));
        assertEquals("5.5.5.5", client("5.5.5.5", "192.168.200.1, 10.0.0.7"));
        assertEquals(
                "5.5.5.5",
                standard("for=1.1.1.1", "for=5.5.5.5, for=192.168.200.1").address());
    }

    @ParameterizedTest
    @CsvSource({
        "5.5.5.5:4711, 5.5.5.5",
        "[2001:db8::7]:4711, 2001:db8:0:0:0:0:0:7",
        "[2001:db8::7], 2001:db8:0:0:0:0:0:7",
        "2001:db8::7, 2001:db8:0:0:0:0:0:7",
        "::ffff:5.5.5.5, 5.5.5.5",
        "5.5.5.5:_port, 5.5.5.5",
    })
    void aClientMayHaveAPort(String written, String client) {
        assertEquals(client, client(written));
        assertEquals(client, standard("for=\"" + written + "\"").address());
        assertEquals(client, client("1.1.1.1, " + written + ", 192.168.200.1:80"), "a proxy in the chain may too");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unknown",
                "_hidden",
                "",
                "a.name.example",
                "256.1.1.1",
                "5.5.5",
                "1",
                "[5.5.5.5]",
                "[::1",
                "5.5.5.5:80:80",
                "::1::",
                ".:1",
                "5.5.5.5 evil",
                "php_backend:80"
            })
    void whatIsNoAddressIsNotTaken(String written) {
        assertEquals(PROXY, client("1.1.1.1, " + written));
        assertEquals(PROXY, standard("for=1.1.1.1, for=\"" + written + "\"").address());
    }

    @Test
    void whoIsNoProxyIsNotBelieved() {
        Map<String, List<String>> headers = Map.of(
                "X-Forwarded-For", List.of("10.0.0.7"),
                "X-Forwarded-Host", List.of("evil.example"),
                "X-Forwarded-Proto", List.of("https"));
        Proxies.Received received =
                proxies.received("5.5.5.5", ProxyHeader.EITHER, name -> headers.getOrDefault(name, List.of()));
        assertEquals(new Proxies.Received("5.5.5.5", Optional.empty(), Optional.empty()), received);
    }

    @Test
    void theStandardHeaderIsRead() {
        assertEquals(
                new Proxies.Received("5.5.5.5", Optional.of("desk.example:8443"), Optional.of("https")),
                standard("For=5.5.5.5;Proto=https;host=\"desk.example:8443\";by=10.0.0.7"));
        assertEquals(
                "5.5.5.5",
                standard("for=1.1.1.1;host=evil, for=5.5.5.5;secret=\"a,b;for=2.2.2.2\"")
                        .address());
        assertEquals(PROXY, standard("for=5.5.5.5;for=1.1.1.1").address(), "which of them is nobody's to say");
        assertEquals(PROXY, standard("nonsense").address());
    }

    @Test
    void aQuoteThatAClientLeavesOpenDoesNotSwallowWhatAProxyAdds() {
        assertEquals("5.5.5.5", standard("for=\"1.1.1.1, for=5.5.5.5").address());
        assertEquals(
                "5.5.5.5", standard("for=\"[2001:db8::1, for=\"5.5.5.5:80\"").address());
        assertEquals(
                "5.5.5.5", standard("for=5.5.5.5;host=\"a\\\",for=1.1.1.1\"").address(), "a quote in quotes");
    }

    @Test
    void ofTwoKindsOfHeadersOneCounts() {
        Map<String, List<String>> both = Map.of(
                "X-Forwarded-For", List.of("5.5.5.5"), "Forwarded", List.of("for=1.1.1.1;host=evil;proto=https"));
        assertEquals(new Proxies.Received("5.5.5.5", Optional.empty(), Optional.empty()), received(both));
        assertEquals("1.1.1.1", received(ProxyHeader.FORWARDED, both).address());
        assertEquals("5.5.5.5", received(ProxyHeader.X_FORWARDED_FOR, both).address());
        assertTrue(Proxies.isAmbiguous(name -> both.getOrDefault(name, List.of())));
        Map<String, List<String>> other = Map.of("Forwarded", List.of("for=1.1.1.1"));
        assertEquals(PROXY, received(ProxyHeader.X_FORWARDED_FOR, other).address(), "this is a client's");
        assertFalse(Proxies.isAmbiguous(name -> other.getOrDefault(name, List.of())));
    }

    @Test
    void hostAndSchemeAreThoseThatTheOutermostProxySaw() {
        assertEquals(
                Optional.of("desk.example"),
                received(Map.of("X-Forwarded-Host", List.of("evil.example, desk.example")))
                        .host(),
                "one proxy: what is left of its own entry is a claim");
        Map<String, List<String>> chain = Map.of(
                "X-Forwarded-For", List.of("5.5.5.5", "192.168.200.1"),
                "X-Forwarded-Host", List.of("evil.example, desk.example, inner"),
                "X-Forwarded-Proto", List.of("wss, http"));
        assertEquals(
                new Proxies.Received("5.5.5.5", Optional.of("desk.example"), Optional.of("https")), received(chain));
        Map<String, List<String>> passedOn = Map.of(
                "X-Forwarded-For", List.of("5.5.5.5, 192.168.200.1"),
                "X-Forwarded-Host", List.of("desk.example"),
                "X-Forwarded-Proto", List.of("ftp"));
        assertEquals(
                new Proxies.Received("5.5.5.5", Optional.of("desk.example"), Optional.empty()), received(passedOn));
        assertEquals(
                new Proxies.Received("5.5.5.5", Optional.of("desk.example"), Optional.of("https")),
                standard(
                        "for=1.1.1.1;host=evil;proto=http, for=5.5.5.5;host=desk.example, for=192.168.200.1;proto=https"));
    }
}
