package kefu.api;

import jakarta.json.JsonObject;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import kefu.broker.Presence;
import kefu.broker.SessionRecord;
import kefu.protocol.Frame;

/** The data that a backend keeps with a session: {@code /api/sessions}. */
final class SessionData {
    /** The bound for one session. It is for a name or a state, and no database. */
    static final int MAX_BYTES = 64 << 10;

    private final Presence presence;

    SessionData(Presence presence) {
        this.presence = presence;
    }

    Answer read(Call call) {
        return answer(call, presence.session(call.client()).thenApply(found -> found.map(SessionRecord::data)));
    }

    Answer replace(Call call) {
        return answer(call, presence.setData(call.client(), bounded(call.body())));
    }

    Answer merge(Call call) {
        Presence.Merged merged = call.await(presence.mergeData(call.client(), call.body(), MAX_BYTES))
                .orElseThrow(() -> Refusal.unknownClient("client"));
        if (!merged.fits()) {
            throw Refusal.tooLarge(MAX_BYTES);
        }
        return Answer.ok(merged.data());
    }

    private static JsonObject bounded(JsonObject data) {
        if (Frame.utf8Length(data.toString()) > MAX_BYTES) {
            throw Refusal.tooLarge(MAX_BYTES);
        }
        return data;
    }

    private static Answer answer(Call call, CompletionStage<Optional<JsonObject>> data) {
        return Answer.ok(call.await(data).orElseThrow(() -> Refusal.unknownClient("client")));
    }
}
