package kefu.config;

import java.util.function.Function;

/**
 * One setting: its key, what it means, its default and its check.
 *
 * @param key the property's name; the environment form is the key in capitals with {@code _} for every other character
 * @param fallback the text of the default; empty where the setting has none
 * @param allowed the allowed values, as text for the message about a bad value
 * @param meaning one line, units included
 * @param secret whether the value must never be shown
 * @param parser makes the value of the text; throws {@link IllegalArgumentException} if it is not allowed
 * @param <T> the value's type, with its unit
 */
public record Setting<T>(
        String key, String fallback, String allowed, String meaning, boolean secret, Function<String, T> parser) {

    /** The name of the environment variable: {@code kefu.backend.max-response-bytes} is {@code KEFU_BACKEND_MAX_RESPONSE_BYTES}. */
    public String environmentName() {
        return key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(java.util.Locale.ROOT);
    }

    /** Whether a text has an expression of MicroProfile Config, or a placeholder of another tool. */
    static boolean hasExpression(String text) {
        return text.contains("${");
    }

    T parse(String text) {
        if (hasExpression(text)) { // nobody has replaced it
            throw new BadSettingException(this, text);
        }
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException bad) {
            throw new BadSettingException(this, text);
        }
    }
}
