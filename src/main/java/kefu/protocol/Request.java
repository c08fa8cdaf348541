package kefu.protocol;

import jakarta.json.JsonObject;
import java.util.Optional;

/** What a client's message asks for. */
public sealed interface Request {
    /** How it is answered, where it is. */
    Reply reply();

    /** Nothing: a heartbeat's answer, no JSON, or empty JSON. No answer goes back. */
    record Ignored() implements Request {
        static final Ignored INSTANCE = new Ignored();

        @Override
        public Reply reply() {
            return new Reply(Version.V1, Optional.empty(), Optional.empty());
        }
    }

    /** A request that can be nothing but refused. */
    record Refused(ErrorCode error, Reply reply) implements Request {}

    /**
     * A call of a method.
     *
     * @param method follows the rule for method names
     * @param body the whole message
     * @param reply how it is answered
     */
    record Call(String method, JsonObject body, Reply reply) implements Request {}
}
