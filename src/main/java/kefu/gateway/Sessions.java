package kefu.gateway;

import jakarta.websocket.CloseReason;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import kefu.broker.Member;
import kefu.broker.Presence;
import kefu.broker.Publication;
import kefu.config.LimitSettings;
import kefu.config.Settings;
import kefu.config.StreamSettings;
import kefu.connection.Connection;
import kefu.connection.Initiator;
import kefu.limit.Quota;
import kefu.metrics.Metrics;
import kefu.protocol.Channel;
import kefu.protocol.CloseCode;
import kefu.protocol.Id;
import kefu.protocol.Version;
import kefu.session.Session;
import kefu.session.Subscription;
import org.jspecify.annotations.Nullable;

/** Begins, renews, resumes and ends sessions. Thread-safe. */
final class Sessions {
    /** These close codes log the session out: the client said goodbye, or may not come back. */
    private static final Set<Integer> LOGS_OUT = Set.of(
            CloseReason.CloseCodes.NORMAL_CLOSURE.getCode(),
            CloseReason.CloseCodes.NO_STATUS_CODE.getCode(),
            CloseCode.ENDED_BY_SERVER.number(),
            CloseCode.NOT_ALLOWED.number());

    private final Hub hub;
    private final Presence presence;
    private final Clock clock;
    private final Metrics metrics;
    private final Quota<Agent> places;
    private final SessionSync sync;
    private final SessionOpening opening;
    private final Tickets tickets = new Tickets();
    private final int most;
    private final Duration grace;
    private final LongSupplier nanoTime;
    private volatile boolean stopped;

    /** One agent of one group. */
    private record Agent(Id group, Id uid) {
        static Agent of(Session session) {
            return new Agent(session.member().group(), session.member().uid());
        }
    }

    /** @param nanoTime a monotonic clock, in nanoseconds */
    Sessions(
            Settings settings,
            Hub hub,
            SessionSync sync,
            SessionOpening opening,
            Presence presence,
            Clock clock,
            Metrics metrics,
            LongSupplier nanoTime) {
        this.hub = hub;
        this.presence = presence;
        this.clock = clock;
        this.metrics = metrics;
        this.places = new Quota<>(settings.get(LimitSettings.AGENT_CONNECTIONS));
        this.most = settings.get(LimitSettings.CONNECTIONS);
        this.grace = settings.get(StreamSettings.GRACE);
        this.nanoTime = nanoTime;
        this.sync = sync;
        this.opening = opening;
    }

    /** The number of sessions that can be resumed, and of those whose change is not written yet. */
    int kept() {
        return tickets.size() + sync.failed();
    }

    /** The time for which a session of v2 waits for another connection. */
    Duration grace() {
        return grace;
    }

    /** The session that a ticket resumes. */
    Optional<Session> find(String ticket) {
        return tickets.session(ticket);
    }

    /** Takes one of the agent's places before the session begins. Its end gives it back. @return false: none is left */
    boolean reserve(Session session) {
        boolean free = places.tryAcquire(Agent.of(session));
        session.reserved().set(free);
        return free;
    }

