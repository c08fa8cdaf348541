package kefu.chaos;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import kefu.protocol.CloseCode;
import org.jspecify.annotations.Nullable;

/** A client of version 2: resumes its session, and sends again what is not answered. */
final class Agent extends Client {
    /** Of the connections that come back while lines are cut. */
    private static final double CUT_SHARE = 0.3;

    private static final int SOON_MILLIS = 8;

    /** Before it sends again what the gateway has not begun. */
    private static final int RETRY_MILLIS = 1_000;

    /** What is published behind a hole has come then. */
    private static final int FORGIVE_MILLIS = 1_000;

    /** For its goodbye to be read. */
    private static final int HEARD_MILLIS = 200;

    private final Requests requests;
    private final Places places = new Places();
    private final Set<String> colleagues;
    private final Duration readingPause;

    // guarded by this
    private @Nullable String ticket;
    private int tries;
    private int asked;
    private boolean cutting;
    private boolean watching;
    private boolean sleeps;
    private int expired;
    private int expiredBefore;
    private int resumed;
    private Moment moment = Moment.NEVER;
    private int untilCut;
    private boolean retrying;
    private int toldOfHoles;

    /**
     * @param colleagues who must be in each list
     * @param readingPause after each message that it reads. Zero: none
     */
    Agent(String uid, Field field, Set<String> colleagues, Duration readingPause) {
        super(uid, field);
        this.requests = new Requests(uid, field);
        this.colleagues = colleagues;
        this.readingPause = readingPause;
    }

    @Override
    String subprotocol() {
        return "kefu.v2";
    }

    @Override
    void hello() {
        boolean resumes = ticket != null;
        moment = cutting && resumes ? Moment.any(random, CUT_SHARE) : Moment.NEVER;
        if (cutAt(Moment.AS_IT_OPENS)) {
            return;
        }
        asked++;
        if (line != null) {
            line.readEvery(readingPause);
        }
        history.add(resumes ? "asks to resume, try " + (tries + 1) : "asks to log in");
        send(resumes ? resume(++tries) : login(",\"id\":\"login-" + asked + "\",\"channels\":" + places.json()));
        if (!cutAt(Moment.AS_IT_ASKS) && moment == Moment.SOON_AFTER_IT_ASKED) {
            Line current = line;
            field.timer().schedule(() -> cut(current), random.nextInt(SOON_MILLIS), TimeUnit.MILLISECONDS);
        }
    }

    private String resume(int attempt) {
        return "{\"method\":\"resume\",\"id\":\"resume-%d\",\"ticket\":\"%s\",\"try\":%d,\"channels\":%s}"
                .formatted(asked, ticket, attempt, places.json());
    }

    private boolean cutAt(Moment now) {
        if (moment != now) {
            return false;
        }
        moment = Moment.NEVER;
        cut(Duration.ofMillis(random.nextInt(100)));
        return true;
    }

    private synchronized void cut(@Nullable Line current) {
        if (line == current) {
            cutAt(Moment.SOON_AFTER_IT_ASKED);
        }
    }

    @Override
    void frame(JsonObject frame) {
        if (frame.containsKey("ch")) {
            published(frame);
            return;
        }
        String method = frame.getString("method", "");
        switch (method) {
            case "login", "resume" -> answered(method, frame);
            case "gap" -> {
                mayMiss("gap");
                take(frame.getJsonObject("channels"));
                look(frame.getJsonArray("customer_list"));
            }
            case "logout" -> {} // it sleeps soon
            default -> {
                if (!frame.containsKey("id")) {
                    field.faults().add("unknown frame " + frame);
                } else if (requests.answered(frame)) {
                    retrySoon();
                }
            }
        }
    }

    private void published(JsonObject frame) {
        String channel = frame.getString("ch");
        String wrong = places.heard(channel, frame.getJsonNumber("off").longValue());
        if (!wrong.isEmpty()) {
            field.faults().add(wrong);
        }
        int before = numbers.duplicated();
        heard(frame.getJsonObject("push"));
        if (numbers.duplicated() > before) { // by its offset: was it published twice, or delivered twice?
            history.add("hears again " + frame);
        }
        if (moment == Moment.IN_THE_REPLAY && untilCut-- <= 0) {
            cutAt(moment);
        }
    }

    private void answered(String method, JsonObject frame) {
        String code = String.valueOf(frame.get("code")).replace("\"", "");
        history.add((method + " answered " + code + " " + frame.getString("client", "")).strip());
        if (code.equals("10005")) {
            sessionEnded();
        } else if (!code.equals("200")) {
            leave(method + " " + code);
        } else if (!cutAt(Moment.AS_IT_IS_ANSWERED)) {
            welcome(method, frame);
        }
    }

