package kefu.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import kefu.protocol.FrameDecoder;
import kefu.protocol.Json;
import kefu.protocol.Request;
import kefu.protocol.Version;
import org.junit.jupiter.api.Test;

/** Whatever the text: the decoder throws nothing, and lets nothing through that another part could stumble over. */
class DecoderFuzzTest {
    private final FrameDecoder decoder = new FrameDecoder();

    @Test
    void nothingIsThrownAndWhatIsLetThroughKeepsItsRules() {
        Cases.each(100_000, (hostile, inputs) -> {
            String text = new HostileFrames(hostile, List.of()).next();
            inputs.add(text);
            for (Version version : Version.values()) {
                check(decoder.decode(text, version));
            }
        });
    }

    private static void check(Request request) {
        if (request instanceof Request.Call call) {
            assertTrue(call.method().codePointCount(0, call.method().length()) <= 128);
            assertTrue(("/" + call.method() + "/").matches("(?U)(/(?!\\.{1,2}/)[\\p{L}\\p{Nd}_.-]+)+/"), call.method());
            // what goes to the backend says the same again
            assertEquals(call.body(), Json.parse(call.body().toString()).orElseThrow());
        }
        if (!(request instanceof Request.Ignored)) {
            assertNotNull(request.reply());
            request.reply().id().ifPresent(id -> assertTrue(id.matches("[A-Za-z0-9._-]{1,64}"), id));
        }
    }
}
