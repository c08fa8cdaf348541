package kefu.protocol;

import jakarta.json.JsonObject;
import java.util.Optional;

/** What a client's message asks for. */
public sealed interface Request {

    /** Nothing: a heartbeat's answer, no JSON, or empty JSON. No answer goes back. */
    record Ignored() implements Request {
        static final Ignored INSTANCE = new Ignored();
    }

    /**
     * A request that can be nothing but refused.
     *
     * @param method as the client wrote it, where that was text
     */
    record Refused(ErrorCode error, Optional<String> method) implements Request {}

    /**
     * A call of a method.
     *
     * @param method follows the rule for method names
     * @param body the whole message
     */
    record Call(String method, JsonObject body) implements Request {}
}
