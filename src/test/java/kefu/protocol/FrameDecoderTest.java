package kefu.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {
    private final FrameDecoder decoder = new FrameDecoder();

    private static Request refused(ErrorCode error, Optional<String> method) {
        return new Request.Refused(error, new Reply(Version.V1, method, Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "A-z_0.9", "0123456789012345678901234567890123456789012345678901234567890123"})
    void inV2ARequestHasAnId(String id) {
        String text = "{\"method\":\"m\",\"id\":\"" + id + "\"}";
        assertEquals(Optional.of(id), decoder.decode(text, Version.V2).reply().id());
        assertEquals(Optional.empty(), decoder.decode(text, Version.V1).reply().id());
        String refused = "{\"id\":\"" + id + "\"}";
        assertEquals(
                new Request.Refused(ErrorCode.NO_METHOD, new Reply(Version.V2, Optional.empty(), Optional.of(id))),
                decoder.decode(refused, Version.V2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"\"",
                "\" \"",
                "\"a\\n\"",
                "\"中\"",
                "1",
                "{}",
                "[]",
                "true",
                "\"01234567890123456789012345678901234567890123456789012345678901234\""
            })
    void inV2AnIdThatIsNoneIsRefusedAndInV1ItIsAnyMember(String id) {
        String text = "{\"method\":\"m\",\"id\":" + id + "}";
        assertEquals(
                new Request.Refused(ErrorCode.BAD_ID, new Reply(Version.V2, Optional.of("m"), Optional.empty())),
                decoder.decode(text, Version.V2));
        assertInstanceOf(Request.Call.class, decoder.decode(text, Version.V1));
    }

    @Test
    void anIdThatIsNullIsNone() {
        Request request = decoder.decode("{\"method\":\"m\",\"id\":null}", Version.V2);
        assertInstanceOf(Request.Call.class, request);
        assertEquals(Optional.empty(), request.reply().id());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "beat",
                "",
                "hello",
                "{",
                "{\"method\":",
                "{} x",
                "{}{}",
                "{\"method\":\"a\"} x",
                "null",
                "false",
                "0",
                "0.0",
                "-0",
                "0e9",
                "\"\"",
                "\"0\"",
                "[]",
                "{}",
                "\uFEFF{\"method\":\"a\"}",
                "{'method':'a'}",
                "{\"method\":\"a\",}",
                "01",
                "+1",
                ".5",
                "NaN"
            })
    void ignores(String text) {
        assertInstanceOf(Request.Ignored.class, decoder.decode(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":1}",
                "{\"method\":null}",
                "1",
                "0.1",
                "1e-400",
                "true",
                "\"abc\"",
                "\"00\"",
                "[1]",
                "[{\"method\":\"login\"}]",
                "{\"Method\":\"login\"}",
                "  [ 1 ]  "
            })
    void refusesWhatNamesNoMethod(String text) {
        assertEquals(refused(ErrorCode.NO_METHOD, Optional.empty()), decoder.decode(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "true", "false", "1.5", "{\"x\":1}", "[\"login\"]"})
    void refusesAMethodThatIsNoText(String method) {
        assertEquals(refused(ErrorCode.BAD_METHOD, Optional.empty()), decoder.decode("{\"method\":" + method + "}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "../admin",
                "..",
                ".",
                "a/../../admin",
                "a/./b",
                "a?x=1",
                "a#f",
                "a%2f..%2fadmin",
                "//evil",
                "/a",
                "a/",
                "a//b",
                "a b",
                "a:b",
                "a;b",
                "a@b",
                "a&b",
                "a\u0000",
                "a\u00a0b",
                "a\u200bb",
                "a\u2215b",
                "😀"
            })
    void refusesAMethodThatIsNoPath(String method) {
        assertEquals(
                refused(ErrorCode.BAD_METHOD, Optional.of(method)),
                decoder.decode("{\"method\":" + Json.text(method) + "}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"say", "order/list", "中文", "LOGIN", "get-info_2.v1", "...", "a/..b/c", "𠀀", "١٢"})
    void takesAMethodThatIsAPath(String method) {
        Request.Call call =
                assertInstanceOf(Request.Call.class, decoder.decode("{\"method\":" + Json.text(method) + ",\"n\":1}"));
        assertEquals(method, call.method());
        assertEquals(
                "{\"method\":" + Json.text(method) + ",\"n\":1}", call.body().toString());
    }

    @Test
    void aMethodHas128CharactersAtMost() {
        assertInstanceOf(Request.Call.class, decoder.decode("{\"method\":\"" + "中".repeat(128) + "\"}"));
        assertInstanceOf(Request.Call.class, decoder.decode("{\"method\":\"" + "𠀀".repeat(128) + "\"}"));
        assertInstanceOf(Request.Refused.class, decoder.decode("{\"method\":\"" + "a".repeat(129) + "\"}"));
    }

    @Test
    void nestingMayBe500Deep() {
        assertInstanceOf(Request.Call.class, decoder.decode(nested(500)));
        assertInstanceOf(Request.Ignored.class, decoder.decode(nested(501)));
        assertInstanceOf(Request.Ignored.class, decoder.decode(nested(10_000)));
        assertInstanceOf(Request.Ignored.class, decoder.decode("[".repeat(200_000)));
    }

    @Test
    void orAsDeepAsIsSet() {
        FrameDecoder shallow = new FrameDecoder(3);
        assertInstanceOf(Request.Call.class, shallow.decode(nested(3)));
        assertInstanceOf(Request.Ignored.class, shallow.decode(nested(4)));
    }

    @Test
    void aNumberMayHave1000Characters() {
        assertInstanceOf(Request.Call.class, decoder.decode("{\"method\":\"a\",\"n\":" + "9".repeat(1000) + "}"));
        assertInstanceOf(Request.Ignored.class, decoder.decode("{\"method\":\"a\",\"n\":" + "9".repeat(1001) + "}"));
        assertInstanceOf(Request.Ignored.class, decoder.decode("{\"method\":\"a\",\"n\":" + "9".repeat(100_000) + "}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"method\":\"a\",\"n\":1.50,\"m\":-0,\"o\":1E+2,\"p\":1e999999999,\"q\":123456789012345678901234567890}",
                "{\"method\":\"a\",\"o\":{},\"a\":[],\"z\":null,\"t\":true,\"f\":false,\"d\":{\"a\":[{\"b\":{\"c\":[]}}]}}",
                "{\"method\":\"a\",\"half\":\"\\ud83d\"}",
                "{\"method\":\"a\",\"half\":\"\\ude00\\ud83d\"}",
                "{\"method\":\"a\",\"\\ud83d\":1}",
                "{\"method\":\"a\",\"s\":\"a/b 中文 😀 \\\"q\\\" \\\\\"}"
            })
    void losesAndReshapesNothing(String text) {
        Request.Call call = assertInstanceOf(Request.Call.class, decoder.decode(text));
        assertEquals(text, Json.encodable(call.body().toString()));
    }

    @Test
    void ofDuplicateMembersTheLastCounts() {
        Request.Call call = assertInstanceOf(
                Request.Call.class,
                decoder.decode("{\"method\":\"../x\",\"a\":1,\"method\":\"say\",\"a\":{\"b\":1,\"b\":2}}"));
        assertEquals("say", call.method());
        assertEquals("{\"method\":\"say\",\"a\":{\"b\":2}}", call.body().toString());
    }

    private static String nested(int depth) {
        return "{\"method\":\"a\",\"x\":" + "[".repeat(depth - 1) + "]".repeat(depth - 1) + "}";
    }
}
