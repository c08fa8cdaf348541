package kefu.gateway;

import jakarta.websocket.CloseReason;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongSupplier;
import kefu.broker.Broker;
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
import kefu.protocol.Frame;
import kefu.protocol.Frames;
import kefu.protocol.Id;
import kefu.protocol.Position;
import kefu.protocol.Version;
import kefu.session.Session;
import kefu.session.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * Begins, resumes and ends sessions: each is in its group's channel, its agent's, its own and the one of all.
 *
 * <p>A subscription is attached on this node before the broker is asked, and paused until the answer to the login is in
 * the queue: so nothing falls between, and nothing later comes before the answer. Thread-safe.
 */
final class Sessions {
    /** A connection closed with one of these is not lost: its client said goodbye, or may not come back. */
    private static final Set<Integer> LOGS_OUT = Set.of(
            CloseReason.CloseCodes.NORMAL_CLOSURE.getCode(),
            CloseReason.CloseCodes.NO_STATUS_CODE.getCode(),
            CloseCode.ENDED_BY_SERVER.number(),
            CloseCode.NOT_ALLOWED.number());

    private final Hub channels;
    private final ChannelMembership membership;
    private final Broker broker;
    private final Presence presence;
    private final Clock clock;
    private final Metrics metrics;
    private final Quota<Agent> places;
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

    /**
     * What a login or resume gave.
     *
     * @param listed the group, in the order of joining
     * @param positions from which the session hears its channels
     */
    record LoginResult(Session session, List<Member> listed, Map<Channel, ChannelStart> positions) {}

    /**
     * From where a session hears a channel.
     *
     * @param from everything behind it
     * @param asked what the client knew already, and whether that is where it goes on; null where it did not say
     */
    record ChannelStart(Position from, @Nullable Recovery asked) {
        /** What the client did not say it has missed: how much of it nobody knows. */
        ChannelStart orNotRecovered() {
            return asked == null ? new ChannelStart(from, new Recovery(from.off(), false)) : this;
        }
    }

    /** @param top the stream's end at the login: up to there is what was missed */
    record Recovery(long top, boolean recovered) {}

    /** @param nanoTime a monotonic clock, in nanoseconds */
    Sessions(
            Settings settings,
            Hub channels,
            ChannelMembership membership,
            Broker broker,
            Presence presence,
            Clock clock,
            Metrics metrics,
            LongSupplier nanoTime) {
        this.channels = channels;
        this.membership = membership;
        this.broker = broker;
        this.presence = presence;
        this.clock = clock;
        this.metrics = metrics;
        this.places = new Quota<>(settings.get(LimitSettings.AGENT_CONNECTIONS));
        this.most = settings.get(LimitSettings.CONNECTIONS);
        this.grace = settings.get(StreamSettings.GRACE);
        this.nanoTime = nanoTime;
    }

    /** How long a session of protocol v2 waits for another connection. */
    Duration grace() {
        return grace;
    }

    /** The session that a ticket resumes. */
    Optional<Session> find(String ticket) {
        return tickets.session(ticket);
    }

    /** Takes one of its agent's places, before it begins; its end gives it back. @return false: there is none */
    boolean reserve(Session session) {
        boolean free = places.tryAcquire(Agent.of(session));
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
            Session session, Publication push, Map<Channel, Position> known, Function<LoginResult, Frame> answer) {
        Connection connection = session.connection();
        Member member = session.member();
        connection.attach(session);
        tickets.add(session);
        Map<Channel, ChannelStart> positions = new LinkedHashMap<>();
        Subscription group = attach(session, Channel.group(member.group()));
        return listen(session, Channel.ALL, known, positions)
                .thenCompose(next -> listen(session, Channel.agent(member.uid()), known, positions))
                .thenCompose(next -> listen(session, Channel.client(member.client()), known, positions))
                .thenCompose(next -> presence.join(member, push))
                .thenCompose(joined -> start(group, joined.position(), known).thenAccept(heard -> {
                    positions.put(group.channel(), heard);
                    connection.send(answer.apply(new LoginResult(session, joined.listed(), positions)));
                    loggedIn(session, connection);
                    session.subscriptions().forEach(session::catchUp);
                }))
                .whenComplete((done, fault) -> {
                    if (fault != null) {
                        connection.attach(null);
                    }
                    if (fault != null || connection.hasEnded()) { // the end may have come before the join
                        end(session, connection);
                    }
                });
    }

