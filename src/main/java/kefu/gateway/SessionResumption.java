package kefu.gateway;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kefu.broker.Member;
import kefu.broker.Presence;
import kefu.broker.SessionRecord;
import kefu.config.Settings;
import kefu.connection.Connection;
import kefu.connection.IdempotencyCache;
import kefu.metrics.Metrics;
import kefu.protocol.CloseCode;
import kefu.protocol.Version;
import kefu.session.MovedSession;
import kefu.session.Replay;
import kefu.session.Session;
import kefu.session.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * Continues sessions on other connections. Presence decides who has a session; this node may have had it before or not.
 * Thread-safe.
 */
final class SessionResumption {
    private final Sessions sessions;
    private final Hub hub;
    private final AgentPlaces places;
    private final SessionSync sync;
    private final SessionOpening opening;
    private final Presence presence;
    private final Replay replay;
    private final Metrics metrics;
    private final String node;

    SessionResumption(
            Settings settings,
            Sessions sessions,
            Hub hub,
            AgentPlaces places,
            SessionSync sync,
            SessionOpening opening,
            Presence presence,
            Replay replay,
            Metrics metrics) {
        this.sessions = sessions;
        this.hub = hub;
        this.places = places;
        this.sync = sync;
        this.opening = opening;
        this.presence = presence;
        this.replay = replay;
        this.metrics = metrics;
        this.node = settings.get(Settings.NODE);
    }

    /** The session that a ticket resumes. */
    CompletionStage<Optional<SessionRecord>> find(String ticket) {
        return Tickets.group(ticket)
                .map(group -> presence.find(group, Tickets.hash(ticket)))
                .orElse(CompletableFuture.completedFuture(Optional.empty()));
    }

    /**
     * Continues a session of v1 whose connection the server has ended, for a login of who it was. Nobody hears a logout or a
     * login.
     *
     * @return false: there is none
     */
    CompletionStage<Boolean> takeBack(Member member, LoginRequest login) {
        return done().thenCompose(next -> sync.givenBack(member))
                .thenCompose(next -> presence.takeBack(member).whenComplete((given, fault) -> {
                    if (fault != null) {
                        sync.giveBack(member);
                    }
                }))
                .thenCompose(given -> {
                    if (given.isEmpty()) {
                        return CompletableFuture.completedFuture(false);
                    }
                    Session session = new Session(login.on(), given.get(), "", new IdempotencyCache(), replay);
                    sessions.reserve(session);
                    return resumed(session, session.follow(given.get()).added(), null, login);
                });
    }

    /**
     * Continues a session on a connection that has none. The connection before is closed.
     *
     * @param attempt rises with each attempt of the client
     * @return false: the session has ended, or a later attempt has taken it over
     */
    CompletionStage<Boolean> resume(SessionRecord session, String ticket, long attempt, LoginRequest login) {
        Member member = session.member();
        return done().thenCompose(next -> sync.written(member.client()))
                .thenCompose(next -> presence.resume(member.group(), session.ticketHash(), attempt, node)
                        .whenComplete((given, fault) -> {
                            if (fault != null) {
                                sync.giveBack(session, attempt);
                            }
                        }))
                .thenCompose(given -> given.isPresent()
                        ? resume(given.get(), ticket, login)
                        : CompletableFuture.completedFuture(false));
    }

    private CompletionStage<Boolean> resume(SessionRecord given, String ticket, LoginRequest login) {
        Connection on = login.on();
        Member member = given.member();
        Session session = new Session(on, given, ticket, places.answers(member), replay);
        Session there = sessions.putIfAbsent(session);
        if (there == null) {
            session.reserved().set(places.disown(member));
            return resumed(session, session.follow(given).added(), null, login);
        }
        Optional<MovedSession> moved = there.resume(on, given);
        if (moved.isEmpty()) {
            return CompletableFuture.completedFuture(false);
        }
        Connection before = moved.get().before();
        before.end(CloseCode.TAKEN_OVER);
        moved.get().heardBefore().forEach(hub::detach);
        return resumed(there, moved.get().hears(), before, login);
    }

    private CompletionStage<Boolean> resumed(
            Session session, List<Subscription> hears, @Nullable Connection before, LoginRequest login) {
        Connection on = login.on();
        Member member = session.member();
        return done().thenCompose(next -> {
                    hears.forEach(hub::attach);
                    return opening.open(session, hears, login, () -> presence.list(member.group(), member.client()));
                })
                .whenComplete((listed, fault) -> {
                    if (fault != null && member.version() == Version.V1) {
                        if (sessions.forget(session, on)) { // it waits for another login
                            sync.write(session);
                        }
                    } else if (fault != null) {
                        sessions.lost(session, on, CloseCode.SEND_FAILED.number());
                    } else if (!listed) {
                        sessions.end(session, on);
                    } else if (on.hasEnded()) { // it may have ended before the session was attached
                        sessions.lost(session, on, on.closeCode());
                    } else {
                        metrics.resumed();
                        SessionLog.resumed(session, on, before);
                    }
                });
    }

    private static CompletableFuture<Void> done() {
        return CompletableFuture.completedFuture(null);
    }
}
