package kefu.events;

import java.util.List;
import kefu.broker.Presence;

/**
 * What waits for the backend.
 *
 * @param gap whether the backend may have missed something before
 */
public record WaitingEvents(List<Presence.Change> changes, boolean gap) {
    /** Nothing waits, and nobody knows what was before. */
    public static WaitingEvents nothing() {
        return new WaitingEvents(List.of(), true);
    }
}
