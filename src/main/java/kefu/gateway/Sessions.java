package kefu.gateway;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.logging.Logger;
import kefu.broker.Broker;
import kefu.broker.Member;
import kefu.broker.Presence;
import kefu.broker.Publication;
import kefu.limit.Quota;
import kefu.metrics.Metrics;
import kefu.protocol.Channel;
import kefu.protocol.Frame;
import kefu.protocol.Frames;
import kefu.protocol.Id;
import kefu.protocol.Position;
import kefu.session.Connection;
import kefu.session.Session;
import kefu.session.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * Begins and ends sessions: each is in its group's channel, its agent's, its own and the one of all.
 *
 * <p>A subscription is attached on this node before the broker is asked, and paused until the answer to the login is in
 * the queue: so nothing falls between, and nothing later comes before the answer. Thread-safe.
 */
final class Sessions {
    private static final Logger LOG = Logger.getLogger(Sessions.class.getName());

    private final Channels channels;
    private final Broker broker;
    private final Presence presence;
    private final Clock clock;
    private final Metrics metrics;
    private final Quota<Agent> places;
    private volatile boolean stopped;

    /** One agent of one group. */
    private record Agent(Id group, Id uid) {
        static Agent of(Session session) {
            return new Agent(session.member().group(), session.member().uid());
        }
    }

    /**
     * What a login gave.
     *
     * @param listed the group, in the order of joining
     * @param positions from which the session hears its channels
     */
    record Begun(Session session, List<Member> listed, Map<Channel, Heard> positions) {}

    /**
     * From where a session hears a channel.
     *
     * @param from everything behind it
     * @param asked what the client knew already, and whether that is where it goes on; null where it did not say
     */
    record Heard(Position from, @Nullable Asked asked) {}

    /** @param top the stream's end at the login: up to there is what was missed */
    record Asked(long top, boolean recovered) {}

    /** @param mostOfAnAgent sessions at once */
    Sessions(Channels channels, Broker broker, Presence presence, Clock clock, Metrics metrics, int mostOfAnAgent) {
        this.channels = channels;
        this.broker = broker;
        this.presence = presence;
        this.clock = clock;
        this.metrics = metrics;
        this.places = new Quota<>(mostOfAnAgent);
    }

    /** Takes one of its agent's places, before it begins; its end gives it back. @return false: there is none */
    boolean reserve(Session session) {
        boolean free = places.tryTake(Agent.of(session));
        session.reserved().set(free);
        return free;
    }

    /**
     * Logs an agent in on a connection that has no session.
     *
     * @param known positions from an earlier session; a channel that this one is not in does not count
     * @param answer what the client is told; it hears nothing before
     */
    CompletionStage<Void> begin(
            Session session, Publication push, Map<Channel, Position> known, Function<Begun, Frame> answer) {
        Connection connection = session.connection();
        Member member = session.member();
        connection.logIn(session);
        Map<Channel, Heard> positions = new LinkedHashMap<>();
        Subscription group = attach(session, Channel.group(member.group()));
        return listen(session, Channel.ALL, known, positions)
                .thenCompose(next -> listen(session, Channel.agent(member.uid()), known, positions))
                .thenCompose(next -> listen(session, Channel.client(member.client()), known, positions))
                .thenCompose(next -> presence.join(member, push))
                .thenCompose(joined -> start(group, joined.position(), known).thenAccept(heard -> {
                    positions.put(group.channel(), heard);
                    connection.send(answer.apply(new Begun(session, joined.listed(), positions)));
                    loggedIn(member);
                    session.subscriptions().forEach(session::catchUp);
                }))
                .whenComplete((done, fault) -> {
                    if (fault != null) {
                        connection.logIn(null);
                    }
                    if (fault != null || connection.hasEnded()) { // the end may have come before the join
                        end(session);
                    }
                });
    }

    /** The same agent logs in again, by another name perhaps: keeps the session, its place in the list and what it hears. */
    CompletionStage<Void> renew(Session session, Member member, Publication push, Function<Begun, Frame> answer) {
        session.subscriptions().forEach(Subscription::pause);
        Subscription group = session.subscribe(Channel.group(member.group()));
        for (Subscription subscription : session.subscriptions()) {
            if (subscription != group) {
                broker.subscribe(subscription.channel(), member);
            }
        }
        CompletionStage<Void> renewed = presence.join(member, push).thenCompose(joined -> {
            if (session.connection().hasEnded()) { // its end may have come before the join
                return end(session);
            }
            session.renamed(member);
            return session.catchUpTo(group, joined.position().off()).thenRun(() -> {
                Map<Channel, Heard> positions = new LinkedHashMap<>();
                session.subscriptions().forEach(s -> positions.put(s.channel(), new Heard(s.position(), null)));
                session.connection().send(answer.apply(new Begun(session, joined.listed(), positions)));
                loggedIn(member);
                session.subscriptions().forEach(session::catchUp);
            });
        });
        return renewed.whenComplete((done, fault) -> {
            if (fault != null) {
                session.subscriptions().forEach(session::catchUp);
            }
        });
    }

    /** From now on no session ends, whatever becomes of its connection: the gateway goes, not the agents. */
    void stop() {
        stopped = true;
    }

    /** Logs a session out: it hears nothing more, and its group hears that it has gone. */
    CompletionStage<Void> end(Session session) {
        if (stopped) {
            return CompletableFuture.completedFuture(null);
        }
        if (session.reserved().compareAndSet(true, false)) {
            places.giveBack(Agent.of(session));
        }
        List<Subscription> heard = List.copyOf(session.subscriptions());
        heard.forEach(channels::detach);
        Member member = session.member();
        long timestamp = clock.instant().getEpochSecond();
        LOG.info(() -> "Logout of " + member + " after " + (timestamp - member.since()) + " s");
        String push = Frames.logoutPush(member.client(), member.uid(), member.name(), timestamp);
        return presence.leave(member, Publication.byGateway(push))
                .thenRun(() -> heard.forEach(s -> broker.unsubscribe(s.channel(), member.client())));
    }

    private void loggedIn(Member member) {
        metrics.loggedIn(member.version().name());
        LOG.info(() -> "Login of " + member);
    }

    private CompletionStage<Void> listen(
            Session session, Channel channel, Map<Channel, Position> known, Map<Channel, Heard> positions) {
        Subscription subscription = attach(session, channel);
        return broker.subscribe(channel, session.member())
                .thenCompose(position -> start(subscription, position, known))
                .thenAccept(heard -> positions.put(channel, heard));
    }

    private Subscription attach(Session session, Channel channel) {
        Subscription subscription = session.subscribe(channel);
        channels.attach(subscription);
        return subscription;
    }

    /** Begins at the position that the client knows, where its stream still holds all that is behind it; else at the top. */
    private CompletionStage<Heard> start(Subscription subscription, Position top, Map<Channel, Position> known) {
        Position asked = known.get(subscription.channel());
        if (asked == null) {
            subscription.startAt(top, top.off());
            return CompletableFuture.completedFuture(new Heard(top, null));
        }
        return broker.read(subscription.channel(), asked, 1, 1).thenApply(page -> {
            Position from = page.lost() ? top : asked;
            subscription.startAt(from, top.off());
            return new Heard(from, new Asked(top.off(), !page.lost()));
        });
    }
}
