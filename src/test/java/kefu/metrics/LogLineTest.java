package kefu.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LogLineTest {
    private static String value(String value) {
        return LogLine.of("Login", StandardCharsets.UTF_8).with("name", value).toString();
    }

    @Test
    void aLineIsItsEventAndPairsOfWhichTextIsQuoted() {
        assertEquals(
                "Close agent=\"42\" code=1006",
                LogLine.of("Close").with("agent", "42").with("code", 1006).toString());
    }

    @Test
    void whatIsNotKnownIsLeftOut() {
        assertEquals(
                "Close",
                LogLine.of("Close").with("agent", null).with("group", "").toString());
    }

    @Test
    void noValueForgesALineOrAPair() {
        assertEquals("Login name=\"a\\u000d\\u000aLogin\"", value("a\r\nLogin"));
        assertEquals("Login name=\"a\\\" by=\\\"api\"", value("a\" by=\"api"));
        assertEquals("Login name=\"a\\\\\"", value("a\\"));
        for (int hidden : new int[] {0, 8, 0x1b, 0x7f, 0x85, 0xa0, 0xad, 0x2028, 0x2029, 0x202e, 0x2066, 0xfeff}) {
            assertEquals("Login name=\"%s\"".formatted("\\u%04x".formatted(hidden)), value(Character.toString(hidden)));
        }
        assertEquals("Login name=\"\\ud83d\"", value("\ud83d"));
    }

    @Test
    void chineseIsReadableWhereTheLogCanHoldItAndEscapedWhereItCannot() {
        assertEquals("Login name=\"王小明 😀\"", value("王小明 😀"));
        assertEquals(
                "Login name=\"\\u738b \\ud83d\\ude00\"",
                LogLine.of("Login", StandardCharsets.US_ASCII)
                        .with("name", "王 😀")
                        .toString());
    }

    @Test
    void aLongValueIsCut() {
        assertTrue(value("x".repeat(9_000)).endsWith("x...\""));
        assertEquals(
                "Login name=\"".length() + LogLine.MAX_CHARS + "...\"".length(),
                value("x".repeat(9_000)).length());
    }
}
