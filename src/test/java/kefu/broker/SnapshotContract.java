package kefu.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import kefu.Await;
import kefu.protocol.Channel;
import kefu.protocol.Position;
import org.junit.jupiter.api.Test;

/** What holds where a broker is sealed, and another one goes on with what it had. */
abstract class SnapshotContract extends RetentionContract {
    private static final Duration LEAST = Duration.ofSeconds(5);
    private static final Channel QUIET = Channel.group(id("quiet"));

    /** Refuses all changes of the broker and the presence under test. */
    abstract CompletionStage<Void> seal();

    abstract StreamsSnapshot streams();

    abstract PresenceSnapshot sessions();

    /** Another broker and presence, which are the ones under test from now on, begin with this. */
    abstract void restore(StreamsSnapshot streams, PresenceSnapshot sessions, Duration grace, Duration least);

    private void restore(StreamsSnapshot streams) {
        restore(streams, sessions(), GRACE, LEAST);
    }

    private void handOver() throws Exception {
        get(seal());
        restore(streams());
    }

    private static void assertRefused(CompletionStage<?> change) {
        Throwable fault = assertThrows(ExecutionException.class, () -> get(change));
        assertInstanceOf(SealedException.class, fault.getCause());
    }

    @Test
    void behindASealEveryChangeIsRefusedAndWhatIsThereCanBeRead() throws Exception {
        Position start = enter(ROOM, member("c", "room", "u"));
        join("a", "room", "1");
        get(seal());
        Member a = member("a", "room", "1");
        Publication push = Publication.byGateway("{}");
        assertRefused(broker().publish(ROOM, said("x")));
        assertRefused(broker().publish(QUIET, said("x")));
        assertRefused(broker().follow(ROOM));
        assertRefused(presence().join(SessionRecord.of(member("b", "room", "2"), ""), push));
        assertRefused(presence().update(a));
        assertRefused(presence().detach(a.detached(), GRACE));
        assertRefused(presence().resume(id("room"), "hash of a", 1, "node"));
        assertRefused(presence().expire(a, push));
        assertRefused(presence().leave(a, push));
        assertRefused(presence().leave(member("nobody", "nowhere", "1"), push));
        assertRefused(presence().enter("a", QUIET, 10));
        assertRefused(presence().exit("a", QUIET));
        assertRefused(presence().setData("a", object("{\"x\":1}")));
        assertEquals(List.of(1L), offsets(read(ROOM, start)));
        assertEquals(2, get(presence().count(ROOM)));
        assertTrue(get(presence().session("a")).orElseThrow().member().isConnected());
    }