    /**
     * Logs an agent in, after the session before on this connection has ended.
     *
     * @param before null where nobody was logged in
     */
    CompletionStage<Void> begin(Session session, @Nullable Session before, Publication push, LoginRequest login) {
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
                    tickets.add(session);
                    List<Subscription> hears = Stream.of(
                                    Channel.group(member.group()),
                                    Channel.ALL,
                                    Channel.agent(member.uid()),
                                    Channel.client(member.client()))
                            .map(session::subscribe)
                            .toList();
                    hears.forEach(hub::attach);
                    return opening.open(session, hears, login, () -> join(member, push));
                })
                .thenAccept(listed -> {
                    if (listed) {
                        loggedIn(session, on);
                    }
                })
                .whenComplete((done, fault) -> {
                    if (fault != null || on.hasEnded()) { // it may have ended before the join
                        end(session, on);
                    }
                });
    }

    /** The same agent logs in again, perhaps with another name. Session, place in the list and subscriptions are kept. */
    CompletionStage<Void> renew(Session session, Member as, Publication push, LoginRequest login) {
        Member before = session.member();
        return done().thenCompose(next -> {
                    List<Subscription> hears = session.renew(as);
                    Member member = session.member();
                    return opening.open(session, hears, login, () -> join(member, push));
                })
                .thenAccept(listed -> loggedIn(session, login.on()))
                .whenComplete((done, fault) -> {
                    if (fault != null) {
                        session.undoRenewal(login.on(), before);
                        sync.write(session);
                    }
                });
    }

    private CompletionStage<Optional<Presence.Joined>> join(Member member, Publication push) {
        return presence.join(member, push).thenApply(Optional::of);
    }

    /**
     * Continues a session on a connection that has none. The connection before is closed.
     *
     * @param attempt rises with each attempt of the client
     * @return false: the session has ended, or a later attempt has taken it over
     */
    CompletionStage<Boolean> resume(Session session, long attempt, LoginRequest login) {
        Connection on = login.on();
        Optional<Session.Moved> resumed = session.resume(on, attempt);
        if (resumed.isEmpty()) {
            return CompletableFuture.completedFuture(false);
        }
        Session.Moved moved = resumed.get();
        return done().thenCompose(next -> {
                    moved.before().end(CloseCode.TAKEN_OVER);
                    moved.hears().forEach(hub::attach);
                    moved.heardBefore().forEach(hub::detach);
                    return opening.open(session, moved.hears(), login, () -> presence.update(moved.member()));
                })
                .whenComplete((listed, fault) -> {
                    if (fault != null) {
                        lost(session, on, CloseCode.SEND_FAILED.number());
                    } else if (!listed) {
                        end(session, on);
                    } else if (on.hasEnded()) { // it may have ended before the session was attached
                        lost(session, on, on.closeCode());
                    } else {
                        metrics.resumed();
                        SessionLog.resumed(session, on, moved.before());
                    }
                });
    }

    /** From now on no session ends when its connection does: the gateway stops, not the agents. */
    void stop() {
        stopped = true;
    }

    /**
     * Handles the end of a session's connection. In v2 the session waits for another one, unless the close code logs it out.
     *
     * @param code with which the connection was closed
     */
    void lost(Session session, Connection connection, int code) {
        if (stopped) {
            return;
        }
        boolean mayWait = session.member().version() == Version.V2
                && !grace.isZero()
                && !LOGS_OUT.contains(code)
                && tickets.size() <= most;
        switch (session.lose(connection, mayWait, nanoTime.getAsLong())) {
            case DETACHED -> {
                SessionLog.lost(session, connection, code);
                sync.write(session);
            }
            case ENDED -> leave(session, Initiator.of(connection));
            case NOTHING -> {}
        }
    }

    /** Logs out sessions whose grace has ended, and repeats failed writes. Called periodically. */
    void expire() {
        if (stopped) {
            return;
        }
        long now = nanoTime.getAsLong();
        List<Session> expired = new ArrayList<>();
        for (Session session : tickets.sessions()) {
            if (session.endDetached(now, grace.toNanos())) {
                session.subscriptions()
                        .forEach(hub::detach); // before anybody is told, so that they get nothing of each other
                expired.add(session);
            }
        }
        expired.forEach(session -> leave(session, Initiator.GRACE));
        sync.retry();
    }

    /**
     * Logs a session out if it is still on this connection: it gets nothing more, and its group gets a logout_push. Fails where
     * presence or broker fail; the write is repeated later.
     */
    CompletionStage<Void> end(Session session, Connection connection) {
        return end(session, connection, Initiator.of(connection));
    }

    /** The same. @param by who ends it, for the log */
    CompletionStage<Void> end(Session session, Connection connection, Initiator by) {
        return stopped || !session.end(connection) ? done() : leave(session, by);
    }

    private CompletionStage<Void> leave(Session session, Initiator by) {
        tickets.remove(session);
        if (session.reserved().compareAndSet(true, false)) {
            places.release(Agent.of(session));
        }
        session.subscriptions().forEach(hub::detach);
        if (!session.hasBegun()) {
            return done();
        }
        SessionLog.loggedOut(
                session, by, clock.instant().getEpochSecond() - session.member().since());
        return sync.write(session);
    }

    private void loggedIn(Session session, Connection connection) {
        metrics.loggedIn(session.member().version().name().toLowerCase(Locale.ROOT));
        SessionLog.loggedIn(session, connection);
    }

    private static CompletableFuture<Void> done() {
        return CompletableFuture.completedFuture(null);
    }
}
