package kefu.chaos;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;

/** A client of version 1: it logs in again as who it was. What is said meanwhile it misses. */
final class OldClient extends Client {
    OldClient(String uid, Field field) {
        super(uid, field);
    }

    @Override
    String subprotocol() {
        return "";
    }

    @Override
    void hello() {
        send(login(""));
    }

    @Override
    void frame(JsonObject frame) {
        if (frame.containsKey("code")) { // the method is in a refusal, too
            leave("login " + frame.get("code"));
        } else if (frame.getString("method", "").equals("login")) {
            roster.clear();
            for (JsonValue one : frame.getJsonArray("customer_list")) {
                String other = one.asJsonObject().getString("customer_id");
                roster.put(other, other);
            }
            up();
        } else {
            heard(frame);
        }
    }
}
