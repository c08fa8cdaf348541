package kefu.gateway;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import kefu.broker.Broker;
import kefu.broker.Presence;
import kefu.broker.SessionRecord;
import kefu.gateway.LoginResult.ChannelStart;
import kefu.gateway.LoginResult.Recovery;
import kefu.metrics.LogLine;
import kefu.protocol.Channel;
import kefu.protocol.CloseCode;
import kefu.protocol.Frame;
import kefu.protocol.Position;
import kefu.session.Replay;
import kefu.session.Session;
import kefu.session.Subscription;

/**
 * The steps that put a session on a connection. They are the same for a login, a second login and a resume: the node follows each
 * of the session's channels, its group last; the answer is queued; the publications follow. The subscriptions are attached on
 * this node before the broker is asked, and paused until the answer is queued. So no publication is lost, and none comes before
 * the answer. Thread-safe.
 */
final class SessionOpening {
    private static final Logger LOG = Logger.getLogger(SessionOpening.class.getName());

    private final Hub hub;
    private final SessionSync sync;
    private final Broker broker;
    private final Replay replay;

    SessionOpening(Hub hub, SessionSync sync, Broker broker, Replay replay) {
        this.hub = hub;
        this.sync = sync;
        this.broker = broker;
        this.replay = replay;
    }

    /**
     * Takes all steps. If a step fails, nothing was answered, and the caller must give back what it has taken.
     *
     * @param hears the session's subscriptions on this connection, attached and paused
     * @param list lists the session in its group, or finds it there
     * @return whether it is listed
     */
    CompletionStage<Boolean> open(
            Session session,
            List<Subscription> hears,
            LoginRequest login,
            Supplier<CompletionStage<Optional<Presence.Joined>>> list) {
        Channel group = Channel.group(session.member().group());
        Map<Channel, CompletableFuture<ChannelStart>> others = new LinkedHashMap<>();
        List<CompletableFuture<?>> followed = new ArrayList<>();
        for (Subscription subscription : hears) { // at the same time, since each may take a while
            CompletionStage<Position> position = follow(subscription.channel());
            if (subscription.channel().equals(group)) {
                followed.add(position.toCompletableFuture());
            } else {
                CompletableFuture<ChannelStart> start = position.thenCompose(top -> start(subscription, top, login))
                        .toCompletableFuture();
                others.put(subscription.channel(), start);
                followed.add(start);
            }
        }
        Map<Channel, ChannelStart> starts = new LinkedHashMap<>();
        Subscription own = hears.stream()
                .filter(one -> one.channel().equals(group))
                .findAny()
                .orElseThrow();
        return CompletableFuture.allOf(followed.toArray(CompletableFuture[]::new))
                .thenCompose(next -> list.get())
                .thenCompose(listed -> listed.isEmpty()
                        ? CompletableFuture.completedFuture(false)
                        : start(own, listed.get().position(), login).thenApply(start -> {
                            others.forEach((channel, other) -> starts.put(channel, other.join()));
                            starts.put(group, start);
                            answer(login, new LoginResult(session, listed.get().listed(), starts));
                            follow(session, listed.get().session());
                            return true;
                        }))
                .whenComplete((listed, fault) -> {
                    // a step may have put it there again after its end, or connected it to a node that was given up
                    // meanwhile
                    if (!session.isCurrent(own)) {
                        sync.write(session);
                    }
                });
    }

    /** Fails where the call does. */
    private CompletionStage<Position> follow(Channel channel) {
        return CompletableFuture.completedFuture(channel).thenCompose(broker::follow);
    }

    /**
     * Lets a session hear what its record says now. Where that fails its client is closed, and hears it when it resumes.
     *
     * @return completes when it hears it. It never fails
     */
    CompletionStage<Void> follow(Session session, SessionRecord record) {
        Session.Change change = session.follow(record);
        change.removed().forEach(hub::detach);
        CompletionStage<Void> followed = CompletableFuture.completedFuture(null);
        for (Subscription added : change.added()) {
            hub.attach(added);
            followed = followed.thenCompose(next -> broker.follow(added.channel()))
                    .thenAccept(position -> session.start(added, position));
        }
        return followed.exceptionally(fault -> {
            LOG.log(Level.WARNING, fault, () -> session.describe(
                            LogLine.of("Fault").with("in", "following a channel"))
                    .toString());
            session.connection().end(CloseCode.TOO_SLOW);
            return null;
        });
    }

    /** Starts at the client's position if the stream still has everything after it; else at the stream's end. */
    private CompletionStage<ChannelStart> start(Subscription subscription, Position top, LoginRequest login) {
        if (subscription.hasStarted()) { // a second login: its answer comes after all earlier publications
            return replay.catchUpTo(subscription, top.off())
                    .thenApply(heard -> new ChannelStart(subscription.position(), null));
        }
        Position asked = login.known().get(subscription.channel());
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

    private static void answer(LoginRequest login, LoginResult result) {
        Frame answer = login.answer().apply(result);
        login.on().login().attach(result.session(), login.validFor());
        result.session().answer(login.on(), answer);
    }
}
