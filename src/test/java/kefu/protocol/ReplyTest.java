package kefu.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReplyTest {
    private static final String ODD = "a\"b\\c\n\u0001</script>张😀";

    private static JsonObject object(Frame frame) {
        return Json.parse(frame.text()).orElseThrow().asJsonObject();
    }

    private static Reply reply(String method, String id) {
        return new Reply(Version.V2, Optional.of(method), Optional.of(id));
    }

    @Test
    void everyAnswerCarriesMethodAndId() {
        Map<String, JsonValue> known = Map.of("method", Json.text("m"), "id", Json.text("a-1"));
        Reply reply = reply("m", "a-1");
        for (Frame frame :
                new Frame[] {reply.done(), reply.failure(404), reply.error(ErrorCode.BUSY), reply.answered("{}")}) {
            assertEquals(
                    known,
                    Map.of(
                            "method",
                            object(frame).get("method"),
                            "id",
                            object(frame).get("id")));
        }
    }

    @Test
    void whatWasNotSentIsLeftOut() {
        Reply reply = new Reply(Version.V2, Optional.empty(), Optional.empty());
        assertEquals("{\"code\":200}", reply.done().text());
        assertEquals("{\"code\":200,\"data\":7}", reply.answered("7").text());
    }

    @Test
    void errorCodesAreTextAndStatusesAreNumbers() {
        assertEquals("10008", object(reply("m", "1").error(ErrorCode.BUSY)).getString("code"));
        assertEquals(404, object(reply("m", "1").failure(404)).getInt("code"));
    }

    @Test
    void textOfTheClientIsEscaped() {
        JsonObject frame = object(reply(ODD, "1").error(ErrorCode.BAD_METHOD));
        assertEquals(ODD, frame.getString("method"));
        assertEquals(ErrorCode.BAD_METHOD.message(), frame.getString("msg"));
    }

    @Test
    void whatIsNoJsonIsTextInVersion2() {
        assertEquals(ODD, object(reply("m", "1").answered(ODD)).getString("data"));
    }
}
