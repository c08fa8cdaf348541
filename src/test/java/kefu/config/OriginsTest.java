package kefu.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
        assertTrue(Origins.parse("").admit(origin, host));
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
        assertFalse(Origins.parse("").admit(origin, "desk.example"));
        assertFalse(Origins.parse("https://desk.example").admit(origin, "desk.example"));
    }

    @Test
    void whereSomeAreListedOnlyTheyMay() {
        Origins origins = Origins.parse("https://desk.example, http://localhost:8080");
        assertTrue(origins.admit("https://desk.example", "gateway.example"));
        assertTrue(origins.admit("https://desk.example:443", "gateway.example"));
        assertTrue(origins.admit("http://localhost:8080", "gateway.example"));
        assertFalse(origins.admit("http://desk.example", "gateway.example"), "another scheme");
        assertFalse(origins.admit("http://localhost:8081", "gateway.example"), "another port");
        assertFalse(origins.admit("https://gateway.example", "gateway.example"), "its own is not listed");
    }

    @Test
    void aStarIsEveryPage() {
        assertTrue(Origins.parse("*").admit("https://evil.example", "desk.example"));
        assertTrue(Origins.parse("*").admit("null", "desk.example"));
    }

    @Test
    void aClientThatIsNoBrowserSaysNoOriginAndMay() {
        assertTrue(Origins.parse("").admit(null, "desk.example"));
        assertTrue(Origins.parse("https://desk.example").admit(null, null));
    }

    @Test
    void withoutAHostThereIsNoOwnPage() {
        assertFalse(Origins.parse("").admit("https://desk.example", null));
        assertFalse(Origins.parse("").admit("https://desk.example", "://"));
        assertFalse(Origins.parse("").admit("null", "://"), "two that are nothing are not the same");
    }

    @Test
    void isShownAsItIsSet() {
        assertEquals("*", Origins.parse("*").toString());
        assertEquals(
                "https://desk.example",
                Origins.parse(" https://Desk.example:443 ").toString());
    }
}
