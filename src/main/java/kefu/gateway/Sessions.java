package kefu.gateway;

import jakarta.websocket.CloseReason;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.logging.Logger;
import kefu.broker.Member;
import kefu.broker.Presence;
import kefu.broker.Publication;
import kefu.broker.SessionRecord;
import kefu.broker.UnavailableException;
import kefu.config.LimitSettings;
import kefu.config.Settings;
import kefu.config.StreamSettings;
import kefu.connection.Connection;
import kefu.connection.IdempotencyCache;
import kefu.connection.Initiator;
import kefu.lifecycle.Lifecycle;
import kefu.metrics.LogLine;
import kefu.metrics.Metrics;
import kefu.protocol.Channel;
import kefu.protocol.CloseCode;
import kefu.protocol.Version;
import kefu.session.Session;
import kefu.session.Subscription;
import org.jspecify.annotations.Nullable;

/** Begins, renews and ends sessions, and has those of this node. Thread-safe. */
final class Sessions {
    /** These close codes log the session out: the client said goodbye, or may not come back. */
    private static final Set<Integer> LOGS_OUT = Set.of(
            CloseReason.CloseCodes.NORMAL_CLOSURE.getCode(),
            CloseReason.CloseCodes.NO_STATUS_CODE.getCode(),
            CloseCode.ENDED_BY_SERVER.number(),
            CloseCode.NOT_ALLOWED.number());

    private static final Logger LOG = Logger.getLogger(Sessions.class.getName());

    private final Hub hub;
    private final Presence presence;
    private final Clock clock;
    private final Metrics metrics;
    private final AgentPlaces places;
    private final SessionSync sync;
    private final SessionOpening opening;
    private final int most;
    private final Duration grace;
    private final Lifecycle lifecycle;

    /** The sessions of v2 that have or had a connection here, by their public ids. */
    private final ConcurrentMap<String, Session> resumable = new ConcurrentHashMap<>();

    Sessions(
            Settings settings,
            Lifecycle lifecycle,
            Hub hub,
            AgentPlaces places,
            SessionSync sync,
            SessionOpening opening,
            Presence presence,
            Clock clock,
            Metrics metrics) {
        this.lifecycle = lifecycle;
        this.hub = hub;
        this.presence = presence;
        this.clock = clock;
        this.metrics = metrics;
        this.places = places;
        this.most = settings.get(LimitSettings.CONNECTIONS);
        this.grace = settings.get(StreamSettings.GRACE);
        this.sync = sync;
        this.opening = opening;
    }

    /** The number of sessions that can be resumed, and of those whose change is not written yet. */
    int kept() {
        return resumable.size() + places.adopted() + sync.failed();
    }

    /** The time for which a session of v2 waits for another connection. */
    Duration grace() {
        return grace;
    }

    /**
     * Takes over a session that presence has already, and that has no connection. It takes one of its agent's places.
     *
     * @param answers to its earlier requests
     */
    void adopt(SessionRecord session, IdempotencyCache answers) {
        places.adopt(session.member(), answers);
    }

    /** The requests of all sessions of v2, by client. */
    Map<String, IdempotencyCache> answers() {
        Map<String, IdempotencyCache> answers = places.answers();
        resumable.forEach((client, session) -> answers.put(client, session.idempotencyCache()));
        return answers;
    }

    /** Takes one of the agent's places before the session begins. Its end gives it back. @return false: none is left */
    boolean reserve(Session session) {
        boolean free = places.tryAcquire(session.member());
        session.reserved().set(free);
        return free;
    }

    /**
     * Logs an agent in, after the session before on this connection has ended.
     *
     * @param record the session as it is to be listed
     * @param before null where nobody was logged in
     */
    CompletionStage<Void> begin(
            Session session, SessionRecord record, @Nullable Session before, Publication push, LoginRequest login) {
        Connection on = login.on();
        Member member = session.member();
        return done().thenCompose(next -> {
                    on.login().detach();
                    return before == null ? done() : end(before, on);
                })
                .thenCompose(next -> sync.written(member.client()))
                .thenCompose(next -> {
                    if (on.hasEnded()) { // else the group would hear a login and a logout
                        return CompletableFuture.completedFuture(false);
                    }
                    if (member.version() == Version.V2) {
                        resumable.put(member.client(), session);
                    }
                    List<Subscription> hears = session.follow(record).added();
                    hears.forEach(hub::attach);
                    return opening.open(session, hears, login, () -> join(record, push));
                })
                .whenComplete((listed, fault) -> {
                    if (fault != null || !listed) {
                        end(session, on, null);
                        return;
                    }
                    loggedIn(session, on);
                    if (on.hasEnded()) { // before the session was attached; the client may have the answer all the same
                        lost(session, on, on.closeCode());
                    }
                })
                .thenApply(listed -> null);
    }

    /** The same agent logs in again, perhaps with another name. Session, place in the list and subscriptions are kept. */
    CompletionStage<Void> renew(Session session, Member as, Publication push, LoginRequest login) {
        Member before = session.member();
        return done().thenCompose(next -> {
                    List<Subscription> hears = session.renew(as);
                    SessionRecord record = SessionRecord.of(session.member(), Tickets.hash(session.ticket()));
                    return opening.open(session, hears, login, () -> join(record, push));
                })
                .thenAccept(listed -> loggedIn(session, login.on()))
                .whenComplete((done, fault) -> {
                    if (fault != null) {
                        session.undoRenewal(login.on(), before);
                        sync.write(session);
                    }
                });
    }

    private CompletionStage<Optional<Presence.Joined>> join(SessionRecord record, Publication push) {
        return presence.join(record, push).thenApply(Optional::of);
    }

