package kefu.api;

import jakarta.json.JsonObject;
import java.util.Map;
import kefu.protocol.Json;

/**
 * The answer to a call.
 *
 * @param headers in addition to those of every answer
 * @param json the text of a JSON object; empty with 202 and 204
 */
record Answer(int status, Map<String, String> headers, String json) {
    Answer {
        json = Json.encodable(json);
    }

    static Answer of(int status, Record value) {
        return new Answer(status, Map.of(), Json.write(value));
    }

    static Answer ok(Record value) {
        return of(200, value);
    }

    static Answer ok(JsonObject value) {
        return new Answer(200, Map.of(), value.toString());
    }

    /** 204: done. */
    static Answer done() {
        return new Answer(204, Map.of(), "");
    }

    /** 202: it is being done. */
    static Answer begun() {
        return new Answer(202, Map.of(), "");
    }

    Answer with(Map<String, String> moreHeaders) {
        return new Answer(status, moreHeaders, json);
    }
}
