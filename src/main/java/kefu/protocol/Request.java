package kefu.protocol;

import jakarta.json.JsonObject;
import java.util.Optional;

/** One message of a client, decoded. */
public sealed interface Request {
    /** Writes the answer, where there is one. */
    Reply reply();

    /** The answer to a heartbeat, no JSON, or empty JSON. It gets no answer. */
    record Ignored() implements Request {
        static final Ignored INSTANCE = new Ignored();

        @Override
        public Reply reply() {
            return new Reply(Version.V1, Optional.empty(), Optional.empty());
        }
    }

    /** A request that is answered with an error only. */
    record Refused(ErrorCode error, Reply reply) implements Request {}

    /**
     * A call of a method.
     *
     * @param method follows the rule for method names
     * @param body the whole message
     * @param reply writes its answer
     */
    record Call(String method, JsonObject body, Reply reply) implements Request {}
}
