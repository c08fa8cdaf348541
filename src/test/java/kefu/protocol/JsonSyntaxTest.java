package kefu.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is JSON to a browser is JSON here, and in a frame of protocol v2 it is the backend's {@code data}. */
class JsonSyntaxTest {
    private static final Reply REPLY = new Reply(Version.V2, Optional.of("m"), Optional.of("a"));

    private static String answered(String data) {
        return "{\"code\":200,\"id\":\"a\",\"method\":\"m\",\"data\":" + data + "}";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "[[],{}]",
                " \t\r\n{ \"a\" : [ 1 , 2 ] } ",
                "{\"a\":1,\"a\":2}",
                "{\"\":{\"\":\"\"}}",
                "null",
                "true",
                "false",
                "0",
                "-0",
                "-0.0e-0",
                "12.50E+10",
                "1e999999",
                "\"\"",
                "\"\u2028 \u007f 中 😀 \\\" \\\\ \\/ \\b\\f\\n\\r\\t \\u00e9 \\uD83D\\uDE00\"",
                "\"\\ud83d\"",
                "{\"\\ude00\\ud83d\":\"\\uD83D\"}"
            })
    void isJson(String text) {
        assertTrue(JsonSyntax.isJson(text));
        assertEquals(answered(text), REPLY.answered(text).text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "x",
                "nul",
                "nulll",
                "True",
                "NaN",
                "undefined",
                "'a'",
                "{",
                "}",
                "[",
                "]",
                "[}",
                "{]",
                "[1",
                "[1,",
                "[1,]",
                "[,1]",
                "[1 2]",
                "{\"a\"",
                "{\"a\":",
                "{\"a\":1",
                "{\"a\":1,}",
                "{a:1}",
                "{1:1}",
                "{\"a\" 1}",
                "{,}",
                "{} {}",
                "{}x",
                "[1]]",
                "1,2",
                "01",
                "-",
                "-01",
                "+1",
                ".5",
                "1.",
                "1.e1",
                "1e",
                "1e+",
                "0x1",
                "1 0",
                "\"",
                "\"a",
                "\"\\",
                "\"\\\"",
                "\"\\x\"",
                "\"\\u12\"",
                "\"\\u12g4\"",
                "\"\\u１２３４\"",
                "\"\n\"",
                "\"\u0000\"",
                "\u00a01",
                "// x\n1",
                "\uFEFF\uFEFF1"
            })
    void isNoJson(String text) {
        assertFalse(JsonSyntax.isJson(text));
    }

    @Test
    void nestingAndNumbersHaveNoBound() {
        for (String text : new String[] {
            "[".repeat(501) + "]".repeat(501), "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000), "9".repeat(1001)
        }) {
            assertTrue(JsonSyntax.isJson(text));
            assertFalse(JsonSyntax.isJson(text + "]"));
            assertEquals(answered(text), REPLY.answered(text).text());
        }
        assertFalse(JsonSyntax.isJson("[".repeat(100_000)));
    }

    @Test
    void whatIsNoJsonIsText() {
        assertEquals(answered("\"\""), REPLY.answered("").text());
        assertEquals(answered("\"{'a':1}\""), REPLY.answered("{'a':1}").text());
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheAnswerInV2AndStaysInV1() {
        assertEquals(answered("{\"a\":1}"), REPLY.answered("\uFEFF{\"a\":1}").text());
        assertEquals(answered("\"none\""), REPLY.answered("\uFEFFnone").text());
        Reply v1 = new Reply(Version.V1, Optional.of("m"), Optional.empty());
        assertEquals("\uFEFF{}", v1.answered("\uFEFF{}").text());
    }

    @Test
    void inAFrameHalfASurrogatePairIsAnEscape() {
        Frame frame = new Frame("{\"a\":\"\ud83dx\ude00\ud83d\ude00\ud83d\"}");
        assertEquals("{\"a\":\"\\ud83dx\\ude00\ud83d\ude00\\ud83d\"}", frame.text());
        assertEquals(Frame.utf8Length(frame.text()), frame.bytes());
        assertEquals("{\"a\":\"😀\"}", new Frame("{\"a\":\"😀\"}").text());
    }
}
