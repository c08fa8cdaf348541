package kefu.chaos;

import jakarta.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The requests of one client that are not answered yet. One that was sent before the line was lost is sent again with
 * {@code again}; one that the gateway has not begun (10008) is held and sent again without. Used under the client's lock.
 */
final class Requests {
    private final String uid;
    private final Faults faults;
    private final Map<String, Pending> pending = new LinkedHashMap<>();
    private int works;
    private int says;
    private boolean saying;
    private int answered;
    private int unknown;

    /**
     * @param number of its kind
     * @param sent whether the gateway may have it
     * @param cut whether the test has cut a line on which it was sent: the gateway may or may not have it
     */
    private record Pending(String id, boolean say, int number, String members, boolean sent, boolean cut) {
        String text(boolean again) {
            return "{\"id\":\"" + id + "\"," + members + (again ? ",\"again\":true}" : "}");
        }
    }

    Requests(String uid, Faults faults) {
        this.uid = uid;
        this.faults = faults;
    }

    /** A request for the backend, which answers after a while. */
    void work(int waitMillis) {
        int k = works++;
        add(false, k, "\"method\":\"work\",\"c\":\"%s\",\"k\":%d,\"wait\":%d".formatted(uid, k, waitMillis));
    }

    /** Says the next number to all, where the one before was answered: so they have an order. */
    void say() {
        if (!saying) {
            saying = true;
            int k = says++;
            add(
                    true,
                    k,
                    "\"method\":\"say\",\"to\":\"all\",\"content\":\"%d\",\"c\":\"%s\",\"k\":%d".formatted(k, uid, k));
        }
    }

    private void add(boolean say, int number, String members) {
        String id = (say ? "say-" : "work-") + number;
        pending.put(id, new Pending(id, say, number, members, false, false));
    }

    /** What is to be sent now: what has not been sent yet. */
    List<String> unsent() {
        List<Pending> unsent =
                pending.values().stream().filter(one -> !one.sent).toList();
        unsent.forEach(this::sent);
        return unsent.stream().map(one -> one.text(false)).toList();
    }

    /** What is to be sent on a new line: all that is not answered. */
    List<String> unanswered() {
        List<Pending> all = List.copyOf(pending.values());
        all.forEach(this::sent);
        return all.stream().map(one -> one.text(one.sent)).toList();
    }

    private void sent(Pending one) {
        pending.put(one.id, new Pending(one.id, one.say, one.number, one.members, true, one.cut));
    }

    /** The test has cut the line. */
    void cut() {
        pending.replaceAll((id, one) -> new Pending(id, one.say, one.number, one.members, one.sent, one.sent));
    }

    /** @return whether the request is held, to be sent again later */
    boolean answered(JsonObject answer) {
        String id = answer.getString("id");
        Pending one = pending.get(id);
        String code = String.valueOf(answer.get("code")).replace("\"", "");
        if (one == null) {
            faults.add("answered twice");
            return false;
        }
        if (code.equals("10008")) {
            pending.put(id, new Pending(id, one.say, one.number, one.members, false, false));
            return true;
        }
        pending.remove(id);
        saying &= !one.say;
        answered++;
        if (code.equals("10011") && one.cut) {
            unknown++;
        } else if (!code.equals("200")) {
            faults.add("answer " + code);
        } else if (!one.say && !isRight(answer, one.number)) {
            faults.add("wrong answer");
        }
        return false;
    }

    private boolean isRight(JsonObject answer, int number) {
        JsonObject data = answer.getJsonObject("data");
        return data.getString("c").equals(uid) && data.getInt("k") == number;
    }

    int open() {
        return pending.size();
    }

    int answered() {
        return answered;
    }

    /** How many were cut, and may have been done or not. */
    int unknown() {
        return unknown;
    }
}
