package kefu.chaos;

import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kefu.protocol.Json;
import org.jspecify.annotations.Nullable;

/** A client that comes back whenever its line is lost, as a page does. */
abstract class Client implements Line.Listener {
    private static final Pattern RETRY = Pattern.compile("\\bretry=(\\d+)\\b");
    private static final long FIRST_BACKOFF = 500;

    final String uid;
    final Field field;
    final Numbers numbers = new Numbers();
    final PresenceLog presence = new PresenceLog();
    final History history = new History();

    /** Guarded by this. */
    final Random random;

    /** Who is there, by the id of each session; version 1 is told no such ids, and has uids for them. Guarded by this. */
    final Map<String, String> roster = new HashMap<>();

    // guarded by this
    @Nullable Line line;

    private boolean online;
    private boolean closed;
    private boolean streams;
    private int failures;
    private long lostAt;
    private boolean lostByGateway;
    private Duration dawdles = Duration.ZERO;
    private Duration patience = ChaosSettings.CONNECT;
    private long onlineSince;

    Client(String uid, Field field) {
        this.uid = uid;
        this.field = field;
        this.random = new Random(field.settings().seed() + uid.hashCode());
    }

    /** Empty: version 1. */
    abstract String subprotocol();

    /** A connection is open: log in or resume. */
    abstract void hello();

    /** Called holding this. */
    abstract void frame(JsonObject frame);

    /** The gateway has ended the line, or it broke. Called holding this. */
    void ended(int code) {}

    /** How often it was logged out, and has logged in again, since {@link #beginAnew}: all others must hear that. */
    int logouts() {
        return 0;
    }

    /** How often others may hear more than that. */
    int twins() {
        return 0;
    }

    /** What was heard of others until now was right. Called holding this. */
    void beginAnew() {
        presence.start();
    }

    synchronized void dial() {
        if (closed) {
            return;
        }
        Line dialled = streams
                ? Line.stream(field.threads(), field.socket(), subprotocol(), this)
                : Line.open(field.threads(), field.socket(), subprotocol(), this);
        line = dialled;
        field.timer().schedule(() -> giveUp(dialled), patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    private synchronized void giveUp(Line dialled) {
        if (line == dialled && !online) {
            dialled.cut();
            failed(dialled, dialled.isOpen() ? "no answer" : "no handshake");
        }
    }

    @Override
    public synchronized void opened(Line from) {
        if (line == from) {
            hello();
        }
    }

    @Override
    public synchronized void received(Line from, String text) {
        if (line != from) {
            return;
        }
        if (text.equals("{\"type\":\"ping\"}")) {
            from.send("beat");
        } else {
            frame(Json.parse(text).orElseThrow().asJsonObject());
        }
    }

    @Override
    public synchronized void failed(Line from, String why) {
        if (line == from && !closed) {
            history.add("not connected: " + why);
            field.reconnects().failed(why, lostByGateway && !isLate());
            comeBack(backoff());
        }
    }

    @Override
    public synchronized void closed(Line from, int code, String reason) {
        if (line != from || closed) {
            return;
        }
        history.add("closed " + code + " " + reason);
        ended(code);
        Matcher retry = RETRY.matcher(reason);
        long later = online ? dawdles.toMillis() : 0;
        if (online) {
            field.reconnects().lost(uid, code, onlineSince);
            lost(true);
        } else {
            field.reconnects().failed("closed " + code, lostByGateway && !isLate());
        }
        comeBack(later + (retry.find() ? Long.parseLong(retry.group(1)) : backoff()));
    }

    /** From now on it comes back so much later than it is told to, as a page does that nobody looks at. */
    synchronized void dawdle(Duration longer) {
        dawdles = longer;
    }

    /** From now on it connects as where WebSocket is blocked. */
    synchronized void stream() {
        streams = true;
    }

    /** From now on it waits for so long until it is connected and logged in. */
    synchronized void waitFor(Duration longest) {
        patience = longest;
    }

    synchronized boolean isLate() {
        return !dawdles.isZero();
    }

    /** The line is of no use. Comes back after a while. */
    void leave(String why) {
        if (line != null) {
            line.cut();
        }
        field.reconnects().failed(why, lostByGateway && !isLate());
        comeBack(backoff());
    }

    /** Breaks the line off, and comes back so much later. */
    synchronized void cut(Duration away) {
        if (closed || line == null) {
            return;
        }
        history.add("cuts its line, for " + away.toMillis() + " ms");
        line.cut();
        lost(false);
        comeBack(away.toMillis());
    }

    private void lost(boolean byGateway) {
        if (online) {
            lostAt = System.nanoTime();
            lostByGateway = byGateway;
        } else {
            lostByGateway &= byGateway;
        }
        online = false;
    }

    private void comeBack(long millis) {
        online = false;
        line = null;
        field.timer().schedule(this::dial, millis, TimeUnit.MILLISECONDS);
    }

    /** Full jitter: else all come back at one moment. */
    private long backoff() {
        long longest = Math.min(field.settings().longestBackoff().toMillis(), FIRST_BACKOFF << Math.min(failures, 10));
        failures++;
        return (long) (random.nextDouble() * longest);
    }

    /** The login or resume was answered. */
    void up() {
        online = true;
        failures = 0;
        onlineSince = System.nanoTime();
        if (lostByGateway && !isLate()) {
            field.reconnects().back(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lostAt));
        }
        lostByGateway = false;
    }

    /** Whether a number is for this client. @param series whose number it is */
    boolean isFor(String series) {
        return !series.startsWith(Load.TO) || series.equals(Load.TO + uid);
    }

    synchronized Map<String, String> roster() {
        return new HashMap<>(roster);
    }

    synchronized boolean isOnline() {
        return online;
    }

    /** Whether its connection is younger than that. @param nanoTime of the JVM's clock */
    synchronized boolean isOnlineSince(long nanoTime) {
        return online && onlineSince - nanoTime > 0;
    }

    /** Whether it is online, and has heard something that was pushed later: by now it has heard all that was published before. */
    synchronized boolean hasHeardBeyond(Numbers begun) {
        return online && numbers.isBeyond(begun, series -> series.startsWith(Load.TO_ALL));
    }

    void send(String text) {
        if (line != null) {
            line.send(text);
        }
    }

    String login(String more) {
        return "{\"method\":\"login\",\"bid\":\"%s\",\"customer_id\":\"%s\",\"customer_name\":\"%s\"%s}"
                .formatted(Field.GROUP, uid, uid, more);
    }

    /** What is published, in either version. */
    void heard(JsonObject push) {
        switch (push.getString("method", "")) {
            case "seq" -> numbers.heard(push.getString("series"), push.getInt("n"));
            case "say_push" ->
                numbers.heard(
                        Load.SAID + push.getString("from_customer_id"), Integer.parseInt(push.getString("content")));
            case "login_push" -> {
                String who = push.getString("customer_id");
                presence.heard(who, true);
                roster.put(push.getString("client", who), who);
            }
            case "logout_push" -> {
                String who = push.getString("customer_id");
                presence.heard(who, false);
                roster.remove(push.getString("client", who));
            }
            default -> field.faults().add("unknown frame " + push);
        }
    }

    synchronized void close() {
        closed = true;
        if (line != null) {
            line.close();
        }
    }

    /** Goes for good, and does not say so. */
    synchronized void vanish() {
        closed = true;
        if (line != null) {
            line.cut();
        }
    }
}
