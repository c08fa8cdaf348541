package kefu.gateway;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import kefu.broker.Audience;
import kefu.broker.Broker;
import kefu.broker.Member;
import kefu.broker.Presence;
import kefu.broker.Publication;
import kefu.config.LimitSettings;
import kefu.config.Settings;
import kefu.connection.Connection;
import kefu.metrics.Bound;
import kefu.protocol.Channel;
import kefu.protocol.CloseCode;
import kefu.protocol.Frames;
import kefu.protocol.Position;
import kefu.protocol.Version;
import kefu.session.Session;
import kefu.session.Subscription;

/** What a backend does to sessions on this node, by their public ids. Thread-safe; returns without waiting. */
public final class SessionCommands {
    /** What became of it. */
    public enum Outcome {
        DONE,
        /** There is no such session. */
        UNKNOWN,
        /** A session cannot be taken out of the channels that its login put it into. */
        OWN,
        /** The session was joined to as many channels as it may be. */
        FULL
    }

    /** All, the session's group, its agent's channel and its own: those do not count as joined. */
    private static final int OWN_CHANNELS = 4;

    private final Hub channels;
    private final Sessions sessions;
    private final ChannelMembership membership;
    private final Broker broker;
    private final Presence presence;
    private final int maxChannels;

    SessionCommands(
            Settings settings,
            Hub channels,
            Sessions sessions,
            ChannelMembership membership,
            Broker broker,
            Presence presence) {
        this.channels = channels;
        this.membership = membership;
        this.sessions = sessions;
        this.broker = broker;
        this.presence = presence;
        this.maxChannels = OWN_CHANNELS + settings.get(LimitSettings.SESSION_JOINS);
    }

    /** Lets a session hear a group's or an agent's channel. It is not listed there, and nobody else hears of it. */
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
        return membership.take(session, channel).thenApply(position -> {
            subscription.startAt(position, position.off());
            tell(subscription, Map.of(channel, position), Stream.of());
            session.catchUp(subscription);
            if (session.hasEnded()
                    || session.subscription(channel) != subscription) { // it ended, or goes on with another
                channels.detach(subscription);
            }
            return Outcome.DONE;
        });
    }

    /** Takes back a {@link #join}. */
    public CompletionStage<Outcome> leave(String client, Channel channel) {
        Optional<Session> found = channels.session(client);
        if (found.isEmpty()) {
            return done(Outcome.UNKNOWN);
        }
        Session session = found.get();
        if (isOwn(session.member(), channel)) {
            return done(Outcome.OWN);
        }
        Subscription subscription = session.remove(channel);
        if (subscription != null) {
            leave(session, subscription);
            tell(subscription, Map.of(), Stream.of(channel));
        }
        return done(Outcome.DONE);
    }

    /** Takes back every {@link #join} to a channel. @return how many sessions left; those that are logged in there stay */
    public CompletionStage<Integer> leaveAll(Channel channel) {
        return presence.sessions(channel, "", Integer.MAX_VALUE).thenApply(page -> {
            int left = 0;
            for (Member member : page.items()) {
                left += channels.session(member.client())
                                .filter(session -> removed(session, channel))
                                .isPresent()
                        ? 1
                        : 0;
            }
            return left;
        });
    }

    private boolean removed(Session session, Channel channel) {
        Subscription removed = isOwn(session.member(), channel) ? null : session.remove(channel);
        if (removed != null) {
            leave(session, removed);
            tell(removed, Map.of(), Stream.of(channel));
        }
        return removed != null;
    }

    /**
     * Ends a session: its connection is closed with 4002 once it has taken what was sent to it.
     *
     * @param message the text of a JSON object that it hears before; empty: none
     */
    public CompletionStage<Outcome> close(String client, Optional<String> message) {
        Optional<Session> found = channels.session(client);
        if (found.isEmpty()) {
            return done(Outcome.UNKNOWN);
        }
        Session session = found.get();
        CompletionStage<?> said = message.isEmpty()
                ? done(Outcome.DONE)
                : broker.publish(
                        Channel.client(client),
                        Publication.byBackend(message.get(), Audience.EVERYBODY, Optional.empty()));
        return said.thenCompose(published -> close(session));
    }

    private CompletionStage<Outcome> close(Session session) {
        boolean connected = session.endWithConnection();
        Connection connection = session.connection();
        if (!connected) {
            return sessions.end(session, connection).thenApply(ended -> Outcome.DONE);
        }
        connection.drained().thenRun(() -> connection.end(CloseCode.ENDED_BY_SERVER));
        return done(Outcome.DONE);
    }

    private void leave(Session session, Subscription subscription) {
        channels.detach(subscription);
        membership.release(session, subscription.channel());
    }

    private static void tell(Subscription told, Map<Channel, Position> joined, Stream<Channel> left) {
        if (told.session().member().version() == Version.V2) {
            told.connection().send(Frames.channels(joined, left));
        }
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
