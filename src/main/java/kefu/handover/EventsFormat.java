package kefu.handover;

import java.io.IOException;
import kefu.broker.Presence;
import kefu.events.WaitingEvents;

/** How the events are written that the backend has not accepted. */
final class EventsFormat {
    private EventsFormat() {}

    static void write(HandoverWriter to, WaitingEvents events) throws IOException {
        to.flag(events.gap());
        to.all(events.changes(), EventsFormat::change);
    }

    static WaitingEvents read(HandoverReader from) throws IOException {
        boolean gap = from.flag();
        return new WaitingEvents(from.all(EventsFormat::change), gap);
    }

    private static void change(HandoverWriter to, Presence.Change change) throws IOException {
        to.id(change.group());
        to.id(change.uid());
        to.text(change.name());
        to.flag(change.online());
        to.number(change.version());
        to.number(change.at());
    }

    private static Presence.Change change(HandoverReader from) throws IOException {
        return new Presence.Change(from.id(), from.id(), from.text(), from.flag(), from.number(), from.number());
    }
}
