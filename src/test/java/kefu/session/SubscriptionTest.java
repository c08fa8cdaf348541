package kefu.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kefu.broker.Audience;
import kefu.broker.Delivery;
import kefu.broker.LocalBroker;
import kefu.broker.LocalPresence;
import kefu.broker.Member;
import kefu.broker.Publication;
import kefu.broker.SessionRecord;
import kefu.config.Settings;
import kefu.connection.Connection;
import kefu.connection.ConnectionListener;
import kefu.connection.FakeWire;
import kefu.connection.IdempotencyCache;
import kefu.connection.Peer;
import kefu.connection.QueueBudget;
import kefu.connection.Threads;
import kefu.metrics.Metrics;
import kefu.protocol.Channel;
import kefu.protocol.Id;
import kefu.protocol.Position;
import kefu.protocol.Request;
import kefu.protocol.Version;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SubscriptionTest {
    private static final Settings SETTINGS = Settings.from(key -> Optional.empty());
    private static final Id ROOM = Id.ofText("room").orElseThrow();

    private final Threads threads = new Threads();
    private final FakeWire wire = new FakeWire();
    private final Connection connection = new Connection(
            new Peer("c", Version.V2, ""),
            wire,
            SETTINGS,
            threads,
            new QueueBudget(Long.MAX_VALUE, Runnable::run, () -> {}),
            new Metrics(List.of(), List.of(), List.of()),
            System::nanoTime,
            new ConnectionListener() {
                @Override
                public boolean isExclusive(Request request) {
                    return false;
                }

                @Override
                public void responds(Connection connection) {}

                @Override
                public CompletionStage<?> serve(Connection from, Request request) {
                    return CompletableFuture.completedFuture(null);
                }

                @Override
                public void ended(Connection ended, int code) {}

                @Override
                public void left(Connection connection, int code) {}
            });
    private final LocalBroker broker =
            new LocalBroker(SETTINGS, Runnable::run, new Metrics(List.of(), List.of(), List.of()), System::nanoTime);
    private final SessionRecord session = SessionRecord.of(new Member("c", ROOM, ROOM, "n", Version.V2, "node", 0), "");
    private final Subscription subscription = new Session(
                    connection,
                    session,
                    "",
                    new IdempotencyCache(),
                    new Replay(broker, new LocalPresence(broker, Clock.systemUTC(), System::nanoTime)))
            .follow(session).added().stream()
                    .filter(one -> one.channel().equals(Channel.group(ROOM)))
                    .findAny()
                    .orElseThrow();

    @AfterEach
    void close() {
        threads.close();
    }

    private Delivery said(long off) {
        return new Delivery(
                subscription.channel(), "e", off, Publication.byBackend("{}", Audience.EVERYBODY, Optional.empty()));
    }

    @Test
    void whoReadsOnFromBeforeAPauseHandsOnNothingAndSetsNothingLive() {
        subscription.startAt(new Position("e", 0), 0);
        int before = subscription.turn();
        subscription.pause();
        assertFalse(subscription.replay(before, said(1)));
        assertTrue(subscription.goLive(before), "it need not read on");
        subscription.deliver(said(1));
        connection.flush();
        assertEquals(List.of(), wire.received());
        int now = subscription.turn();
        assertFalse(subscription.goLive(now), "one is missing");
        assertTrue(subscription.replay(now, said(1)));
        assertTrue(subscription.goLive(now));
        subscription.deliver(said(2));
        connection.flush();
        assertEquals(2, wire.received().size());
    }

    @Test
    void whoCannotHearIsBehindAndReadsOnWhenItCan() {
        subscription.startAt(new Position("e", 0), 0);
        assertTrue(subscription.goLive(subscription.turn()));
        assertFalse(subscription.tryCatchUp(), "it is not behind");
        connection.ended(1006);
        assertEquals(Subscription.Delivered.UNRESPONSIVE, subscription.deliver(said(1)));
        assertTrue(subscription.isBehind());
        assertEquals(Subscription.Delivered.HANDED, subscription.deliver(said(2)), "it was told once");
        assertEquals(new Position("e", 0), subscription.position());
        assertTrue(subscription.tryCatchUp());
        assertFalse(subscription.isBehind());
        assertFalse(subscription.goLive(subscription.turn()), "more may have been published than it was handed");
        subscription.reaches(0);
        assertFalse(subscription.goLive(subscription.turn()));
        assertTrue(subscription.replay(subscription.turn(), said(1)));
        assertTrue(subscription.replay(subscription.turn(), said(2)));
        assertTrue(subscription.goLive(subscription.turn()));
    }

    @Test
    void whoWasSetAsideReadsOnThoughAnotherHasReadMeanwhile() {
        subscription.startAt(new Position("e", 0), 0);
        assertTrue(subscription.goLive(subscription.turn()));
        connection.ended(1006);
        assertEquals(Subscription.Delivered.UNRESPONSIVE, subscription.deliver(said(1)));
        assertTrue(subscription.replay(subscription.turn(), said(1)));
        assertTrue(subscription.goLive(subscription.turn()));
        assertTrue(subscription.tryCatchUp());
        assertFalse(subscription.goLive(subscription.turn()), "nobody knows what it was not handed since");
        subscription.reaches(1);
        assertTrue(subscription.goLive(subscription.turn()));
    }
}
