package kefu.events;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import kefu.broker.Presence;
import kefu.protocol.Id;
import org.jspecify.annotations.Nullable;

/**
 * The events that wait for the backend, the oldest first. The events of one agent and group leave in order. A failed event waits
 * for a while, and so do the later ones of its agent and group. Events of others go on. Not thread-safe.
 */
final class EventQueue {
    /** With the pauses between the tries this takes about a minute. */
    static final int TRIES_AMONG_OTHERS = 10;

    /** The bytes for each event that may wait. A name may be as long as a message, so all events share the total. */
    private static final int CHARS_PER_EVENT = 1024;

    private record AgentInGroup(Id group, Id uid) {}

    /** One change that the backend has not accepted yet. */
    static final class Event {
        final Presence.Change change;
        private int failures;
        private int failuresAmongOthers;
        private long acceptedBefore; // the number of other accepted events at the last failure
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

    /** @return what was dropped to make room, the oldest first */
    List<Presence.Change> add(Presence.Change change) {
        waiting.add(new Event(change));
        chars += change.name().length();
        List<Presence.Change> dropped = new ArrayList<>(0);
        Iterator<Event> oldestFirst = waiting.iterator();
        while (waiting.size() > maxEvents || (chars > maxChars && waiting.size() > 1)) {
            Presence.Change oldest = oldestFirst.next().change;
            oldestFirst.remove();
            chars -= oldest.name().length();
            dropped.add(oldest);
        }
        return dropped;
    }

    /**
     * The event to send now: the oldest new one, else the failed one that was due first. Only the first event of each agent and
     * group counts. Null: nothing is due. Skips failed events; in an outage only one event fails in each pause.
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
     * The event was not accepted. An event that fails often while others are accepted is dropped: then the event itself is the
     * cause, and not an unavailable backend.
     *
     * @param dueAt the time of the next try
     * @return whether it was dropped
     */
    boolean failed(Event event, long dueAt) {
        event.failures++;
        if (event.failures == 1 || accepted > event.acceptedBefore) {
            event.failuresAmongOthers++;
        }
        event.acceptedBefore = accepted;
        event.dueAt = dueAt;
        // it was already dropped while it was being sent
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
