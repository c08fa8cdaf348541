package kefu.auth;

import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.Optional;
import kefu.protocol.Id;

/**
 * The claims of a login about its agent. Each member may be missing if a token or the backend has the value.
 *
 * @param frame the whole message
 */
public record Credentials(Optional<Id> group, Optional<Id> uid, Optional<String> name, JsonObject frame) {
    private static final String GROUP = "bid";
    private static final String UID = "customer_id";
    private static final String NAME = "customer_name";

    /** Reads a message. Empty if a member is present and not allowed: a bad id, or a name that is neither text nor number. */
    public static Optional<Credentials> of(JsonObject frame) {
        Credentials claim = new Credentials(Id.of(frame.get(GROUP)), Id.of(frame.get(UID)), name(frame), frame);
        boolean allowed = has(frame, GROUP) == claim.group.isPresent()
                && has(frame, UID) == claim.uid.isPresent()
                && has(frame, NAME) == claim.name.isPresent();
        return allowed ? Optional.of(claim) : Optional.empty();
    }

    /** Whether a message has a member. A member that is null counts as missing. */
    private static boolean has(JsonObject frame, String member) {
        return frame.getOrDefault(member, JsonValue.NULL) != JsonValue.NULL;
    }

    /** The identity that the login claims; empty if a member is missing. */
    public Optional<Identity> identity() {
        return group.isEmpty() || uid.isEmpty() || name.isEmpty()
                ? Optional.empty()
                : Optional.of(new Identity(group.get(), uid.get(), name.get(), Optional.empty()));
    }

    /** Whether a message names another agent or group than this one. */
    public static boolean isForeign(JsonObject frame, Id group, Id uid) {
        return differs(frame, GROUP, group) || differs(frame, UID, uid);
    }

    private static boolean differs(JsonObject frame, String member, Id own) {
        return frame.containsKey(member) && !Id.of(frame.get(member)).equals(Optional.of(own));
    }

    /** The name. A number becomes text. Unlike an id, a name may be empty. */
    private static Optional<String> name(JsonObject frame) {
        JsonValue json = frame.get(NAME);
        if (json instanceof JsonString text) {
            return Optional.of(text.getString());
        }
        return json != null && json.getValueType() == JsonValue.ValueType.NUMBER
                ? Optional.of(json.toString())
                : Optional.empty();
    }
}
