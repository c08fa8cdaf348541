package kefu.api;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kefu.protocol.Id;
import kefu.protocol.PercentEncoding;
import org.jspecify.annotations.Nullable;

/**
 * What a caller asks.
 *
 * @param parameters of the address, each with one value or more
 * @param body empty where there was none
 */
record ApiCall(Map<String, List<String>> parameters, Optional<JsonObject> body) {
    /** A page of a long list is small enough to be written at once. */
    private static final int MOST_ON_A_PAGE = 1_000;

    private static final int ON_A_PAGE = 100;

    /** How often one parameter may stand in an address: containers take 8 KiB of it. */
    private static final int MOST_REPEATED = 1_000;

    /**
     * Reads an address's query (UTF-8, percent-encoded; {@code +} is a space, as forms write it).
     *
     * @param allowed the names that may stand there
     */
    static Map<String, List<String>> parse(@Nullable String query, Set<String> allowed) {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        if (query == null || query.isEmpty()) {
            return parameters;
        }
        for (String pair : query.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            String name = decode(parts[0], "query");
            if (!allowed.contains(name)) {
                throw ApiException.badArgument(name, "unknown parameter");
            }
            List<String> values = parameters.computeIfAbsent(name, key -> new ArrayList<>());
            values.add(decode(parts.length == 2 ? parts[1] : "", name));
            if (values.size() > MOST_REPEATED) {
                throw ApiException.badArgument(name, "more than " + MOST_REPEATED + " of them");
            }
        }
        return parameters;
    }

    private static String decode(String text, String field) {
        return PercentEncoding.decodeForm(text)
                .orElseThrow(() -> ApiException.badArgument(field, "no percent-encoded UTF-8"));
    }

    /** Reads a body that must be a JSON object. */
    static JsonObject parse(byte[] bytes) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            throw ApiException.badBody("the body is no UTF-8");
        }
        Optional<JsonValue> value = kefu.protocol.Json.parse(text);
        if (value.isEmpty() || !(value.get() instanceof JsonObject object)) {
            throw ApiException.badBody("the body is no JSON object");
        }
        return object;
    }

    boolean has(String name) {
        return parameters.containsKey(name);
    }

    List<String> all(String name) {
        return parameters.getOrDefault(name, List.of());
    }

    /** A parameter that must stand there once. */
    String one(String name) {
        List<String> values = all(name);
        if (values.size() != 1 || values.get(0).isEmpty()) {
            throw ApiException.badArgument(name, values.size() > 1 ? "stands there more than once" : "is missing");
        }
        return values.get(0);
    }

    /** A group's or an agent's id that must stand there once. */
    Id id(String name) {
        return id(name, one(name));
    }

    static Id id(String name, String text) {
        return Id.ofText(text)
                .orElseThrow(() -> ApiException.badArgument(name, "must have 1 to " + Id.MAX_CHARS + " characters"));
    }

    List<Id> ids(String name) {
        return all(name).stream().map(text -> id(name, text)).toList();
    }

    /** Behind what the page begins. */
    String cursor() {
        return has("cursor") ? one("cursor") : "";
    }

    int limit() {
        if (!has("limit")) {
            return ON_A_PAGE;
        }
        String text = one("limit");
        if (text.matches("\\d{1,4}")) {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MOST_ON_A_PAGE) {
                return limit;
            }
        }
        throw ApiException.badArgument("limit", "must be 1 to " + MOST_ON_A_PAGE);
    }

    JsonObject bodyOrEmpty() {
        return body.orElse(JsonValue.EMPTY_JSON_OBJECT);
    }

    /** Refuses a body with members that mean nothing: a misspelt one would go unnoticed. */
    static void onlyMembers(JsonObject object, Set<String> allowed, String within) {
        for (String name : object.keySet()) {
            if (!allowed.contains(name)) {
                throw ApiException.badArgument(within + name, "unknown member");
            }
        }
    }
}
