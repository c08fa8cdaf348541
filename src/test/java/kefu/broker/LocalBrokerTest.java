package kefu.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import kefu.config.Settings;
import kefu.metrics.Metrics;
import kefu.protocol.Channel;
import kefu.protocol.Position;
import kefu.protocol.Version;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The broker within one process keeps the contract. */
class LocalBrokerTest extends SnapshotContract {
    private final AtomicLong nanos = new AtomicLong();

    /** What another does when the broker next looks at the clock. */
    private volatile Runnable meanwhile = () -> {};

    private final Metrics metrics = new Metrics(List.of(), List.of(), List.of());
    private final ExecutorService worker = Executors.newSingleThreadExecutor();
    private LocalBroker broker = broker(worker);
    private LocalPresence presence = presence(broker);

    private LocalBroker broker(Executor streams) {
        return new LocalBroker(
                Settings.from(key -> Optional.ofNullable(SETTINGS.get(key))), streams, metrics, this::now);
    }

    private long now() {
        Runnable other = meanwhile;
        meanwhile = () -> {};
        other.run();
        return nanos.get();
    }

    private LocalPresence presence(LocalBroker broker) {
        return new LocalPresence(broker, Clock.fixed(Instant.ofEpochSecond(1_790_000_000), ZoneOffset.UTC), nanos::get);
    }

    @AfterEach
    void end() {
        worker.shutdownNow();
    }

    @Override
    Broker broker() {
        return broker;
    }

    @Override
    Presence presence() {
        return presence;
    }

    @Override
    void advance(Duration by) {
        nanos.addAndGet(by.toNanos());
        broker.expire();
    }

    @Override
    CompletionStage<Void> seal() {
        return broker.seal();
    }

    @Override
    StreamsSnapshot streams() {
        return broker.snapshot();
    }

    @Override
    PresenceSnapshot sessions() {
        return presence.snapshot();
    }

    @Override
    void restore(StreamsSnapshot streams, PresenceSnapshot sessions, Duration grace, Duration least) {
        broker = broker(worker);
        presence = presence(broker);
        broker.restore(streams);
        presence.restore(sessions, grace, least);
        listen();
    }

    @Test
    void aResetForgetsTheSessionsAndTakesChangesAgain() throws Exception {
        join("a", "room", "1");
        get(seal());
        presence.reset();
        broker.reset();
        assertEquals(Optional.empty(), get(presence.find(id("room"), "hash of a")));
        assertEquals(Optional.empty(), get(presence.session("a")));
        assertEquals(1, join("b", "room", "2").listed().size());
    }

    @Test
    void afterAResetAChannelHasAnotherEpochThoughNothingWasSaidInIt() throws Exception {
        Position before = get(broker.follow(ROOM));
        get(seal());
        broker.reset();
        assertNotEquals(before.epoch(), get(broker.follow(ROOM)).epoch(), "another broker went on with the first one");
    }

    @Test
    void aForgottenChannelIsCountedAmongTheBoundsThatWereHit() throws Exception {
        for (int i = 0; i < 25; i++) {
            publish(Channel.agent(id("u" + i)), "x");
        }
        assertTrue(metrics.scrape().contains("kefu_bounds_hit_total{bound=\"idle_channels\"} 5.0"));
    }

    @Test
    void whatAgentsSayTakesNoPlaceOfTheIdsOfTheApi() throws Exception {
        enter(ROOM, member("c", "room", "u"));
        broker.listen(new Heard(delivery -> {})); // the contract's own listener keeps every delivery
        PublishResult pushed = get(broker.publish(ROOM, withId("api")));
        PublishResult oldest = get(broker.publish(ROOM, saidWithId("s0")));
        for (int i = 1; i <= LocalBroker.MAX_IDS; i++) {
            broker.publish(ROOM, saidWithId("s" + i));
        }
        PublishResult last = get(broker.publish(ROOM, saidWithId("last")));
        assertEquals(last, get(broker.publish(ROOM, saidWithId("last"))));
        assertEquals(pushed, get(broker.publish(ROOM, withId("api"))));
        assertNotEquals(oldest, get(broker.publish(ROOM, saidWithId("s0"))));
    }

    private static Publication saidWithId(String id) {
        return Publication.said("{}", Audience.EVERYBODY, Optional.of(id));
    }

    @Test
    void ofTheIdsOfAllChannelsTheOldestAreForgottenBeyondTheBound() throws Exception {
        Channel other = Channel.group(id("other"));
        enter(ROOM, member("c", "room", "u"));
        enter(other, member("d", "other", "u"));
        broker.listen(new Heard(delivery -> {})); // the contract's own listener keeps every delivery
        PublishResult oldest = get(broker.publish(ROOM, withId("id0")));
        PublishResult next = get(broker.publish(other, withId("id1")));
        for (int i = 2; i <= LocalBroker.MAX_IDS; i++) {
            broker.publish(i % 2 == 0 ? ROOM : other, withId("id" + i));
        }
        assertTrue(metrics.scrape().contains("kefu_bounds_hit_total{bound=\"push_ids\"} 1.0"));
        assertEquals(next, get(broker.publish(other, withId("id1"))));
        assertNotEquals(oldest, get(broker.publish(ROOM, withId("id0"))));
    }

