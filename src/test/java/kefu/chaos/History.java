package kefu.chaos;

import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;

/** How one client has come and gone lately, to explain a fault. Times are those of the container's log. Thread-safe. */
final class History {
    private static final int MOST = 40;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");

    private final Deque<Event> events = new ArrayDeque<>(); // guarded by this

    /** @param times how often it happened, with nothing else between. The time is that of the first */
    private record Event(String time, String what, int times) {
        @Override
        public String toString() {
            return time + " " + what + (times > 1 ? " (" + times + " times)" : "");
        }
    }

    synchronized void add(String what) {
        Event last = events.peekLast();
        if (last != null && last.what.equals(what)) {
            events.removeLast();
            events.add(new Event(last.time, what, last.times + 1));
            return;
        }
        if (events.size() == MOST) {
            events.removeFirst();
        }
        events.add(new Event(LocalTime.now().format(TIME), what, 1));
    }

    @Override
    public synchronized String toString() {
        return String.join("\n  ", events.stream().map(Event::toString).toList());
    }
}
