package kefu.protocol;

import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The id of a group or an agent: text or number, written back with its JSON type. Two ids are equal where
 * their {@link #key} is equal: 17 and "17" are one agent.
 *
 * @param key 1 to 128 characters of any script; a number's digits as they were written
 * @param json the value as it was received
 */
public record Id(String key, JsonValue json) {
    public static final int MAX_CHARS = 128;

    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\p{Zl}\\p{Zp}\u0085]");

    /** The id in a member of a frame; empty where it is missing, neither text nor number, empty or over 128 characters. */
    public static Optional<Id> of(@Nullable JsonValue json) {
        String key = key(json);
        return json == null
                        || key.isEmpty()
                        || key.codePointCount(0, key.length()) > MAX_CHARS
                        || Json.hasHalf(key) // a header could not name it
                ? Optional.empty()
                : Optional.of(new Id(key, json));
    }

    /** The id with this text. Empty where the text is empty or over 128 characters. */
    public static Optional<Id> ofText(String text) {
        return of(Json.text(text));
    }

    private static String key(@Nullable JsonValue json) {
        if (json instanceof JsonString text) {
            return text.getString();
        }
        return json instanceof ExactNumber number ? number.digits() : "";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Id id && key.equals(id.key);
    }

    @Override
    public int hashCode() {
        return key.hashCode();
    }

    /** For the log: without characters that could begin a new line. */
    @Override
    public String toString() {
        return printable(key);
    }

    static String printable(String text) {
        return CONTROL.matcher(text).replaceAll("?");
    }
}
