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
 * What a token says that was found to be good.
 *
 * @param groups the groups that the agent may be in, in the token's order
 * @param name empty where it does not say
 * @param until when it ends
 */
record Token(Id uid, Set<Id> groups, Optional<String> name, Instant until) {
    /** Empty where it does not say who the agent is. @param claims its payload. */
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

    /** Who a login with this token is: what it leaves out the token says, what both say must be the same. */
    AuthResult identify(Credentials claim) {
        Id agent = claim.uid().orElse(uid); // by the claim's JSON type, in which it is given back
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

    /** Whether it is this agent's, and lets them into this group. */
    boolean isOf(Id agent, Id group) {
        return uid.equals(agent) && groups.contains(group);
    }
}
