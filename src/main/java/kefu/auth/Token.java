package kefu.auth;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import kefu.protocol.ErrorCode;
import kefu.protocol.Id;

/**
 * The claims of a token that was verified.
 *
 * @param groups the groups that the agent may be in, in the token's order
 * @param name empty: the token has none
 * @param until when it ends
 */
record Token(Id uid, Set<Id> groups, Optional<String> name, Instant until) {
    /** Reads a token. Empty if it does not name the agent. @param claims the token's payload */
    static Optional<Token> of(JsonObject claims, Instant until) {
        Optional<Id> uid = claims.get("sub") instanceof JsonString sub ? Id.of(sub) : Optional.empty();
        JsonValue bid = claims.get("bid");
        Set<Id> groups = (bid instanceof JsonArray several
                        ? several
                        : bid == null ? List.<JsonValue>of() : List.of(bid))
                .stream().flatMap(one -> Id.of(one).stream()).collect(Collectors.toCollection(LinkedHashSet::new));
        Optional<String> name =
                claims.get("name") instanceof JsonString text ? Optional.of(text.getString()) : Optional.empty();
        return uid.map(agent -> new Token(agent, groups, name, until));
    }

    /** The result of a login with this token. The token has the values that the login leaves out. Other values must be equal. */
    AuthResult identify(Credentials claim) {
        Id agent = claim.uid().orElse(uid); // with the JSON type of the claim: the client gets the id back in this type
        Optional<Id> group =
                claim.group().or(() -> groups.size() == 1 ? groups.stream().findFirst() : Optional.empty());
        Optional<String> called = name.or(claim::name);
        if (group.isEmpty() || called.isEmpty()) {
            return new AuthResult.Refused(ErrorCode.BAD_LOGIN);
        }
        boolean own = isOf(agent, group.get())
                && claim.name().map(called.get()::equals).orElse(true);
        return own
                ? new Identity(group.get(), agent, called.get(), Optional.of(until))
                : new AuthResult.Refused(ErrorCode.NOT_ALLOWED);
    }

    /** Whether the token belongs to this agent and allows this group. */
    boolean isOf(Id agent, Id group) {
        return uid.equals(agent) && groups.contains(group);
    }
}
