package kefu.protocol;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.websocket.Decoder;
import java.util.Optional;

/** Reads a client's message (protocol v1, "client to server", rules 1 to 4). Throws nothing, whatever the text. */
public class FrameDecoder implements Decoder.Text<Request> {
    private static final String HEARTBEAT_ANSWER = "beat";

    @Override
    public boolean willDecode(String text) {
        return true;
    }

    @Override
    public Request decode(String text) {
        if (text.equals(HEARTBEAT_ANSWER)) {
            return Request.Ignored.INSTANCE;
        }
        return Json.parse(text)
                .filter(value -> !isEmpty(value))
                .map(FrameDecoder::request)
                .orElse(Request.Ignored.INSTANCE);
    }

    private static Request request(JsonValue message) {
        JsonValue method = message instanceof JsonObject object ? object.get("method") : null;
        if (method == null || method == JsonValue.NULL) {
            return new Request.Refused(ErrorCode.NO_METHOD, Optional.empty());
        }
        if (!(method instanceof JsonString name)) {
            return new Request.Refused(ErrorCode.BAD_METHOD, Optional.empty());
        }
        return MethodName.isAllowed(name.getString())
                ? new Request.Call(name.getString(), message.asJsonObject())
                : new Request.Refused(ErrorCode.BAD_METHOD, Optional.of(name.getString()));
    }

    /** What the original's language takes for false. */
    private static boolean isEmpty(JsonValue value) {
        return switch (value.getValueType()) {
            case NULL, FALSE -> true;
            case TRUE -> false;
            case NUMBER -> ((ExactNumber) value).isZero();
            case STRING -> {
                String text = ((JsonString) value).getString();
                yield text.isEmpty() || text.equals("0");
            }
            case ARRAY -> ((JsonArray) value).isEmpty();
            case OBJECT -> ((JsonObject) value).isEmpty();
        };
    }
}
