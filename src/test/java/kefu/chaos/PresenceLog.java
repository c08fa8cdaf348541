package kefu.chaos;

import java.util.HashMap;
import java.util.Map;

/** How often one client has heard that others came and went. Thread-safe. */
final class PresenceLog {
    private final Map<String, Integer> logins = new HashMap<>();
    private final Map<String, Integer> logouts = new HashMap<>();

    synchronized void heard(String uid, boolean login) {
        (login ? logins : logouts).merge(uid, 1, Integer::sum);
    }

    /** Everybody is there: what was heard until now was true. */
    synchronized void start() {
        logins.clear();
        logouts.clear();
    }

    synchronized int logins(String uid) {
        return logins.getOrDefault(uid, 0);
    }

    synchronized int logouts(String uid) {
        return logouts.getOrDefault(uid, 0);
    }
}
