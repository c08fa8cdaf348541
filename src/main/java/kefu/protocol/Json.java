package kefu.protocol;

import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import jakarta.json.bind.JsonbConfig;
import jakarta.json.bind.config.PropertyNamingStrategy;
import jakarta.json.bind.config.PropertyOrderStrategy;
import jakarta.json.spi.JsonProvider;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParserFactory;
import java.io.StringReader;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * JSON as the gateway reads and writes it: strictly one value, nothing lost or reshaped. Numbers keep their digits as
 * they were written; of duplicate members the last one counts. Thread-safe.
 */
public final class Json {
    /** The original's parser refuses deeper nesting at 512; ours leaves room for an envelope. */
    public static final int MAX_DEPTH = 500;

    private static final int MAX_NUMBER_CHARS = 1000;

    // Looking a provider up costs more than parsing a message.
    private static final JsonProvider PROVIDER = JsonProvider.provider();
    private static final JsonParserFactory PARSERS = PROVIDER.createParserFactory(Map.of());
    private static final Jsonb JSONB = JsonbBuilder.create(new JsonbConfig()
            .withPropertyNamingStrategy(PropertyNamingStrategy.LOWER_CASE_WITH_UNDERSCORES)
            .withPropertyOrderStrategy(PropertyOrderStrategy.LEXICOGRAPHICAL));

    private Json() {}

    /**
     * Parses one JSON value. Empty where the text is none: also with text behind the value, nesting over 500, a
     * number over 1,000 characters. Half a surrogate pair is allowed in an escape: see {@link #encodable}.
     */
    public static Optional<JsonValue> parse(String text) {
        return parse(text, MAX_DEPTH);
    }

    /** The same with another bound for nesting. */
    static Optional<JsonValue> parse(String text, int maxDepth) {
        try (JsonParser parser = PARSERS.createParser(new StringReader(text))) {
            if (!parser.hasNext()) {
                return Optional.empty();
            }
            JsonValue value = value(parser, parser.next(), maxDepth);
            return parser.hasNext() ? Optional.empty() : Optional.of(value);
        } catch (RuntimeException notJson) { // Parsson throws more than JsonException on hostile input
            return Optional.empty();
        }
    }

    /** The text of a record, its components as members in lower case with underscores, absent ones left out. */
    public static String write(Record value) {
        return encodable(JSONB.toJson(value));
    }

    /**
     * JSON text that UTF-8 can hold. Half a surrogate pair is no character, but JSON may name it by an escape; as an escape it
     * is written here.
     */
    public static String encodable(String json) {
        int at = halfFrom(json, 0);
        if (at == json.length()) {
            return json;
        }
        StringBuilder text = new StringBuilder();
        int copied = 0;
        while (at < json.length()) {
            text.append(json, copied, at).append("\\u").append(Integer.toHexString(json.charAt(at)));
            copied = at + 1;
            at = halfFrom(json, copied);
        }
        return text.append(json, copied, json.length()).toString();
    }

    /** A text without the byte order mark that some programs write before it (RFC 8259, 8.1). */
    public static String withoutByteOrderMark(String text) {
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    /** Whether a text has half a surrogate pair. */
    static boolean hasHalf(String text) {
        return halfFrom(text, 0) < text.length();
    }

    /** Where the next half of a surrogate pair is; the text's length where there is none. */
    private static int halfFrom(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (Character.isLowSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return i;
                }
                i++;
            }
        }
        return text.length();
    }

    /** What counts something: a whole number of up to 18 digits, which is a long in any case. Empty where it is none. */
    public static Optional<Long> count(@Nullable JsonValue value) {
        return value instanceof JsonNumber number && number.toString().matches("\\d{1,18}")
                ? Optional.of(number.longValue())
                : Optional.empty();
    }

    /** A text as a JSON value. */
    public static JsonValue text(String text) {
        return PROVIDER.createValue(text);
    }

    /** An object of these members, in this order. */
    public static JsonObject object(Map<String, JsonValue> members) {
        JsonObjectBuilder object = PROVIDER.createObjectBuilder();
        members.forEach(object::add);
        return object.build();
    }

    /** The object changed by a merge patch (RFC 7396). */
    public static JsonObject merge(JsonObject object, JsonObject patch) {
        return PROVIDER.createMergePatch(patch).apply(object).asJsonObject();
    }

    private static JsonValue value(JsonParser parser, JsonParser.Event event, int levels) {
        return switch (event) {
            case START_OBJECT -> object(parser, deeper(levels));
            case START_ARRAY -> array(parser, deeper(levels));
            case VALUE_STRING -> text(parser.getString());
            case VALUE_NUMBER -> number(parser.getString());
            case VALUE_TRUE -> JsonValue.TRUE;
            case VALUE_FALSE -> JsonValue.FALSE;
            case VALUE_NULL -> JsonValue.NULL;
            case KEY_NAME, END_ARRAY, END_OBJECT -> throw new JsonException("unexpected " + event);
        };
    }

    private static JsonValue object(JsonParser parser, int levels) {
        JsonObjectBuilder object = PROVIDER.createObjectBuilder();
        for (JsonParser.Event e = parser.next(); e != JsonParser.Event.END_OBJECT; e = parser.next()) {
            String name = parser.getString();
            object.add(name, value(parser, parser.next(), levels));
        }
        return object.build();
    }

    private static JsonValue array(JsonParser parser, int levels) {
        JsonArrayBuilder array = PROVIDER.createArrayBuilder();
        for (JsonParser.Event e = parser.next(); e != JsonParser.Event.END_ARRAY; e = parser.next()) {
            array.add(value(parser, e, levels));
        }
        return array.build();
    }

    private static JsonValue number(String digits) {
        if (digits.length() > MAX_NUMBER_CHARS) {
            throw new JsonException("number too long");
        }
        return new ExactNumber(digits);
    }

    /** @param levels that there may be */
    private static int deeper(int levels) {
        if (levels == 0) {
            throw new JsonException("nested too deep");
        }
        return levels - 1;
    }
}
