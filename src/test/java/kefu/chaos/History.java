package kefu.chaos;

import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;

/** How one client has come and gone lately, to explain a fault. Times are those of the container's log. Thread-safe. */
final class History {
    private static final int MOST = 40;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");

    private final Deque<String> events = new ArrayDeque<>();

    synchronized void add(String event) {
        if (events.size() == MOST) {
            events.removeFirst();
        }
        events.add(LocalTime.now().format(TIME) + " " + event);
    }

    @Override
    public synchronized String toString() {
        return String.join("\n  ", events);
    }
}