    /**
     * Goes on with a session on a connection that has none; the one before is closed.
     *
     * @param known what the client has heard; a channel that the session does not hear does not count
     * @param answer what the client is told; it hears nothing before
     * @return whether it goes on; false: it has ended, or a later attempt has taken over
     */
    CompletionStage<Boolean> resume(
            Session session,
            Connection on,
            long attempt,
            Map<Channel, Position> known,
            Function<LoginResult, Frame> answer) {
        Optional<Session.Moved> resumed = session.resume(on, attempt);
        if (resumed.isEmpty()) {
            return CompletableFuture.completedFuture(false);
        }
        Session.Moved moved = resumed.get();
        Member member = moved.member();
        on.attach(session);
        moved.before().end(CloseCode.TAKEN_OVER);
        moved.hears().forEach(channels::attach);
        moved.heardBefore().forEach(channels::detach);
        Map<Channel, ChannelStart> positions = new LinkedHashMap<>();
        Subscription group = null;
        CompletionStage<Void> others = CompletableFuture.completedFuture(null);
        for (Subscription subscription : moved.hears()) {
            if (subscription.channel().equals(Channel.group(member.group()))) {
                group = subscription;
            } else {
                others = others.thenCompose(next -> listen(subscription, known, positions));
            }
        }
        Subscription own = Objects.requireNonNull(group, "a session is in its group");
        return others.thenCompose(next -> presence.update(member))
                .thenCompose(listed -> {
                    Presence.Joined now =
                            listed.orElseThrow(() -> new IllegalStateException(member + " is not listed any more"));
                    return start(own, now.position(), known).thenAccept(heard -> {
                        positions.put(own.channel(), heard);
                        positions.replaceAll((channel, at) -> at.orNotRecovered());
                        on.send(answer.apply(new LoginResult(session, now.listed(), positions)));
                        metrics.resumed();
                        SessionLog.resumed(session, on, moved.before());
                        moved.hears().forEach(session::catchUp);
                    });
                })
                .whenComplete((done, fault) -> {
                    if (fault != null) {
                        on.attach(null);
                    }
                    if (fault != null || on.hasEnded()) { // the end may have come before the session
                        lost(session, on, CloseCode.SEND_FAILED.number());
                    }
                })
                .thenApply(done -> true);
    }

    /** The same agent logs in again, by another name perhaps: keeps the session, its place in the list and what it hears. */
    CompletionStage<Void> renew(
            Session session, Connection from, Member login, Publication push, Function<LoginResult, Frame> answer) {
        Member member = session.renew(login);
        Subscription group = session.subscribe(Channel.group(member.group()));
        List<Subscription> heard = List.copyOf(session.subscriptions());
        heard.forEach(Subscription::pause);
        for (Subscription subscription : heard) {
            if (subscription != group) {
                membership.take(session, subscription.channel());
            }
        }
        CompletionStage<Void> renewed = presence.join(member, push).thenCompose(joined -> {
            if (session.hasEnded()) { // its end may have come before the join
                return leave(session, Initiator.of(from));
            }
            return session.catchUpTo(group, joined.position().off()).thenRun(() -> {
                Map<Channel, ChannelStart> positions = new LinkedHashMap<>();
                heard.forEach(s -> positions.put(s.channel(), new ChannelStart(s.position(), null)));
                from.send(answer.apply(new LoginResult(session, joined.listed(), positions)));
                loggedIn(session, from);
                heard.forEach(session::catchUp);
            });
        });
        return renewed.whenComplete((done, fault) -> {
            if (fault != null) {
                heard.forEach(session::catchUp);
            }
        });
    }