    /** The session has ended: it logs in with the positions that it knows. */
    private void sessionEnded() {
        if (field.allowed().endedSessions) {
            history.add("knows of no session any more");
        } else if (sleeps) {
            expired++;
        } else {
            field.faults().add("session ended too early");
            field.faults().explain(uid, history);
        }
        ticket = null;
        requests.sessionEnded();
        moment = Moment.NEVER;
        asked++;
        send(login(",\"id\":\"login-" + asked + "\",\"channels\":" + places.json()));
    }

    private void welcome(String method, JsonObject frame) {
        if (method.equals("login")) {
            ticket = frame.getString("ticket");
            tries = 0;
        } else {
            resumed++;
        }
        untilCut = random.nextInt(50);
        sleeps = false;
        take(frame.getJsonObject("channels"));
        look(frame.getJsonArray("customer_list"));
        up();
        requests.unanswered().forEach(this::send);
    }

    /** It is told that it may have missed something: of what was begun by now, what it has not heard a little later. */
    private void mayMiss(String how) {
        if (!field.allowed().endedStreams) {
            field.faults().add(how);
            return;
        }
        toldOfHoles++;
        Numbers begun = field.begun().snapshot();
        field.timer().schedule(() -> numbers.forgive(begun, this::isFor), FORGIVE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void take(JsonObject channels) {
        if (places.take(channels) > 0) {
            mayMiss("not recovered");
        }
    }

    /** Whoever is there all the time is in each list, and once. */
    private void look(List<JsonValue> list) {
        roster.clear();
        for (JsonValue value : list) {
            JsonObject one = value.asJsonObject();
            roster.put(one.getString("client"), one.getString("customer_id"));
        }
        if (watching && !field.allowed().endedSessions) {
            Set<String> settled = new HashSet<>(colleagues);
            settled.removeAll(field.allowed().unsettled);
            List<String> there =
                    roster.values().stream().filter(settled::contains).toList();
            Set<String> different = new HashSet<>(there);
            field.faults().add("absent in a list", settled.size() - different.size());
            field.faults().add("twice in a list", there.size() - different.size());
        }
    }

    /** All are there: from now on a list without one of them is wrong. */
    synchronized void watch() {
        watching = true;
        presence.start();
    }

    /** What the gateway did not begin (10008) is sent again on the next line, or on this one where it stays. */
    private void retrySoon() {
        if (!retrying) {
            retrying = true;
            field.timer().schedule(this::retry, RETRY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private synchronized void retry() {
        retrying = false;
        sendUnsent();
    }

    private void sendUnsent() {
        if (isOnline() && !sleeps) { // it has logged out
            requests.unsent().forEach(this::send);
        }
    }

    synchronized void work(int waitMillis) {
        requests.work(waitMillis);
        sendUnsent();
    }

    synchronized void say() {
        requests.say();
        sendUnsent();
    }

    /** Whether connections are cut on their way to being online. */
    synchronized void cutting(boolean now) {
        cutting = now;
    }

    /** Is away for so long that its session may end. @param goodbye whether it says that it goes */
    synchronized void sleep(Duration away, boolean goodbye) {
        if (!isOnline()) {
            return;
        }
        sleeps = true;
        history.add("goes to sleep, for " + away.toMillis() + " ms" + (goodbye ? ", and says so" : ""));
        if (goodbye) {
            send("{\"method\":\"logout\",\"after\":1,\"id\":\"bye-" + asked + "\"}");
        }
        field.timer().schedule(() -> fallAsleep(away), HEARD_MILLIS, TimeUnit.MILLISECONDS);
    }

    private synchronized void fallAsleep(Duration away) {
        if (sleeps) { // else it has come back on another line meanwhile, and is awake
            cut(away);
        }
    }

    synchronized boolean isAwake() {
        return !sleeps;
    }

    synchronized int expired() {
        return expired;
    }

    @Override
    synchronized int logouts() {
        return expired - expiredBefore;
    }

    @Override
    synchronized void beginAnew() {
        super.beginAnew();
        expiredBefore = expired;
    }

    synchronized int resumed() {
        return resumed;
    }

    /** How often it was told that it may have missed something. */
    synchronized int toldOfHoles() {
        return toldOfHoles;
    }

    synchronized int open() {
        return requests.open();
    }

    synchronized int answeredRequests() {
        return requests.answered();
    }

    synchronized int unknownOutcomes() {
        return requests.unknown();
    }

    @Override
    void ended(int code) {
        if (field.allowed().brokenLines) {
            requests.cut();
        } else if (code == CloseCode.SERVICE_RESTART.number()
                && field.settings().severalNodes()) {
            requests.unread();
        }
    }

    @Override
    synchronized void cut(Duration away) {
        if (line != null && ticket != null) { // a login that is cut may leave a session of which nobody knows
            requests.cut();
            super.cut(away);
        }
    }
}
