package kefu.chaos;

import java.util.HashSet;
import java.util.Set;

/** Those who come once, and may go for good. Thread-safe. */
final class Guests {
    private final Set<String> all = new HashSet<>();
    private final Set<String> came = new HashSet<>();
    private final Set<String> went = new HashSet<>();
    private final Set<String> gone = new HashSet<>();

    synchronized void came(String uid) {
        all.add(uid);
        came.add(uid);
    }

    synchronized void went(String uid) {
        went.add(uid);
        gone.add(uid);
    }

    synchronized Set<String> all() {
        return new HashSet<>(all);
    }

    /** How often others must hear that it came. */
    synchronized int logins(String uid) {
        return came.contains(uid) ? 1 : 0;
    }

    /** How often others must hear that it went. */
    synchronized int logouts(String uid) {
        return went.contains(uid) ? 1 : 0;
    }

    synchronized boolean isThere(String uid) {
        return !gone.contains(uid);
    }

    /** What was heard of them until now was right. */
    synchronized void beginAnew() {
        came.clear();
        went.clear();
    }
}