    /** From now on no session ends, whatever becomes of its connection: the gateway goes, not the agents. */
    void stop() {
        stopped = true;
    }

    /**
     * A session's connection has ended: in protocol v2 it waits for another one, unless who closed it meant it to end.
     *
     * @param code with which the connection was closed
     */
    void lost(Session session, Connection connection, int code) {
        boolean waits = !stopped
                && session.member().version() == Version.V2
                && !grace.isZero()
                && !LOGS_OUT.contains(code)
                && tickets.size() <= most
                && session.detach(connection, nanoTime.getAsLong());
        if (!waits) {
            end(session, connection);
            return;
        }
        Member member = session.member();
        SessionLog.lost(session, connection, code);
        presence.detached(member);
        for (Subscription subscription : session.subscriptions()) {
            if (!subscription.channel().equals(Channel.group(member.group()))) {
                membership.take(session, subscription.channel());
            }
        }
    }

    /** Logs out who has waited for another connection long enough. To be called every now and then. */
    void expire() {
        long now = nanoTime.getAsLong();
        List<Session> expired = new ArrayList<>();
        for (Session session : tickets.sessions()) {
            if (!stopped && session.endDetached(now, grace.toNanos())) {
                session.subscriptions()
                        .forEach(channels::detach); // before anybody is told: they hear nothing of each other
                expired.add(session);
            }
        }
        expired.forEach(session -> leave(session, Initiator.GRACE));
    }

    /**
     * Logs a session out, where it is still on this connection: it hears nothing more, and its group hears that it has
     * gone.
     */
    CompletionStage<Void> end(Session session, Connection connection) {
        return stopped || !session.end(connection)
                ? CompletableFuture.completedFuture(null)
                : leave(session, Initiator.of(connection));
    }

    private CompletionStage<Void> leave(Session session, Initiator by) {
        tickets.remove(session);
        if (session.reserved().compareAndSet(true, false)) {
            places.release(Agent.of(session));
        }
        List<Subscription> heard = List.copyOf(session.subscriptions());
        heard.forEach(channels::detach);
        Member member = session.member();
        long timestamp = clock.instant().getEpochSecond();
        SessionLog.loggedOut(session, by, timestamp - member.since());
        String push = Frames.logoutPush(member.client(), member.uid(), member.name(), timestamp);
        return presence.leave(member, Publication.byGateway(push))
                .thenRun(() -> heard.forEach(s -> broker.unsubscribe(s.channel(), member.client())));
    }

    private void loggedIn(Session session, Connection connection) {
        metrics.loggedIn(session.member().version().name().toLowerCase(Locale.ROOT));
        SessionLog.loggedIn(session, connection);
    }

    private CompletionStage<Void> listen(
            Session session, Channel channel, Map<Channel, Position> known, Map<Channel, ChannelStart> positions) {
        return listen(attach(session, channel), known, positions);
    }

    private CompletionStage<Void> listen(
            Subscription subscription, Map<Channel, Position> known, Map<Channel, ChannelStart> positions) {
        return membership
                .take(subscription.session(), subscription.channel())
                .thenCompose(position -> start(subscription, position, known))
                .thenAccept(heard -> positions.put(subscription.channel(), heard));
    }

    private Subscription attach(Session session, Channel channel) {
        Subscription subscription = session.subscribe(channel);
        channels.attach(subscription);
        return subscription;
    }

    /** Begins at the position that the client knows, where its stream still holds all that is behind it; else at the top. */
    private CompletionStage<ChannelStart> start(Subscription subscription, Position top, Map<Channel, Position> known) {
        Position asked = known.get(subscription.channel());
        if (asked == null) {
            subscription.startAt(top, top.off());
            return CompletableFuture.completedFuture(new ChannelStart(top, null));
        }
        return broker.read(subscription.channel(), asked, 1, 1).thenApply(page -> {
            Position from = page.lost() ? top : asked;
            subscription.startAt(from, top.off());
            return new ChannelStart(from, new Recovery(top.off(), !page.lost()));
        });
    }
}
