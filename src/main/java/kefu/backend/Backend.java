package kefu.backend;

import jakarta.json.JsonObject;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import kefu.broker.Member;
import kefu.protocol.ErrorCode;
import kefu.protocol.Frame;
import kefu.protocol.Json;
import kefu.protocol.Reply;

/** Answers every request for a method that the gateway itself does not have. */
public interface Backend extends AutoCloseable {

    /**
     * One request of a client.
     *
     * @param method follows the rule for method names
     * @param body the client's whole message
     * @param text the body as text that UTF-8 can encode; made once for all users
     * @param client the gateway's public id of the client
     * @param member the agent who is logged in; empty: nobody
     * @param id the client's id of this request; a repeated request has the same id; empty: the client gave none
     */
    record Call(
            String method, JsonObject body, String text, String client, Optional<Member> member, Optional<String> id) {
        public Call(String method, JsonObject body, String client, Optional<Member> member, Optional<String> id) {
            this(method, body, Json.encodable(body.toString()), client, member, id);
        }
    }

    /** The result of a call. */
    sealed interface Answer {
        /** Makes the frame for the client. */
        Frame toFrame(Reply reply);
    }

    /** An answer, unchanged. */
    record Answered(String body) implements Answer {
        @Override
        public Frame toFrame(Reply reply) {
            return reply.answered(body);
        }
    }

    /** @param status the backend's HTTP status, not 200; 0: no answer came */
    record Failed(int status) implements Answer {
        @Override
        public Frame toFrame(Reply reply) {
            return reply.failure(status);
        }
    }

    /** The call was not sent. @param error the reason */
    record Refused(ErrorCode error) implements Answer {
        @Override
        public Frame toFrame(Reply reply) {
            return reply.error(error);
        }
    }

    /**
     * Calls the backend once. Returns without waiting, on any thread; throws nothing. The stage never fails, and
     * completes within twice {@code kefu.backend.timeout}, on any thread.
     */
    CompletionStage<Answer> call(Call call);

    /**
     * The methods that are answered within this process, if there are any. A call of these with an id may be repeated: it is done
     * once.
     */
    default Set<String> builtInMethods() {
        return Set.of();
    }

    /** Stops. Unanswered calls are answered as failed. */
    @Override
    void close();
}
