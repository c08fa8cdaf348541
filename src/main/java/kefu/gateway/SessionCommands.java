package kefu.gateway;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import kefu.broker.Audience;
import kefu.broker.Broker;
import kefu.broker.Member;
import kefu.broker.Presence;
import kefu.broker.Publication;
import kefu.broker.SessionRecord;
import kefu.config.LimitSettings;
import kefu.config.Settings;
import kefu.connection.Connection;
import kefu.connection.Initiator;
import kefu.connection.Threads;
import kefu.metrics.Bound;
import kefu.metrics.LogLine;
import kefu.metrics.Metrics;
import kefu.protocol.Channel;
import kefu.protocol.CloseCode;
import kefu.session.Session;

/** The API's commands on sessions, by their public ids. Thread-safe; returns without waiting. */
public final class SessionCommands {
    /** The result of a command. */
    public enum Outcome {
        DONE,
        /** There is no such session. */
        UNKNOWN,
        /** A session cannot be taken out of the channels that its login put it into. */
        OWN,
        /** The session was joined to as many channels as it may be. */
        FULL
    }

    private static final Logger LOG = Logger.getLogger(SessionCommands.class.getName());

    private final Hub hub;
    private final Sessions sessions;
    private final SessionOpening opening;
    private final Broker broker;
    private final Presence presence;
    private final Threads threads;
    private final Metrics metrics;
    private final int maxJoins;
    private final Duration patience;

    SessionCommands(
            Settings settings,
            Hub hub,
            Sessions sessions,
            SessionOpening opening,
            Broker broker,
            Presence presence,
            Threads threads,
            Metrics metrics) {
        this.hub = hub;
        this.sessions = sessions;
        this.opening = opening;
        this.broker = broker;
        this.presence = presence;
        this.threads = threads;
        this.metrics = metrics;
        this.maxJoins = settings.get(LimitSettings.SESSION_JOINS);
        this.patience = settings.get(LimitSettings.QUEUE_TIMEOUT);
    }

    /** Puts a session into a group's or an agent's channel. It is not listed there, and nobody else is told. */
    public CompletionStage<Outcome> join(String client, Channel channel) {
        return CompletableFuture.completedFuture(channel)
                .thenCompose(in -> presence.enter(client, in, maxJoins))
                .thenCompose(changed -> {
                    if (changed.isEmpty()) {
                        return done(Outcome.UNKNOWN);
                    }
                    SessionRecord session = changed.get().session();
                    if (!changed.get().done()) {
                        metrics.hit(Bound.SESSION_JOINS, session.member()::describe);
                        return done(Outcome.FULL);
                    }
                    return follow(session).thenApply(followed -> Outcome.DONE);
                });
    }

    /** The session's connection hears what the record says, if it is on this node. */
    private CompletionStage<Void> follow(SessionRecord record) {
        return hub.session(record.member().client())
                .map(session -> opening.follow(session, record))
                .orElse(CompletableFuture.completedFuture(null));
    }

    /** Undoes a {@link #join}. */
    public CompletionStage<Outcome> leave(String client, Channel channel) {
        return exit(client, channel)
                .thenApply(changed -> changed.isEmpty()
                        ? Outcome.UNKNOWN
                        : changed.get().session().isOwn(channel) ? Outcome.OWN : Outcome.DONE);
    }

    private CompletionStage<Optional<Presence.Changed>> exit(String client, Channel channel) {
        return CompletableFuture.completedFuture(channel)
                .thenCompose(from -> presence.exit(client, from))
                .thenCompose(changed -> changed.isEmpty()
                        ? CompletableFuture.completedFuture(changed)
                        : follow(changed.get().session()).thenApply(followed -> changed));
    }

    /** Undoes every {@link #join} to a channel. @return the number of sessions; those that are logged in there stay */
    public CompletionStage<Integer> leaveAll(Channel channel) {
        return CompletableFuture.completedFuture(channel)
                .thenCompose(in -> presence.sessions(in, "", Integer.MAX_VALUE))
                .thenCompose(page -> {
                    CompletionStage<Integer> left = CompletableFuture.completedFuture(0);
                    for (Member member : page.items()) {
                        left = exit(member.client(), channel)
                                .thenApply(changed ->
                                        changed.filter(Presence.Changed::done).isPresent())
                                .thenCombine(left, (gone, before) -> before + (gone ? 1 : 0));
                    }
                    return left;
                });
    }

