package kefu.events;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import kefu.broker.Presence;
import kefu.protocol.Id;
import org.jspecify.annotations.Nullable;

/**
 * The events that wait for the backend. Those of one agent and group make a line and leave it in order; lines do not wait
 * for each other: an event that failed steps aside for those that were not tried yet. Not thread-safe.
 */
final class EventQueue {
    /** At the pauses between two tries that is about a minute. */
    static final int TRIES_AMONG_OTHERS = 10;

    /** A name may be as long as a message: together they get this much for each event that may wait. */
    private static final int CHARS_PER_EVENT = 1024;

    private record Line(Id group, Id uid) {}

    /** One change on its way to the backend. */
    static final class Event {
        final Presence.Change change;
        private final Line line;
        private int failures;
        private int failuresAmongOthers;
        private long acceptedBefore;
        private boolean aside;

        private Event(Presence.Change change) {
            this.change = change;
            this.line = new Line(change.group(), change.uid());
        }

        int failures() {
            return failures;
        }

        private int chars() {
            return change.name().length();
        }
    }

    private final int maxEvents;
    private final long maxChars;

    /** All that wait, the oldest first. */
    private final Set<Event> waiting = new LinkedHashSet<>();

    /** The same by agent and group; the line whose event failed last is the last. */
    private final Map<Line, Deque<Event>> lines = new LinkedHashMap<>();

    private long chars;
    private long accepted;

    EventQueue(int maxEvents) {
        this.maxEvents = maxEvents;
        this.maxChars = (long) maxEvents * CHARS_PER_EVENT;
    }

    /** @return how many were dropped for it, the oldest first */
    int add(Presence.Change change) {
        Event added = new Event(change);
        waiting.add(added);
        lines.computeIfAbsent(added.line, key -> new ArrayDeque<>(2)).add(added);
        chars += added.chars();
        int dropped = 0;
        Iterator<Event> oldest = waiting.iterator();
        while (waiting.size() > maxEvents || (chars > maxChars && waiting.size() > 1)) {
            Event event = oldest.next();
            oldest.remove();
            leaveLine(event);
            dropped++;
        }
        return dropped;
    }

    /** Whose turn it is; null where nothing waits, or all that waits has stepped aside. */
    @Nullable Event next() {
        Event again = null;
        for (Deque<Event> line : lines.values()) {
            Event first = line.element();
            if (first.failures == 0) {
                return first;
            }
            if (again == null && !first.aside) {
                again = first;
            }
        }
        return again;
    }

    void accepted(Event event) {
        accepted++;
        remove(event);
    }

    /**
     * Lets the event step aside, and its line with it, until {@link #comeBack}. What fails again and again while others
     * are accepted is given up: the fault is its own, and not that of a backend that is away.
     *
     * @return whether it was given up
     */
    boolean failed(Event event) {
        Deque<Event> line = lines.get(event.line);
        if (line == null || line.peek() != event) {
            return false; // it was dropped while it was on its way
        }
        event.failures++;
        if (event.failures == 1 || accepted > event.acceptedBefore) {
            event.failuresAmongOthers++;
        }
        event.acceptedBefore = accepted;
        if (event.failuresAmongOthers == TRIES_AMONG_OTHERS) {
            remove(event);
            return true;
        }
        event.aside = true;
        lines.remove(event.line);
        lines.put(event.line, line);
        return false;
    }

    void comeBack(Event event) {
        event.aside = false;
    }

    int size() {
        return waiting.size();
    }

    private void remove(Event event) {
        if (waiting.remove(event)) {
            leaveLine(event);
        }
    }

    private void leaveLine(Event event) {
        chars -= event.chars();
        Deque<Event> line = lines.get(event.line);
        if (line != null) {
            line.remove(); // it is the first: what waits longest is, in its line too
            if (line.isEmpty()) {
                lines.remove(event.line);
            }
        }
    }
}
