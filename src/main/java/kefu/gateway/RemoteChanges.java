package kefu.gateway;

import kefu.broker.Presence;
import kefu.broker.SessionRecord;
import kefu.protocol.CloseCode;
import kefu.session.Session;

/** What other nodes do to the sessions of this one. Thread-safe. */
final class RemoteChanges implements Presence.Listener {
    private final Hub hub;
    private final Sessions sessions;
    private final SessionOpening opening;
    private final SessionCommands commands;

    RemoteChanges(Hub hub, Sessions sessions, SessionOpening opening, SessionCommands commands) {
        this.hub = hub;
        this.sessions = sessions;
        this.opening = opening;
        this.commands = commands;
    }

    @Override
    public void changed(SessionRecord record) {
        hub.session(record.member().client()).ifPresent(session -> opening.follow(session, record));
    }

    @Override
    public void moved(String client) {
        sessions.find(client).ifPresent(session -> sessions.drop(session, CloseCode.TAKEN_OVER));
    }

    @Override
    public void ended(String client, long heard) {
        sessions.find(client).ifPresent(session -> commands.end(session, heard));
    }

    /** The clients of v2 resume. Those of v1 log in again, and take their sessions back. */
    @Override
    public void givenUp() {
        for (Session session : sessions.all()) {
            sessions.drop(session, CloseCode.SERVICE_RESTART);
        }
        sessions.forgetWrites();
    }
}
