package kefu.gateway;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;
import kefu.broker.Member;
import kefu.broker.Presence;
import kefu.broker.Publication;
import kefu.broker.SessionRecord;
import kefu.broker.UnavailableException;
import kefu.metrics.LogLine;
import kefu.protocol.Frames;
import kefu.session.Session;

/**
 * Writes to presence what a session is now: detached, renamed, or ended. A write that fails is tried again by each
 * sweep, until it succeeds. Writes for one client follow one another: in protocol v1 a client's next session has the
 * same id as the one before. Thread-safe.
 *
 * <p>What is kept for another try needs no bound of its own: while presence fails, no new session begins.
 */
final class SessionSync {
    private static final Logger LOG = Logger.getLogger(SessionSync.class.getName());

    private final Presence presence;
    private final Clock clock;
    private final Duration grace;
    private final ConcurrentMap<String, CompletableFuture<Void>> running = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Write> failed = new ConcurrentHashMap<>();

    /** What is to be written. @param who adds to a line of the log whose it is */
    private record Write(String client, Supplier<CompletionStage<Void>> step, UnaryOperator<LogLine> who) {}

    /** @param grace the time for which a session waits for another connection */
    SessionSync(Presence presence, Clock clock, Duration grace) {
        this.presence = presence;
        this.clock = clock;
        this.grace = grace;
    }

    /** Writes the session as it is now. @return fails where the write fails; the failure is logged */
    CompletionStage<Void> write(Session session) {
        return write(new Write(session.member().client(), () -> step(session), session::describe));
    }

    /** Logs out a session of which this node has no more than its record. @return as {@link #write(Session)} */
    CompletionStage<Void> leave(Member member) {
        return write(new Write(member.client(), () -> presence.leave(member, logoutPush(member)), member::describe));
    }

    /**
     * A resume has failed, and perhaps it was done all the same: then the session has lost the connection that it was given to.
     *
     * @param attempt of that resume
     */
    void giveBack(SessionRecord session, long attempt) {
        Member member = session.member();
        write(new Write(
                member.client(),
                () -> presence.find(member.group(), session.ticketHash())
                        .thenCompose(now -> now.filter(one -> one.attempt() == attempt)
                                .map(one -> presence.detach(one.member().detached(), grace))
                                .orElse(CompletableFuture.completedFuture(null))),
                member::describe));
    }

    /** The same of a login that was to take a session of v1 back. */
    void giveBack(Member login) {
        write(new Write(agent(login), () -> presence.giveBack(login, grace), login::describe));
    }

    /** Under this its logins that have failed are written. No public id of a session has a space. */
    private static String agent(Member login) {
        return login.group().key() + " " + login.uid().key();
    }

    /** Completes when what an agent's login has taken and could not use is given back. */
    CompletionStage<Void> givenBack(Member login) {
        return written(agent(login));
    }

    private CompletionStage<Void> write(Write write) {
        String client = write.client();
        CompletableFuture<Void> done = new CompletableFuture<>();
        CompletableFuture<Void> before = running.put(client, done);
        CompletionStage<?> free =
                before == null ? CompletableFuture.completedFuture(null) : before.handle((written, fault) -> written);
        free.thenCompose(next -> write.step().get()).whenComplete((written, fault) -> {
            if (fault == null) {
                failed.remove(client);
                running.remove(client, done);
                done.complete(null);
            } else {
                boolean isKnown = failed.put(client, write) != null || UnavailableException.isCauseOf(fault);
                Level level = isKnown ? Level.FINE : Level.WARNING;
                LOG.log(level, fault, () -> write.who()
                        .apply(LogLine.of("Fault").with("in", "presence, tried again"))
                        .toString());
                running.remove(client, done);
                done.completeExceptionally(fault);
            }
        });
        return done;
    }

    /** Completes when an earlier session of this client is written. Repeats a failed write. */
    CompletionStage<Void> written(String client) {
        Write before = failed.get(client);
        return before != null ? write(before) : running.getOrDefault(client, CompletableFuture.completedFuture(null));
    }

    /** Repeats the failed writes. Called periodically. */
    void retry() {
        List.copyOf(failed.values()).forEach(this::write);
    }

    /** Forgets what has failed: it is not to be tried again. */
    void reset() {
        failed.clear();
    }

    /** The number of sessions whose write has failed. */
    int failed() {
        return failed.size();
    }

    private CompletionStage<Void> step(Session session) {
        Member member = session.member();
        if (session.hasEnded()) {
            return presence.leave(member, logoutPush(member));
        }
        return member.isConnected() ? presence.update(member) : presence.detach(member, session.waits(grace));
    }

    /** What the group is told of the end of a session. */
    Publication logoutPush(Member member) {
        return Publication.byGateway(Frames.logoutPush(
                member.client(), member.uid(), member.name(), clock.instant().getEpochSecond()));
    }
}
