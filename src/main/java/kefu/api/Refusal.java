package kefu.api;

import java.util.Map;
import java.util.Optional;
import kefu.protocol.ErrorCode;

/** A refused call, and the answer to its caller. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** A gateway that stops is back, here or elsewhere, within about this time; and another call is let through. */
    private static final String RETRY_SECONDS = "1";

    private final transient Answer answer;

    // The components are the answer's members.
    public record Error(String code, String msg, Optional<String> field) {}

    private Refusal(int status, String code, String message, Optional<String> field, Map<String, String> headers) {
        super(message, null, false, false);
        this.answer = Answer.of(status, new Error(code, message, field)).with(headers);
    }

    private static Refusal of(int status, ErrorCode error, String more, Optional<String> field) {
        return new Refusal(status, error.code(), error.message() + ": " + more, field, Map.of());
    }

    /** A wrong argument. @param field the parameter, or the path of the member with dots */
    static Refusal bad(String field, String allowed) {
        return of(400, ErrorCode.BAD_ARGUMENT, field + " " + allowed, Optional.of(field));
    }

    static Refusal badBody(String why) {
        return of(400, ErrorCode.BAD_ARGUMENT, why, Optional.empty());
    }

    static Refusal badId(String field, String allowed) {
        return of(400, ErrorCode.BAD_ID, field + " " + allowed, Optional.of(field));
    }

    static Refusal noKey() {
        return new Refusal(
                401,
                ErrorCode.NOT_ALLOWED.code(),
                ErrorCode.NOT_ALLOWED.message() + ": Authorization: Bearer <kefu.api.key>",
                Optional.empty(),
                Map.of("WWW-Authenticate", "Bearer"));
    }

    static Refusal wrongKey() {
        return of(403, ErrorCode.NOT_ALLOWED, "wrong key", Optional.empty());
    }

    static Refusal unknownClient(String field) {
        return of(404, ErrorCode.NOT_ONLINE, "no such client", Optional.of(field));
    }

    static Refusal unknownPath() {
        return new Refusal(404, "404", "no such call", Optional.empty(), Map.of());
    }

    /** @param allowed the verbs of this path */
    static Refusal unknownVerb(String allowed) {
        return new Refusal(405, "405", "allowed: " + allowed, Optional.empty(), Map.of("Allow", allowed));
    }

    /** The client is logged in to this channel, and leaves it only by logging out. */
    static Refusal own(String field) {
        return new Refusal(409, "409", "the client is logged in there", Optional.of(field), Map.of());
    }

    /** The client was joined and bound as often as it may be: it must leave a group first. */
    static Refusal full(String field) {
        return new Refusal(
                409, "409", "the client hears as many as kefu.session.joins allows", Optional.of(field), Map.of());
    }

    static Refusal tooLarge(int maxBytes) {
        return new Refusal(413, "413", "at most " + maxBytes + " bytes", Optional.empty(), Map.of());
    }

    static Refusal notJson() {
        return new Refusal(415, "415", "Content-Type: application/json", Optional.empty(), Map.of());
    }

    static Refusal tooMany() {
        return new Refusal(
                429,
                ErrorCode.TOO_MANY_REQUESTS.code(),
                ErrorCode.TOO_MANY_REQUESTS.message(),
                Optional.empty(),
                Map.of("Retry-After", RETRY_SECONDS));
    }

    static Refusal fault() {
        return new Refusal(500, "500", "internal error", Optional.empty(), Map.of());
    }

    /** The gateway does not serve now, is cut off, or did not finish in time. */
    static Refusal busy() {
        return new Refusal(
                503,
                ErrorCode.BUSY.code(),
                ErrorCode.BUSY.message(),
                Optional.empty(),
                Map.of("Retry-After", RETRY_SECONDS));
    }

    Answer answer() {
        return answer;
    }
}
