package kefu.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginsTest {
    @ParameterizedTest
    @CsvSource({
        "https://desk.example, desk.example",
        "https://desk.example:8443, desk.example:8443",
        "https://DESK.example, desk.EXAMPLE",
        "http://desk.example:8080, desk.example",
        "http://[::1]:8080, [::1]:8080",
        "http://10.0.0.7, 10.0.0.7:80",
    })
    void aPageOfTheHostThatIsConnectedToMay(String origin, String host) {
        assertTrue(Origins.parse("").admit(origin, host, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example",
                "https://desk.example.evil.example",
                "https://evildesk.example",
                "https://desk.example@evil.example",
                "https://evil.example/desk.example",
                "file://desk.example",
                "null",
                "",
                "desk.example",
                "https://",
                "https://desk.example evil.example"
            })
    void noOtherMay(String origin) {
        assertFalse(Origins.parse("").admit(origin, "desk.example", null));
        assertFalse(Origins.parse("https://desk.example").admit(origin, "desk.example", null));
    }

    @Test
    void whereSomeAreListedOnlyTheyMay() {
        Origins origins = Origins.parse("https://desk.example, http://localhost:8080");
        assertTrue(origins.admit("https://desk.example", "gateway.example", null));
        assertTrue(origins.admit("https://desk.example:443", "gateway.example", null));
        assertTrue(origins.admit("http://localhost:8080", "gateway.example", null));
        assertFalse(origins.admit("http://desk.example", "gateway.example", null), "another scheme");
        assertFalse(origins.admit("http://localhost:8081", "gateway.example", null), "another port");
        assertFalse(origins.admit("https://gateway.example", "gateway.example", null), "its own is not listed");
    }

    @Test
    void whereTheSchemeIsKnownAPageHasTheSame() {
        Origins own = Origins.parse("");
        assertTrue(own.admit("https://desk.example", "desk.example", "https"));
        assertTrue(own.admit("http://desk.example", "desk.example", "http"));
        assertFalse(
                own.admit("http://desk.example", "desk.example", "https"), "anybody on the way may have written it");
        assertFalse(own.admit("https://desk.example", "desk.example", "http"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"php_backend", "kefu_desk:8080", "desk.1st", "1desk", "_", "a-.example", "3.4.5.6.7"})
    void aHostMayHaveAnyNameThatAContainerHas(String host) {
        assertTrue(Origins.parse("").admit("http://" + host, host, "http"));
        assertTrue(Origins.parse("http://" + host).admit("http://" + host, null, null));
        assertFalse(Origins.parse("").admit("http://other_" + host, host, "http"));
    }

    @ParameterizedTest
    @CsvSource({
        "https://a.desk.example, true",
        "https://a.b.desk.example, true",
        "https://a_b.desk.example:443, true",
        "https://desk.example, false",
        "https://.desk.example, false",
        "https://adesk.example, false",
        "https://a.desk.example:8443, false",
        "http://a.desk.example, false",
        "https://a.desk.example.evil.example, false",
        "https://evil.example/.desk.example, false",
        "https://evil.example?.desk.example, false",
        "https://evil.example#.desk.example, false",
    })
    void aWildcardStandsForLabelsBeforeAHost(String origin, boolean may) {
        assertEquals(may, Origins.parse("https://*.desk.example").admit(origin, "desk.example", null));
    }

    @Test
    void aWildcardMayHaveAPort() {
        Origins origins = Origins.parse("https://*.desk.example:8443");
        assertTrue(origins.admit("https://a.desk.example:8443", null, null));
        assertFalse(origins.admit("https://a.desk.example", null, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"capacitor://localhost", "ionic://localhost", "tauri://localhost", "chrome-extension://abcdef"})
    void anAppHasASchemeOfItsOwnAndIsNoPageOfTheHost(String app) {
        assertTrue(Origins.parse(app + ", https://desk.example").admit(app, "desk.example", "https"));
        assertFalse(Origins.parse("").admit(app, "localhost", null));
        assertFalse(Origins.parse(app).admit(app + ":1", null, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://*",
                "https://*.",
                "https://a.*.example",
                "*.example",
                "*://desk.example",
                "https://*desk.example",
                "https://*.*.example",
                "https://desk.example:65536",
                "https://desk.example:"
            })
    void whatIsNoOriginIsNotAllowed(String text) {
        assertThrows(IllegalArgumentException.class, () -> Origins.parse(text));
    }

    @Test
    void aStarIsEveryPage() {
        assertTrue(Origins.parse("*").admit("https://evil.example", "desk.example", null));
        assertTrue(Origins.parse("*").admit("null", "desk.example", null));
    }

    @Test
    void aClientThatIsNoBrowserSaysNoOriginAndMay() {
        assertTrue(Origins.parse("").admit(null, "desk.example", null));
        assertTrue(Origins.parse("https://desk.example").admit(null, null, null));
    }

    @Test
    void withoutAHostThereIsNoOwnPage() {
        assertFalse(Origins.parse("").admit("https://desk.example", null, null));
        assertFalse(Origins.parse("").admit("https://desk.example", "://", null));
        assertFalse(Origins.parse("").admit("null", "://", null), "two that are nothing are not the same");
    }

    @Test
    void isShownAsItIsSet() {
        assertEquals("*", Origins.parse("*").toString());
        assertEquals(
                "https://desk.example",
                Origins.parse(" https://Desk.example:443 ").toString());
        assertEquals(
                "https://*.desk.example:8443",
                Origins.parse("https://*.Desk.example:8443").toString());
    }
}
