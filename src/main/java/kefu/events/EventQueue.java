package kefu.events;

import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import kefu.broker.Presence;
import kefu.protocol.Id;
import org.jspecify.annotations.Nullable;

/**
 * The events that wait for the backend, the oldest first. Those of one agent and group leave it in order. An event that
 * failed waits for a while, with the later ones of its agent and group; the others go on. Not thread-safe.
 */
final class EventQueue {
    /** At the pauses between two tries that is about a minute. */
    static final int TRIES_AMONG_OTHERS = 10;

    /** A name may be as long as a message: together they get this much for each event that may wait. */
    private static final int CHARS_PER_EVENT = 1024;

    private record AgentInGroup(Id group, Id uid) {}

    /** One change on its way to the backend. */
    static final class Event {
        final Presence.Change change;
        private int failures;
        private int failuresAmongOthers;
        private long acceptedBefore; // how many others, when it failed last
        private long dueAt; // after a failure, in nanoseconds of the caller's clock

        private Event(Presence.Change change) {
            this.change = change;
        }

        int failures() {
            return failures;
        }

        private AgentInGroup agent() {
            return new AgentInGroup(change.group(), change.uid());
        }
    }

    private final int maxEvents;
    private final long maxChars;
    private final Set<Event> waiting = new LinkedHashSet<>();
    private long chars;
    private long accepted;

    EventQueue(int maxEvents) {
        this.maxEvents = maxEvents;
        this.maxChars = (long) maxEvents * CHARS_PER_EVENT;
    }

    /** @return how many were dropped for it, the oldest first */
    int add(Presence.Change change) {
        waiting.add(new Event(change));
        chars += change.name().length();
        int dropped = 0;
        for (Iterator<Event> oldest = waiting.iterator();
                waiting.size() > maxEvents || (chars > maxChars && waiting.size() > 1);
                dropped++) {
            chars -= oldest.next().change.name().length();
            oldest.remove();
        }
        return dropped;
    }

    /**
     * The event to send now: the oldest that was not tried yet, else the one that has been due longest; of each agent and
     * group the first only. Null where nothing is due. Passes over those that failed: during an outage that is one in a pause.
     */
    @Nullable Event next(long now) {
        Set<AgentInGroup> seen = new HashSet<>();
        Event next = null;
        for (Event event : waiting) {
            if (!seen.add(event.agent())) {
                continue;
            }
            if (event.failures == 0) {
                return event;
            }
            if (event.dueAt - now <= 0 && (next == null || event.dueAt - next.dueAt < 0)) {
                next = event;
            }
        }
        return next;
    }

    void accepted(Event event) {
        accepted++;
        remove(event);
    }

    /**
     * The event was not accepted. One that fails again and again while others are accepted is given up: the fault is its
     * own, and not that of a backend that is away.
     *
     * @param dueAt when it is tried again
     * @return whether it was given up
     */
    boolean failed(Event event, long dueAt) {
        event.failures++;
        if (event.failures == 1 || accepted > event.acceptedBefore) {
            event.failuresAmongOthers++;
        }
        event.acceptedBefore = accepted;
        event.dueAt = dueAt;
        // one that was dropped while it was on its way is not given up a second time
        return event.failuresAmongOthers == TRIES_AMONG_OTHERS && remove(event);
    }

    int size() {
        return waiting.size();
    }

    /** All that wait, the oldest first. */
    List<Presence.Change> changes() {
        return waiting.stream().map(event -> event.change).toList();
    }

    void clear() {
        waiting.clear();
        chars = 0;
    }

    private boolean remove(Event event) {
        boolean waited = waiting.remove(event);
        if (waited) {
            chars -= event.change.name().length();
        }
        return waited;
    }
}