    /** A session of v2 has come to a connection. @return the one that this node has of this client already; null: none */
    @Nullable Session putIfAbsent(Session session) {
        return resumable.putIfAbsent(session.member().client(), session);
    }

    /** A session of this node, with a connection or without one. */
    Optional<Session> find(String client) {
        return hub.session(client).or(() -> Optional.ofNullable(resumable.get(client)));
    }

    /** All sessions of this node. */
    Set<Session> all() {
        Set<Session> all = new HashSet<>(resumable.values());
        hub.in(Channel.ALL).forEach(subscription -> all.add(subscription.session()));
        return all;
    }

    /** What becomes of a session, or has become of it, is another node's concern: here only its connection ends. */
    void drop(Session session, CloseCode code) {
        Connection connection = session.connection();
        if (forget(session, connection)) {
            connection.end(code);
        }
    }

    /** Forgets a session if it is still on this connection; it goes on elsewhere. @return whether it was */
    boolean forget(Session session, Connection on) {
        boolean forgets = session.end(on, true);
        if (forgets) {
            release(session);
        }
        return forgets;
    }

    /** What failed to be written is not to be written any more: presence knows better. */
    void forgetWrites() {
        sync.reset();
    }

    /** Forgets all sessions: another deployment has them. */
    void reset() {
        resumable.clear();
        places.reset();
        sync.reset();
    }

    /**
     * Handles the end of a session's connection. In v2 the session waits for another one, unless the close code logs it out.
     * Once the gateway is sealed no session ends with its connection: the gateway stops, not the agents.
     *
     * @param code with which the connection was closed
     */
    void lost(Session session, Connection connection, int code) {
        if (lifecycle.isSealed()) {
            return;
        }
        boolean mayWait = session.member().version() == Version.V2
                && !grace.isZero()
                && !LOGS_OUT.contains(code)
                && resumable.size() <= most;
        switch (session.lose(connection, mayWait)) {
            case DETACHED -> {
                SessionLog.lost(session, connection, code);
                sync.write(session);
            }
            case ENDED -> leave(session, Initiator.of(connection));
            case NOTHING -> {}
        }
    }

    /** A client goes away, and perhaps comes back soon: its session waits so long for another connection, the grace at most. */
    CompletionStage<Void> leave(Session session, Connection connection, Duration within) {
        if (within.isZero() || grace.isZero()) {
            return end(session, connection);
        }
        session.waitAtMost(connection, within);
        lost(session, connection, CloseReason.CloseCodes.GOING_AWAY.getCode());
        return done();
    }

    /** Logs out sessions whose grace has ended, unless the gateway drains, and repeats failed writes. Called periodically. */
    void expire() {
        if (!lifecycle.isOpen()) {
            return;
        }
        done().thenCompose(next -> presence.due())
                .thenAccept(due -> due.forEach(this::expire))
                .exceptionally(fault -> {
                    LOG.log(UnavailableException.level(fault), fault, () -> LogLine.of("Fault")
                            .with("in", "presence, tried again")
                            .toString());
                    return null;
                });
        sync.retry();
    }

    private void expire(Member member) {
        Session session = resumable.get(member.client());
        done().thenCompose(next -> presence.expire(member, sync.logoutPush(member)))
                .whenComplete((expired, fault) -> {
                    if (session == null) {
                        if (fault != null) { // it may be done all the same
                            end(member, Initiator.GRACE);
                        } else if (expired) {
                            forget(member, Initiator.GRACE);
                        }
                    } else if (fault != null) {
                        end(session, session.connection(), Initiator.GRACE);
                    } else if (expired && session.end(session.connection(), false)) {
                        forget(session, Initiator.GRACE);
                        session.connection().end(CloseCode.TAKEN_OVER); // if it was lost by a resume that failed
                    }
                });
    }

    /** Logs out a session that had no connection here yet. Fails as {@link #end(Session, Connection)} does. */
    CompletionStage<Void> end(Member member, Initiator by) {
        forget(member, by);
        return sync.leave(member);
    }

    private void forget(Member member, Initiator by) {
        if (places.disown(member)) {
            places.release(member);
        }
        SessionLog.loggedOut(member, by, clock.instant().getEpochSecond() - member.since());
    }

    /** Logs a session out if it is still on this connection. Fails where presence fails; the write is repeated later. */
    CompletionStage<Void> end(Session session, Connection connection) {
        return end(session, connection, Initiator.of(connection));
    }

    /** The same. @param by who ends it, for the log; null: it never was there */
    CompletionStage<Void> end(Session session, Connection connection, @Nullable Initiator by) {
        return lifecycle.isSealed() || !session.end(connection, false) ? done() : leave(session, by);
    }

    private CompletionStage<Void> leave(Session session, @Nullable Initiator by) {
        forget(session, by);
        return session.hasBegun() ? sync.write(session) : done();
    }

    private void forget(Session session, @Nullable Initiator by) {
        release(session);
        if (by != null && session.hasBegun()) {
            SessionLog.loggedOut(
                    session,
                    by,
                    clock.instant().getEpochSecond() - session.member().since());
        }
    }

    private void release(Session session) {
        Member member = session.member();
        resumable.remove(member.client(), session);
        if (session.reserved().compareAndSet(true, false)) {
            places.release(member);
        }
        session.subscriptions().forEach(hub::detach);
    }

    private void loggedIn(Session session, Connection connection) {
        metrics.loggedIn(session.member().version().name().toLowerCase(Locale.ROOT));
        SessionLog.loggedIn(session, connection);
    }

    private static CompletableFuture<Void> done() {
        return CompletableFuture.completedFuture(null);
    }
}
