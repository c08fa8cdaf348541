package kefu.protocol;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.websocket.Decoder;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a client's message (protocol v1, "client to server", rules 1 to 4). Throws nothing, whatever the text. */
public class FrameDecoder implements Decoder.Text<Request> {
    private static final String HEARTBEAT_ANSWER = "beat";

    /** A random prefix per page and a counter fit in; what goes into a header is not ours to escape. */
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private final int maxDepth;

    /** With the protocol's own bound. A container makes one so, and never uses it. */
    public FrameDecoder() {
        this(Json.MAX_DEPTH);
    }

    /** @param maxDepth what is nested deeper is no JSON; at most {@link Json#MAX_DEPTH} */
    public FrameDecoder(int maxDepth) {
        this.maxDepth = maxDepth;
    }

    @Override
    public boolean willDecode(String text) {
        return true;
    }

    /** As a message of v1. */
    @Override
    public Request decode(String text) {
        return decode(text, Version.V1);
    }

    /** As a message of this version: only in v2 has it an id. */
    public Request decode(String text, Version version) {
        if (text.equals(HEARTBEAT_ANSWER)) {
            return Request.Ignored.INSTANCE;
        }
        return Json.parse(text, maxDepth)
                .filter(value -> !isEmpty(value))
                .map(value -> request(value, version))
                .orElse(Request.Ignored.INSTANCE);
    }

    private static Request request(JsonValue message, Version version) {
        JsonObject body = message instanceof JsonObject object ? object : JsonValue.EMPTY_JSON_OBJECT;
        JsonValue method = body.get("method");
        JsonValue id = version == Version.V2 ? body.get("id") : null;
        if (id != null && id != JsonValue.NULL && !isId(id)) {
            return new Request.Refused(ErrorCode.BAD_ID, new Reply(version, text(method), Optional.empty()));
        }
        Reply reply = new Reply(version, text(method), text(id));
        if (method == null || method == JsonValue.NULL) {
            return new Request.Refused(ErrorCode.NO_METHOD, reply);
        }
        return method instanceof JsonString name && MethodName.isAllowed(name.getString())
                ? new Request.Call(name.getString(), body, reply)
                : new Request.Refused(ErrorCode.BAD_METHOD, reply);
    }

    private static boolean isId(JsonValue id) {
        return id instanceof JsonString text && ID.matcher(text.getString()).matches();
    }

    private static Optional<String> text(@Nullable JsonValue json) {
        return json instanceof JsonString text ? Optional.of(text.getString()) : Optional.empty();
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
