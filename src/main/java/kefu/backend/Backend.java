package kefu.backend;

import jakarta.json.JsonObject;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import kefu.broker.Member;
import kefu.protocol.ErrorCode;
import kefu.protocol.Frame;
import kefu.protocol.Frames;

/** What answers every request that is none of the gateway's own methods. */
public interface Backend extends AutoCloseable {

    /**
     * One request of a client.
     *
     * @param method follows the rule for method names
     * @param body the client's whole message
     * @param client the gateway's public id of the client
     * @param member who is logged in there, if anybody
     */
    record Call(String method, JsonObject body, String client, Optional<Member> member) {}

    /** What comes back of a call. */
    sealed interface Answer {
        /** The frame in which a client of protocol v1 gets the answer to its call of this method. */
        Frame toFrame(String method);
    }

    /** An answer, to be given back verbatim. */
    record Answered(String body) implements Answer {
        @Override
        public Frame toFrame(String method) {
            return new Frame(body);
        }
    }

    /** @param status the backend's HTTP status, not 200; 0 where no answer came */
    record Failed(int status) implements Answer {
        @Override
        public Frame toFrame(String method) {
            return Frames.failure(status, method);
        }
    }

    /** Not done, and why. */
    record Refused(ErrorCode error) implements Answer {
        @Override
        public Frame toFrame(String method) {
            return Frames.error(error, method);
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
