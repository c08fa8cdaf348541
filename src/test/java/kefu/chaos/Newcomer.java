package kefu.chaos;

import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A client of version 2 that logs in again and again as somebody new, and whose line is cut on the way. */
final class Newcomer extends Client {
    private static final int LONGEST_MILLIS = 400;
    private static final double CUT_SHARE = 0.7;

    // guarded by this
    private Moment moment = Moment.NEVER;
    private int visits;

    Newcomer(String uid, Field field) {
        super(uid, field);
    }

    @Override
    String subprotocol() {
        return "kefu.v2";
    }

    @Override
    void hello() {
        moment = Moment.any(random, CUT_SHARE);
        visits++;
        if (moment == Moment.AS_IT_OPENS) {
            again();
            return;
        }
        send(login(",\"id\":\"login-" + visits + "\""));
        if (moment == Moment.AS_IT_ASKS) {
            again();
        } else if (moment == Moment.SOON_AFTER_IT_ASKED) {
            Line current = line;
            field.timer().schedule(() -> againFrom(current), random.nextInt(8), TimeUnit.MILLISECONDS);
        }
    }

    private synchronized void againFrom(@org.jspecify.annotations.Nullable Line current) {
        if (line == current) {
            again();
        }
    }

    private void again() {
        cut(Duration.ofMillis(random.nextInt(LONGEST_MILLIS)));
    }

    @Override
    void frame(JsonObject frame) {
        if (frame.containsKey("ch")) {
            heard(frame.getJsonObject("push"));
            return;
        }
        switch (frame.getString("method", "")) {
            case "login" -> {
                if (!String.valueOf(frame.get("code")).equals("200")) {
                    leave("login " + frame.get("code"));
                    return;
                }
                up();
                if (moment == Moment.AS_IT_IS_ANSWERED) {
                    again();
                } else {
                    send("{\"method\":\"logout\",\"id\":\"logout-" + visits + "\"}");
                }
            }
            case "logout" -> again();
            default -> field.faults().add("unknown frame " + frame);
        }
    }
}