    /**
     * Ends a session: its connection is closed with 4002 when its queue is empty, after {@code kefu.queue.timeout} at the
     * latest.
     *
     * @param message the text of a JSON object that the client gets before the close; empty: none
     */
    public CompletionStage<Outcome> close(String client, Optional<String> message) {
        Optional<Session> found = hub.session(client);
        if (found.isEmpty()) {
            return closeRecord(client, message);
        }
        Session session = found.get();
        if (message.isEmpty()) {
            return close(session, heard());
        }
        Publication last = Publication.byBackend(message.get(), Audience.EVERYBODY, Optional.empty());
        return CompletableFuture.completedFuture(Channel.client(client))
                .thenCompose(own -> broker.publish(own, last))
                .handle((published, fault) -> {
                    if (fault != null) { // the session ends all the same
                        LOG.log(Level.WARNING, fault, () -> session.describe(
                                        LogLine.of("Fault").with("in", "last message"))
                                .toString());
                        return close(session, heard());
                    }
                    return close(
                            session,
                            session.heard(
                                    Channel.client(client), published.position().off()));
                })
                .thenCompose(closed -> closed);
    }

    /**
     * Another node has ended a session, and has written so to the log: its connection is closed as by {@link #close}.
     *
     * @param last the offset of the last message in its own channel; 0: nothing was said there
     */
    void end(Session session, long last) {
        Runnable drop = () -> sessions.drop(session, CloseCode.ENDED_BY_SERVER);
        if (!session.endWithConnection()) {
            drop.run();
            return;
        }
        Channel own = Channel.client(session.member().client());
        endOnceHeard(session, last == 0 ? heard() : session.heard(own, last), drop);
    }

    /** @param heard completes when the last message is in the connection's queue */
    private CompletionStage<Outcome> close(Session session, CompletionStage<?> heard) {
        boolean connected = session.endWithConnection();
        Connection connection = session.connection();
        if (!connected) {
            return sessions.end(session, connection, Initiator.API).thenApply(ended -> Outcome.DONE);
        }
        endOnceHeard(session, heard, () -> connection.endOnceRead(CloseCode.ENDED_BY_SERVER));
        return done(Outcome.DONE);
    }

    private void endOnceHeard(Session session, CompletionStage<?> heard, Runnable end) {
        ScheduledFuture<?> late = threads.timer()
                .schedule(() -> threads.worker().execute(end), patience.toMillis(), TimeUnit.MILLISECONDS);
        heard.thenCompose(said -> {
                    session.pause(); // else the queue of a busy session would hardly ever be empty
                    return session.connection().drained();
                })
                .thenRun(() -> {
                    late.cancel(false);
                    end.run();
                });
    }

    private static CompletionStage<Void> heard() {
        return CompletableFuture.completedFuture(null);
    }

    /** Ends a session that had no connection here yet. The node that has it, if any, closes it when it has the message. */
    private CompletionStage<Outcome> closeRecord(String client, Optional<String> message) {
        return CompletableFuture.completedFuture(client)
                .thenCompose(presence::session)
                .thenCompose(found -> found.isEmpty()
                        ? done(Outcome.UNKNOWN)
                        : tell(client, message)
                                .thenCompose(told -> sessions.end(found.get().member(), Initiator.API))
                                .thenApply(ended -> Outcome.DONE));
    }

    /** Never fails: the session ends all the same. */
    private CompletionStage<Void> tell(String client, Optional<String> message) {
        if (message.isEmpty()) {
            return heard();
        }
        Publication last = Publication.byBackend(message.get(), Audience.EVERYBODY, Optional.empty());
        return broker.publish(Channel.client(client), last).handle((published, fault) -> {
            if (fault != null) {
                LOG.log(Level.WARNING, fault, () -> LogLine.of("Fault")
                        .with("in", "last message")
                        .with("session", client)
                        .toString());
            }
            return null;
        });
    }

    private static CompletionStage<Outcome> done(Outcome outcome) {
        return CompletableFuture.completedFuture(outcome);
    }
}