    private static Publication withId(String id) {
        return Publication.byBackend("{}", Audience.EVERYBODY, Optional.of(id));
    }

    @Test
    void whoIsPutIntoAChannelWhileItIsTakenOutIsInIt() throws Exception {
        join("a", "room", "1");
        Channel other = Channel.group(id("other"));
        get(presence.enter("a", other, 10));
        meanwhile = () -> presence.enter("a", other, 10);
        get(presence.exit("a", other));
        assertTrue(get(presence.session("a")).orElseThrow().joined().contains(other));
        assertEquals(1, get(presence.count(other)));
    }

    @Test
    void framesThatAPageMakesAreNotKeptWithTheStream() throws Exception {
        Position start = enter(ROOM, member("c", "room", "u"));
        publish(ROOM, "x");
        Delivery first = read(ROOM, start).entries().get(0);
        Delivery again = read(ROOM, start).entries().get(0);
        assertNotSame(first.frame(Version.V2), again.frame(Version.V2));
        assertEquals(first.frame(Version.V2).text(), again.frame(Version.V2).text());
        assertNotSame(
                first.frame(Version.V2),
                heard.getOrDefault(ROOM, List.of()).get(0).frame(Version.V2));
    }

    /** Bytes that a call takes from the heap: it grows with all that is looked at and put into lists. */
    private static long allocated(Callable<?> call) throws Exception {
        var thread = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        call.call(); // what is made once
        long before = thread.getCurrentThreadAllocatedBytes();
        call.call();
        return thread.getCurrentThreadAllocatedBytes() - before;
    }

    @Test
    void aPageOfALongListCostsTheSameHoweverLongTheListIs() throws Exception {
        Map<String, Callable<?>> pages = Map.of(
                "sessions", () -> get(presence.sessions(ROOM, "c3", 10)),
                "agents of the group", () -> get(presence.agentsIn(id("room"), "u3", 10)),
                "agents", () -> get(presence.agents("u3", 10)),
                "groups", () -> get(presence.groups("g3", 10)),
                "the session", () -> get(presence.agentIn(id("room"), id("u3"))),
                "a session that is lost",
                        () -> get(presence.detach(member("c3", "room", "u3").detached(), GRACE)));
        Map<String, Long> few = new HashMap<>();
        for (int i = 0; i < 4_000; i++) {
            join("c" + i, "room", "u" + i);
            enter(Channel.group(id("g" + i)), member("c" + i, "room", "u" + i));
            if (i == 100) {
                for (var page : pages.entrySet()) {
                    few.put(page.getKey(), allocated(page.getValue()));
                }
            }
        }
        for (var page : pages.entrySet()) {
            long many = allocated(page.getValue());
            long before = few.getOrDefault(page.getKey(), 0L);
            assertTrue(many < 3 * before, page.getKey() + ": " + before + " bytes, then " + many);
        }
    }

    @Test
    void ofManyThatWaitForTheirClientsALoginOfV1LooksAtThoseOfItsAgentOnly() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            Member member = v1("c" + i, i);
            get(presence.join(SessionRecord.of(member, ""), Publication.byGateway("{}")));
            get(presence.detach(member.detached(), GRACE));
        }
        int looked = 0;
        for (int i = 0; i < 1_000; i++) {
            looked += broker.step(
                    ROOM, channel -> channel.sessionsOf(v1("new", 7)).size());
            assertEquals(
                    "c" + i,
                    get(presence.takeBack(v1("new", i))).orElseThrow().member().client());
        }
        assertEquals(1_000, looked);
    }

    private static Member v1(String client, int uid) {
        return new Member(client, id("room"), id("u" + uid), "n", Version.V1, "node", 1);
    }

    /** A stop does not wait for long for deliveries that take their time, and hands over the changes that it was told. */
    @Test
    void aChangeOfPresenceIsToldBeforeTheDeliveriesThatWait() throws Exception {
        List<String> order = new ArrayList<>();
        presence.watch(change -> order.add("change " + change.uid()));
        broker.listen(new Heard(delivery -> {
            order.add("delivery " + delivery.off());
            if (delivery.off() == 1) {
                broker.publish(ROOM, said("y"));
                joinQuietly("a", "1");
                joinQuietly("b", "2");
            }
        }));
        get(broker.publish(ROOM, said("x")));
        assertEquals(List.of("delivery 1", "change 1", "change 2", "delivery 2", "delivery 3", "delivery 4"), order);
    }

    private void joinQuietly(String client, String uid) {
        try {
            join(client, "room", uid);
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    @Test
    void versionsBeginAboveThoseOfTheProcessBefore() throws Exception {
        join("a", "room", "1");
        assertTrue(changes.get(0).version() >= 1_790_000_000_000L, "the clock goes on while nobody runs");
    }
}
