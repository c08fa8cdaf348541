package kefu.gateway;

import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import kefu.broker.Member;
import kefu.broker.Presence;
import kefu.broker.Publication;
import kefu.metrics.LogLine;
import kefu.protocol.Channel;
import kefu.protocol.Frames;
import kefu.session.Session;

/**
 * Writes to presence and broker what a session is now: detached, renamed, or ended. A write that fails is tried again by
 * each sweep, until it succeeds. Writes for one client follow one another: in protocol v1 a client's next session has the
 * same id as the one before. Thread-safe.
 *
 * <p>What is kept for another try needs no bound of its own: while presence or broker fail, no new session begins.
 */
final class SessionSync {
    private static final Logger LOG = Logger.getLogger(SessionSync.class.getName());

    private final Presence presence;
    private final ChannelMembership membership;
    private final Clock clock;
    private final ConcurrentMap<String, CompletableFuture<Void>> running = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Session> failed = new ConcurrentHashMap<>();

    SessionSync(Presence presence, ChannelMembership membership, Clock clock) {
        this.presence = presence;
        this.membership = membership;
        this.clock = clock;
    }

    /** Writes the session as it is now. @return fails where the write fails; the failure is logged */
    CompletionStage<Void> write(Session session) {
        String client = session.member().client();
        CompletableFuture<Void> done = new CompletableFuture<>();
        CompletableFuture<Void> before = running.put(client, done);
        CompletionStage<?> free =
                before == null ? CompletableFuture.completedFuture(null) : before.handle((written, fault) -> written);
        free.thenCompose(next -> step(session)).whenComplete((written, fault) -> {
            if (fault == null) {
                failed.remove(client, session);
                running.remove(client, done);
                done.complete(null);
            } else {
                Level level = failed.put(client, session) == session ? Level.FINE : Level.WARNING;
                LOG.log(level, fault, () -> session.describe(
                                LogLine.of("Fault").with("in", "presence or broker, tried again"))
                        .toString());
                running.remove(client, done);
                done.completeExceptionally(fault);
            }
        });
        return done;
    }

    /** Completes when an earlier session of this client is written. Repeats a failed write. */
    CompletionStage<Void> written(String client) {
        Session before = failed.get(client);
        return before != null ? write(before) : running.getOrDefault(client, CompletableFuture.completedFuture(null));
    }

    /** Repeats the failed writes. Called periodically. */
    void retry() {
        failed.values().forEach(this::write);
    }

    /** The number of sessions whose write has failed. */
    int failed() {
        return failed.size();
    }

    private CompletionStage<Void> step(Session session) {
        Member member = session.member();
        CompletionStage<?> written;
        if (session.hasEnded()) {
            written = presence.leave(member, Publication.byGateway(logoutPush(member)));
        } else {
            written = member.isConnected() ? presence.update(member) : presence.detached(member);
        }
        Channel group = Channel.group(member.group());
        for (Channel channel : session.channels()) {
            if (session.hasEnded() || !channel.equals(group)) { // a listed session is in its group's channel anyway
                written = written.thenCompose(next -> membership.write(session, channel));
            }
        }
        return written.thenAccept(done -> {});
    }

    private String logoutPush(Member member) {
        return Frames.logoutPush(
                member.client(), member.uid(), member.name(), clock.instant().getEpochSecond());
    }
}
