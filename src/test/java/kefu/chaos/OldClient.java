package kefu.chaos;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import kefu.protocol.CloseCode;

/** A client of version 1: it logs in again as who it was. What is said meanwhile it misses. */
final class OldClient extends Client {
    /** It may have missed something, of which it cannot be told. */
    private static final int LOGGED_OUT = CloseCode.TOO_SLOW.number();

    // guarded by this
    private int logouts;
    private int twins;

    OldClient(String uid, Field field) {
        super(uid, field);
    }

    @Override
    String subprotocol() {
        return "";
    }

    @Override
    void ended(int code) {
        if (code == Line.BROKEN && field.allowed().brokenLines) {
            twins++;
            field.allowed().unsettled.add(uid);
        } else if (code == LOGGED_OUT && field.allowed().endedStreams) {
            logouts++;
        }
    }

    @Override
    synchronized int logouts() {
        return logouts;
    }

    @Override
    synchronized int twins() {
        return twins;
    }

    @Override
    synchronized void beginAnew() {
        super.beginAnew();
        logouts = 0;
        twins = 0;
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
