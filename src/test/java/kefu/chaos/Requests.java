package kefu.chaos;

import jakarta.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The requests of one client that are not answered yet. One that was sent before the line was lost is sent again with
 * {@code again}; one that the gateway has not begun (10008) is held and sent again as it was. Used under the client's lock.
 */
final class Requests {
    private final String uid;
    private final Field field;
    private final Map<String, Pending> pending = new LinkedHashMap<>();
    private int works;
    private int says;
    private boolean saying;
    private int answered;
    private int unknown;

    /**
     * @param number of its kind
     * @param sent on the line that is there, and not refused
     * @param again whether the gateway may have begun it on a line before
     * @param cut whether the test has cut a line on which it was sent: the gateway may or may not have it
     * @param unread whether a node has ended a line on which it was sent: it came behind all that the node has answered before
     */
    private record Pending(
            String id,
            boolean say,
            int number,
            String members,
            boolean sent,
            boolean again,
            boolean cut,
            boolean unread) {
        String text() {
            return "{\"id\":\"" + id + "\"," + members + (again ? ",\"again\":true}" : "}");
        }

        boolean mayHaveBegun() {
            return sent || again;
        }

        Pending with(boolean nowSent, boolean nowAgain) {
            return new Pending(id, say, number, members, nowSent, nowAgain, cut, unread);
        }

        Pending lost(boolean nowCut, boolean nowUnread) {
            return new Pending(id, say, number, members, sent, again, cut || nowCut, unread || nowUnread);
        }
    }

    Requests(String uid, Field field) {
        this.uid = uid;
        this.field = field;
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
            field.begun().heard(Load.SAID + uid, k);
            add(true, k, "\"method\":\"say\",\"to\":\"all\",\"content\":\"%d\"".formatted(k));
        }
    }

    private void add(boolean say, int number, String members) {
        String id = (say ? "say-" : "work-") + number;
        pending.put(id, new Pending(id, say, number, members, false, false, false, false));
    }

    /** What is to be sent now: what has not been sent yet. */
    List<String> unsent() {
        return send(pending.values().stream().filter(one -> !one.sent).toList());
    }

    /** What is to be sent on a new line: all that is not answered. */
    List<String> unanswered() {
        pending.replaceAll((id, one) -> one.with(false, one.again || one.sent));
        return send(List.copyOf(pending.values()));
    }

    private List<String> send(List<Pending> now) {
        now.forEach(one -> pending.put(one.id, one.with(true, one.again)));
        return now.stream().map(Pending::text).toList();
    }

    /** The session has ended: what was sent in it is not sent in the next one, which has no record of it. */
    void sessionEnded() {
        int before = pending.size();
        saying &= pending.values().stream().noneMatch(one -> one.say && one.mayHaveBegun());
        pending.values().removeIf(Pending::mayHaveBegun);
        unknown += before - pending.size();
    }

    /** The test has cut the line. */
    void cut() {
        pending.replaceAll((id, one) -> one.lost(one.sent, false));
    }

    /** A node that stops has ended the line. What it had read it has answered before. */
    void unread() {
        pending.replaceAll((id, one) -> one.lost(false, one.sent));
    }

    /** @return whether the request is held, to be sent again later */
    boolean answered(JsonObject answer) {
        String id = answer.getString("id");
        Pending one = pending.get(id);
        String code = String.valueOf(answer.get("code")).replace("\"", "");
        if (one == null) {
            field.faults().add("answered twice");
            return false;
        }
        if (code.equals("10008")) { // not begun by this time; perhaps by an earlier one
            pending.put(id, one.with(false, one.again));
            return true;
        }
        pending.remove(id);
        saying &= !one.say;
        answered++;
        if (code.equals("10011") && (one.cut || isUnread(one))) {
            unknown++;
        } else if (!code.equals("200")) {
            field.faults()
                    .add("answer " + code + " to " + (one.say ? "say" : "work") + (one.again ? " sent again" : ""));
        } else if (!isRight(answer, one)) {
            field.faults().add("wrong answer");
        } else if (one.say) {
            field.said().heard(Load.SAID + uid, one.number);
        }
        return false;
    }

    /**
     * Another node, which gets it next, cannot know that the one before has not read it: its outcome is "not known". The backend does
     * know. What the gateway itself does, it does in any case, and once.
     */
    private boolean isUnread(Pending one) {
        return one.unread && !one.say && !field.heard().test(uid, one.number);
    }

    private boolean isRight(JsonObject answer, Pending one) {
        JsonObject data = answer.getJsonObject("data");
        return one.say
                ? data.getInt("code") == 0
                        && (data.getInt("delivered") > 0 || field.allowed().endedSessions) // the first one is alone
                : data.getString("c").equals(uid) && data.getInt("k") == one.number;
    }

    int open() {
        return pending.size();
    }

    int answered() {
        return answered;
    }

    /** How many were cut, or not read, and may have been done or not. */
    int unknown() {
        return unknown;
    }
}
