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
import kefu.config.LimitSettings;
import kefu.config.Settings;
import kefu.connection.Connection;
import kefu.connection.Initiator;
import kefu.connection.Threads;
import kefu.metrics.Bound;
import kefu.metrics.LogLine;
import kefu.protocol.Channel;
import kefu.protocol.CloseCode;
import kefu.session.Session;
import kefu.session.Subscription;

/** The API's commands on this node's sessions, by their public ids. Thread-safe; returns without waiting. */
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

    /** The channels of every session: all, its group, its agent, its own. They do not count as joined. */
    private static final int OWN_CHANNELS = 4;

    private final Hub channels;
    private final Sessions sessions;
    private final ChannelMembership membership;
    private final SessionSync sync;
    private final Broker broker;
    private final Presence presence;
    private final Threads threads;
    private final int maxChannels;
    private final Duration patience;

    SessionCommands(
            Settings settings,
            Hub channels,
            Sessions sessions,
            ChannelMembership membership,
            SessionSync sync,
            Broker broker,
            Presence presence,
            Threads threads) {
        this.sync = sync;
        this.threads = threads;
        this.channels = channels;
        this.membership = membership;
        this.sessions = sessions;
        this.broker = broker;
        this.presence = presence;
        this.patience = settings.get(LimitSettings.QUEUE_TIMEOUT);
        this.maxChannels = OWN_CHANNELS + settings.get(LimitSettings.SESSION_JOINS);
    }

    /** Subscribes a session to a group's or an agent's channel. It is not listed there, and nobody else is told. */
    public CompletionStage<Outcome> join(String client, Channel channel) {
        Optional<Session> found = channels.session(client);
        if (found.isEmpty()) {
            return done(Outcome.UNKNOWN);
        }
        Session session = found.get();
        Subscription subscription = session.add(channel, maxChannels);
        if (subscription == null && session.subscription(channel) == null) {
            session.connection().hit(Bound.SESSION_JOINS);
            return done(Outcome.FULL);
        }
        if (subscription == null) {
            return done(Outcome.DONE);
        }
        channels.attach(subscription);
        return CompletableFuture.completedFuture(channel)
                .thenCompose(next -> membership.take(session, channel))
                .thenApply(position -> {
                    session.start(subscription, position);
                    return Outcome.DONE;
                })
                .whenComplete((done, fault) -> {
                    if (fault != null) {
                        session.discard(subscription);
                        channels.detach(subscription);
                        sync.write(session);
                    }
                });
    }

    /** Undoes a {@link #join}. */
    public CompletionStage<Outcome> leave(String client, Channel channel) {
        Optional<Session> found = channels.session(client);
        if (found.isEmpty()) {
            return done(Outcome.UNKNOWN);
        }
        Session session = found.get();
        if (isOwn(session.member(), channel)) {
            return done(Outcome.OWN);
        }
        return leave(session, channel).thenApply(left -> Outcome.DONE);
    }

    /** Undoes every {@link #join} to a channel. @return the number of sessions; those that are logged in there stay */
    public CompletionStage<Integer> leaveAll(Channel channel) {
        return CompletableFuture.completedFuture(channel)
                .thenCompose(in -> presence.sessions(in, "", Integer.MAX_VALUE))
                .thenCompose(page -> {
                    CompletionStage<Integer> left = CompletableFuture.completedFuture(0);
                    for (Member member : page.items()) {
                        Session session = channels.session(member.client()).orElse(null);
                        if (session != null && !isOwn(session.member(), channel)) {
                            left = leave(session, channel).thenCombine(left, (gone, before) -> before + (gone ? 1 : 0));
                        }
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
        Optional<Session> found = channels.session(client);
        if (found.isEmpty()) {
            return done(Outcome.UNKNOWN);
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

    /** @param heard completes when the last message is in the connection's queue */
    private CompletionStage<Outcome> close(Session session, CompletionStage<?> heard) {
        boolean connected = session.endWithConnection();
        Connection connection = session.connection();
        if (!connected) {
            return sessions.end(session, connection, Initiator.API).thenApply(ended -> Outcome.DONE);
        }
        Runnable end = () -> connection.end(CloseCode.ENDED_BY_SERVER);
        ScheduledFuture<?> late = threads.timer()
                .schedule(() -> threads.worker().execute(end), patience.toMillis(), TimeUnit.MILLISECONDS);
        heard.thenCompose(said -> {
                    session.pause(); // else the queue of a busy session would hardly ever be empty
                    return connection.drained();
                })
                .thenRun(() -> {
                    late.cancel(false);
                    end.run();
                });
        return done(Outcome.DONE);
    }

    private static CompletionStage<Void> heard() {
        return CompletableFuture.completedFuture(null);
    }

    /** @return whether the session was in the channel */
    private CompletionStage<Boolean> leave(Session session, Channel channel) {
        Subscription removed = session.remove(channel);
        if (removed == null) {
            return CompletableFuture.completedFuture(false);
        }
        channels.detach(removed);
        return membership.release(session, channel).thenApply(released -> true).whenComplete((left, fault) -> {
            if (fault != null) {
                sync.write(session);
            }
        });
    }

    private static boolean isOwn(Member member, Channel channel) {
        return channel.equals(Channel.group(member.group()))
                || channel.equals(Channel.agent(member.uid()))
                || channel.equals(Channel.client(member.client()))
                || channel.equals(Channel.ALL);
    }

    private static CompletionStage<Outcome> done(Outcome outcome) {
        return CompletableFuture.completedFuture(outcome);
    }
}
