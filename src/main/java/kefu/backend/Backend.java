package kefu.backend;

import jakarta.json.JsonObject;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import kefu.broker.Member;
import kefu.protocol.ErrorCode;
import kefu.protocol.Frame;
import kefu.protocol.Json;
import kefu.protocol.Reply;

/** What answers every request that is none of the gateway's own methods. */
public interface Backend extends AutoCloseable {

    /**
     * One request of a client.
     *
     * @param method follows the rule for method names
     * @param body the client's whole message
     * @param text the same as text that UTF-8 can hold: made once for all who need it
     * @param client the gateway's public id of the client
     * @param member who is logged in there, if anybody
     * @param id by which the client knows this request, if it gave one: the same request has the same
     */
    record Call(
            String method, JsonObject body, String text, String client, Optional<Member> member, Optional<String> id) {
        public Call(String method, JsonObject body, String client, Optional<Member> member, Optional<String> id) {
            this(method, body, Json.encodable(body.toString()), client, member, id);
        }
    }

    /** What comes back of a call. */
    sealed interface Answer {
        /** The frame in which the client gets it. */
        Frame toFrame(Reply reply);
    }

    /** An answer, as it came. */
    record Answered(String body) implements Answer {
        @Override
        public Frame toFrame(Reply reply) {
            return reply.answered(body);
        }
    }

    /** @param status the backend's HTTP status, not 200; 0 where no answer came */
    record Failed(int status) implements Answer {
        @Override
        public Frame toFrame(Reply reply) {
            return reply.failure(status);
        }
    }

    /** Not done, and why. */
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

    /** Stops. Calls that are not answered yet are answered as failed. */
    @Override
    void close();
}