    @Test
    void aSealIsDoneWhenTheListenerHasWhatCameBefore() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch called = new CountDownLatch(1);
        List<Long> told = new ArrayList<>();
        enter(ROOM, member("c", "room", "u"));
        broker().listen(new Heard(delivery -> {
            called.countDown();
            Await.until(() -> held.getCount() == 0);
            told.add(delivery.off());
        }));
        ExecutorService publisher = Executors.newSingleThreadExecutor();
        try {
            Future<?> publishing = publisher.submit(() -> broker().publish(ROOM, said("x")));
            assertTrue(called.await(10, TimeUnit.SECONDS));
            get(broker().publish(ROOM, said("y")));
            CompletionStage<Void> done = seal();
            assertFalse(done.toCompletableFuture().isDone());
            assertTrue(
                    streams().streams().stream().anyMatch(kept -> kept.channel().equals(ROOM) && kept.top() == 2),
                    "what nobody has been handed yet is kept");
            held.countDown();
            get(done);
            assertEquals(List.of(1L, 2L), told);
            publishing.get(10, TimeUnit.SECONDS);
        } finally {
            held.countDown();
            publisher.shutdownNow();
        }
    }

    @Test
    void whateverIsPublishedWhileASealComesIsRefusedOrInTheSnapshot() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<List<Position>>> publishing = new ArrayList<>();
            CountDownLatch begun = new CountDownLatch(4);
            for (int t = 0; t < 4; t++) {
                publishing.add(threads.submit(() -> {
                    List<Position> done = new ArrayList<>();
                    while (true) {
                        CompletionStage<PublishResult> one = broker().publish(ROOM, said("x"));
                        begun.countDown();
                        if (one.toCompletableFuture().isCompletedExceptionally()) {
                            return done;
                        }
                        done.add(get(one).position());
                    }
                }));
            }
            assertTrue(begun.await(10, TimeUnit.SECONDS));
            get(seal());
            long top = streams().streams().get(0).top();
            long published = 0;
            for (Future<List<Position>> one : publishing) {
                published += one.get(10, TimeUnit.SECONDS).size();
            }
            assertEquals(top, published);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aStreamGoesOnWithItsEpochItsOffsetAndItsEntries() throws Exception {
        Position start = enter(ROOM, member("c", "room", "u"));
        Audience some = Audience.of(id("room")).except("c");
        for (int i = 1; i <= 3; i++) {
            get(broker().publish(ROOM, Publication.byGateway("{\"n\":" + i + "}", i == 3 ? Audience.V2 : some)));
        }
        List<Publication> before =
                read(ROOM, start).entries().stream().map(Delivery::publication).toList();
        handOver();
        Broker.Page page = read(ROOM, start);
        assertEquals(List.of(1L, 2L, 3L), offsets(page));
        assertEquals(before, page.entries().stream().map(Delivery::publication).toList());
        assertEquals(new Position(start.epoch(), 3), page.top());
        assertEquals(new Position(start.epoch(), 4), publish(ROOM, "next").position());
        assertNotEquals(
                start.epoch(), publish(QUIET, "another").position().epoch(), "a new channel's epoch is a new one");
        assertEquals(List.of(4L), offsets(read(ROOM, new Position(start.epoch(), 3))));
    }

    @Test
    void anEpochOutlivesItsEntriesInTheNextBrokerAsInTheOneBefore() throws Exception {
        Position quiet = enter(QUIET, member("c", "quiet", "u"));
        exit(QUIET, "c");
        advance(Duration.ofMinutes(9));
        handOver();
        assertEquals(quiet, read(QUIET, quiet).top(), "nothing was ever said, and somebody may come back with this");
        advance(Duration.ofMinutes(2));
        assertNotEquals(quiet.epoch(), read(QUIET, quiet).top().epoch(), "the time before counts");
    }

    @Test
    void anIdIsKnownForTheRestOfItsFiveMinutes() throws Exception {
        enter(ROOM, member("c", "room", "u"));
        PublishResult first = get(broker().publish(ROOM, said("x", "id-1")));
        advance(Duration.ofMinutes(4));
        handOver();
        assertEquals(first, get(broker().publish(ROOM, said("x", "id-1"))));
        advance(Duration.ofMinutes(2));
        assertEquals(
                2, get(broker().publish(ROOM, said("x", "id-1"))).position().off());
    }

    @Test
    void anIdOfWhatAnAgentHasSaidIsKnownToo() throws Exception {
        enter(ROOM, member("c", "room", "u"));
        Publication said = Publication.said("{}", Audience.EVERYBODY, Optional.of("c id-1"));
        PublishResult first = get(broker().publish(ROOM, said));
        handOver();
        assertEquals(first, get(broker().publish(ROOM, said)));
        assertEquals(
                2, get(broker().publish(ROOM, said("x", "c id-1"))).position().off(), "one of the API is another");
    }

    @Test
    void theNewestOfAllStreamsComeFirstAndWhatIsCutIsLostAndNotPassedOver() throws Exception {
        Position room = enter(ROOM, member("c", "room", "u"));
        Position quiet = enter(QUIET, member("c", "quiet", "u"));
        publish(ROOM, "1");
        publish(QUIET, "1");
        publish(ROOM, "2");
        publish(QUIET, "2");
        publish(ROOM, "3");
        get(seal());
        StreamsSnapshot all = streams();
        assertEquals(
                List.of(3L, 2L, 2L, 1L, 1L),
                all.newestFirst().stream()
                        .map(StreamsSnapshot.Entry::off)
                        .limit(5)
                        .toList());
        restore(new StreamsSnapshot(all.streams(), all.newestFirst().subList(0, 2)));
        assertTrue(read(ROOM, room).lost());
        assertTrue(read(ROOM, new Position(room.epoch(), 1)).lost());
        assertEquals(List.of(3L), offsets(read(ROOM, new Position(room.epoch(), 2))));
        assertEquals(List.of(2L), offsets(read(QUIET, new Position(quiet.epoch(), 1))));
        assertEquals(new Position(room.epoch(), 3), read(ROOM, room).top());
    }

    @Test
    void theBoundsHoldForWhatIsGoneOnWith() throws Exception {
        List<Position> starts = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Channel channel = Channel.group(id("r" + i));
            starts.add(enter(channel, member("c", "r" + i, "u")));
            publish(channel, "x".repeat(9_000));
            exit(channel, "c");
            advance(Duration.ofSeconds(1));
        }
        handOver();
        publish(QUIET, "one too many");
        assertNotEquals(
                starts.get(0).epoch(),
                read(Channel.group(id("r0")), starts.get(0)).top().epoch(),
                "the one used longest ago goes first");
        assertEquals(
                starts.get(1).epoch(),
                read(Channel.group(id("r1")), starts.get(1)).top().epoch());
        publish(QUIET, "x".repeat(9_000));
        publish(QUIET, "x".repeat(9_000));
        assertTrue(read(Channel.group(id("r3")), starts.get(3)).lost(), "160 KiB in all");
        assertFalse(read(Channel.group(id("r19")), starts.get(19)).lost());
    }

    @Test
    void sessionsGoOnWhereTheyWereAndNobodyHearsOfIt() throws Exception {
        join("b", "room", "2");
        join("a", "room", "1");
        join("c", "room", "2");
        get(presence().setData("a", object("{\"x\":1}")));
        get(presence().enter("a", QUIET, 10));
        get(presence().resume(id("room"), "hash of a", 7, "node"));
        SessionRecord before = get(presence().session("a")).orElseThrow();
        Optional<Presence.Agent> agent = get(presence().agentIn(id("room"), id("2")));
        Position top = publish(ROOM, "x").position();
        int told = changes.size();
        heard.clear();
        handOver();
        SessionRecord after = get(presence().find(id("room"), "hash of a")).orElseThrow();
        assertFalse(after.member().isConnected());
        assertEquals(before.with(before.member().detached()).toString(), after.toString());
        assertEquals(before.data(), after.data());
        assertTrue(get(presence().resume(id("room"), "hash of a", 7, "node")).isEmpty(), "that attempt is known");
        assertTrue(get(presence().resume(id("room"), "hash of a", 8, "node")).isPresent());
        Presence.Joined list = get(presence().list(id("room"), "a")).orElseThrow();
        assertEquals(List.of("b", "a", "c"), clients(list));
        assertEquals(top, list.position());
        assertEquals(agent, get(presence().agentIn(id("room"), id("2"))));
        assertEquals(3, get(presence().count(Channel.ALL)));
        assertEquals(1, publish(QUIET, "x").delivered());
        assertEquals(told, changes.size());
        assertEquals(Set.of(QUIET), heard.keySet());
    }

    @Test
    void whoHadAConnectionHasAWholeGraceAndWhoHadNoneTheRestOrALittle() throws Exception {
        for (String client : List.of("long", "short", "connected")) {
            join(client, "room", client);
        }
        get(presence().detach(member("short", "room", "short").detached(), GRACE));
        advance(Duration.ofSeconds(20));
        get(presence().detach(member("long", "room", "long").detached(), GRACE));
        advance(Duration.ofSeconds(8));
        handOver();
        advance(Duration.ofMillis(4_999));
        assertEquals(List.of(), due());
        advance(Duration.ofMillis(1));
        assertEquals(List.of("short"), due());
        advance(Duration.ofSeconds(17));
        assertEquals(List.of("long", "short"), due());
        advance(Duration.ofSeconds(8));
        assertEquals(List.of("connected", "long", "short"), due());
    }

    @Test
    void eachStopGivesWhoseLineItOrAnEarlierOneHasCutAWholeGrace() throws Exception {
        for (String client : List.of("waits", "back", "gone")) {
            join(client, "room", client);
        }
        get(presence().detach(member("gone", "room", "gone").detached(), GRACE));
        handOver();
        Member back = get(presence().resume(id("room"), "hash of back", 1, "node"))
                .orElseThrow()
                .member();
        advance(Duration.ofSeconds(10));
        get(presence().detach(back.detached(), GRACE));
        advance(Duration.ofSeconds(18));
        handOver();
        advance(Duration.ofSeconds(5));
        assertEquals(List.of("gone"), due(), "it had lost its line before the first stop");
        advance(Duration.ofSeconds(7));
        assertEquals(List.of("back", "gone"), due(), "it has lost the line that it had after that");
        advance(Duration.ofMillis(17_999));
        assertEquals(List.of("back", "gone"), due());
        advance(Duration.ofMillis(1));
        assertEquals(List.of("back", "gone", "waits"), due(), "one grace after the last stop");
    }

    @Test
    void aGraceThatHasEndedBeforeAStopDoesNotBeginAnew() throws Exception {
        join("a", "room", "1");
        handOver();
        advance(GRACE);
        handOver();
        advance(LEAST);
        assertEquals(List.of("a"), due());
    }

    private List<String> due() throws Exception {
        return get(presence().due()).stream().map(Member::client).sorted().toList();
    }

    @Test
    void theLastSessionOfAnAgentEndsWithAHigherVersionThanAnyBefore() throws Exception {
        join("a", "room", "1");
        long online = changes.get(0).version();
        get(seal());
        PresenceSnapshot all = sessions();
        assertEquals(online, all.version());
        restore(streams(), new PresenceSnapshot(all.sessions(), online + 1_000), Duration.ZERO, LEAST);
        assertEquals(List.of("a"), due());
        get(presence().expire(member("a", "room", "1"), Publication.byGateway("{}")));
        Presence.Change offline = changes.get(changes.size() - 1);
        assertFalse(offline.online());
        assertTrue(offline.version() > online + 1_000);
    }
}
