package kefu.api;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import kefu.protocol.Id;

/**
 * Reads the members of a JSON object in a body. An unknown member or a wrong type throws a {@link Refusal}. PHP writes an
 * empty array as an empty list, whatever it stands for: an empty list and an empty object count as the same. Null counts as
 * no member.
 */
final class Fields {
    /** The form of a publication's id. The backend chooses it. */
    private static final Pattern PUSH_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private final JsonObject object;
    private final String path;

    private Fields(JsonObject object, String path) {
        this.object = object;
        this.path = path;
    }

    /** @param path the object's path in the body, e.g. {@code to.}; empty: the body itself */
    static Fields of(JsonObject object, String path, Set<String> known) {
        object.keySet().stream()
                .filter(name -> !known.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw Refusal.bad(
                            path + name,
                            "is not known here; known are "
                                    + String.join(", ", known.stream().sorted().toList()));
                });
        return new Fields(object, path);
    }

    JsonObject object(String name) {
        return optionalObject(name).orElseThrow(() -> bad(name, "is missing"));
    }

    Optional<JsonObject> optionalObject(String name) {
        return value(name).map(value -> {
            if (value instanceof JsonObject object) {
                return object;
            }
            if (JsonValue.EMPTY_JSON_ARRAY.equals(value)) {
                return JsonValue.EMPTY_JSON_OBJECT;
            }
            throw bad(name, "must be a JSON object");
        });
    }

    /** The ids in a list. Empty where the member is missing. */
    List<Id> ids(String name) {
        return value(name)
                .map(value -> {
                    if (JsonValue.EMPTY_JSON_OBJECT.equals(value)) {
                        return List.<Id>of();
                    }
                    if (value instanceof JsonArray list) {
                        return list.stream().map(item -> id(name, item)).toList();
                    }
                    throw bad(name, "must be a list of ids");
                })
                .orElse(List.of());
    }

    Id id(String name, JsonValue value) {
        return Id.of(value)
                .orElseThrow(() -> bad(name, "must be text or a number of 1 to " + Id.MAX_CHARS + " characters"));
    }

    Optional<String> pushId(String name) {
        return value(name).map(value -> {
            if (value instanceof JsonString text
                    && PUSH_ID.matcher(text.getString()).matches()) {
                return text.getString();
            }
            throw Refusal.badId(path + name, "must be 1 to 64 of A-Z a-z 0-9 . _ -");
        });
    }

    /** A member; empty where it is missing or null. */
    Optional<JsonValue> value(String name) {
        return Optional.ofNullable(object.get(name)).filter(value -> value != JsonValue.NULL);
    }

    Refusal bad(String name, String allowed) {
        return Refusal.bad(path + name, allowed);
    }
}
