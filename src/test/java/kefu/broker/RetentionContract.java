package kefu.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kefu.Await;
import kefu.protocol.Channel;
import kefu.protocol.Position;
import org.junit.jupiter.api.Test;

/** What is kept how long, what comes back as what it was, and what holds while many threads are at it. */
abstract class RetentionContract extends StatusContract {
    private static final Duration ALMOST = Duration.ofMinutes(9);
    private static final Duration LONGER = Duration.ofMinutes(2);

    /** Another channel is forgotten, with what was said in it. */
    private void forgetAnother() throws Exception {
        publish(Channel.group(id("another")), "x");
        advance(ALMOST);
    }

    @Test
    void whoLeftAnUnusedChannelMissesNothingWhateverBecomesOfOtherChannels() throws Exception {
        Channel agent = Channel.agent(id("17"));
        forgetAnother();
        Position start = enter(agent, member("c", "room", "17"));
        exit(agent, "c");
        advance(LONGER); // the other one is over
        PublishResult offline = publish(agent, "missed");
        assertTrue(offline.stored());
        assertEquals(List.of(1L), offsets(read(agent, start)));
    }

    @Test
    void anUnusedChannelIsForgottenTooInTime() throws Exception {
        Channel agent = Channel.agent(id("17"));
        enter(agent, member("c", "room", "17"));
        exit(agent, "c");
        advance(ALMOST.plus(LONGER));
        assertEquals(List.of(), get(presence().agents("", 10)).items());
        assertEquals(0, enter(agent, member("c", "room", "17")).off());
    }

    private static Channel room(int number) {
        return Channel.group(id("r" + number));
    }

    @Test
    void ofTheChannelsWithoutASessionTheOneUsedLongestAgoGoesFirst() throws Exception {
        List<Position> starts = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            starts.add(enter(room(i), member("c", "r" + i, "u")));
            publish(room(i), "x");
            exit(room(i), "c");
        }
        publish(room(0), "y");
        publish(room(20), "one too many");
        assertEquals(List.of(1L, 2L), offsets(read(room(0), starts.get(0))), "it was used since");
        Broker.Page forgotten = read(room(1), starts.get(1));
        assertTrue(forgotten.lost());
        assertNotEquals(starts.get(1).epoch(), forgotten.top().epoch());
        assertEquals(List.of(1L), offsets(read(room(2), starts.get(2))));
    }

    @Test
    void aChannelWithASessionStaysHoweverManyWithoutOneCome() throws Exception {
        Position start = enter(ROOM, member("c", "room", "u"));
        get(presence().detach(member("c", "lobby", "u").detached(), GRACE));
        publish(ROOM, "x");
        for (int i = 0; i < 100; i++) {
            enter(room(i), member("c", "r" + i, "u"));
            exit(room(i), "c");
        }
        assertEquals(List.of(1L), offsets(read(ROOM, start)));
        assertEquals(1, publish(ROOM, "y").position().off() - 1);
    }

    @Test
    void aChannelThatASessionIsAboutToEnterStaysHoweverManyWithoutOneCome() throws Exception {
        Position from = get(broker().follow(Channel.client("c")));
        for (int i = 0; i < 100; i++) {
            publish(room(i), "x");
        }
        assertEquals(
                new Position(from.epoch(), 1), publish(Channel.client("c"), "x").position());
    }

    @Test
    void whatAForgottenChannelKeptIsNotKept() throws Exception {
        Position start = enter(ROOM, member("c", "room", "u"));
        publish(ROOM, "x".repeat(40_000));
        publish(room(0), "x".repeat(60_000));
        for (int i = 1; i <= 20; i++) {
            publish(room(i), "x");
        }
        Channel other = Channel.group(id("other"));
        enter(other, member("d", "other", "u"));
        publish(other, "x".repeat(60_000));
        assertFalse(read(ROOM, start).lost(), "the bytes of the forgotten channel are free");
    }

    @Test
    void whoIsExcludedCountsAmongTheBytesThatAreKept() throws Exception {
        Position start = enter(ROOM, member("c", "room", "u"));
        Set<String> excluded =
                IntStream.range(0, 100).mapToObj(i -> "x".repeat(100) + i).collect(Collectors.toSet());
        for (int i = 0; i < 10; i++) {
            get(broker().publish(
                            ROOM,
                            Publication.byBackend(
                                    "{}", new Audience(Optional.empty(), excluded, Set.of()), Optional.empty())));
        }
        assertTrue(read(ROOM, new Position(start.epoch(), 6)).lost(), "16 KB each, 64 KiB in all");
        assertEquals(List.of(8L, 9L, 10L), offsets(read(ROOM, new Position(start.epoch(), 7))));
    }

    @Test
    void entriesGoAfterTheRetentionWhoeverLeavesMeanwhile() throws Exception {
        Position start = enter(ROOM, member("c", "room", "u"));
        enter(ROOM, member("d", "room", "u"));
        publish(ROOM, "x");
        advance(ALMOST);
        exit(ROOM, "c");
        assertFalse(read(ROOM, start).lost());
        advance(LONGER);
        assertTrue(read(ROOM, start).lost(), "the retention is that of the last publication");
        assertEquals(new Position(start.epoch(), 2), publish(ROOM, "y").position());
    }

    @Test
    void epochAndOffsetAreKeptForTheRetentionAfterTheLastSessionLeft() throws Exception {
        Position start = enter(ROOM, member("c", "room", "u"));
        publish(ROOM, "x");
        advance(ALMOST.plus(LONGER)); // the entry is gone, the session is there
        exit(ROOM, "c");
        advance(ALMOST);
        assertEquals(new Position(start.epoch(), 1), read(ROOM, start).top());
        advance(LONGER);
        assertNotEquals(start.epoch(), read(ROOM, start).top().epoch());
    }

    @Test
    void anIdIsKnownForFiveMinutesHoweverShortTheStreamsRetentionIs() throws Exception {
        PublishResult first = get(broker().publish(ROOM, said("x", "id")));
        advance(Duration.ofMinutes(5));
        assertEquals(first, get(broker().publish(ROOM, said("x", "id"))));
        advance(Duration.ofMillis(1));
        assertNotEquals(first, get(broker().publish(ROOM, said("x", "id"))));
        advance(Duration.ofMinutes(5));
        assertEquals(2, get(broker().publish(ROOM, said("x", "id"))).position().off(), "five minutes begin anew");
    }

    @Test
    void nothingFallsBetweenASubscriptionsPositionAndWhatIsHeard() throws Exception {
        AtomicBoolean goOn = new AtomicBoolean(true);
        ExecutorService publisher = Executors.newSingleThreadExecutor();
        try {
            Future<?> publishing = publisher.submit(() -> {
                for (int i = 0; goOn.get() && i < 100_000; i++) {
                    CompletionStage<PublishResult> one = broker().publish(ROOM, said("x"));
                    if (i % 50 == 0) { // what waits in Redis, the rounds wait for, too
                        get(one);
                    }
                }
                return null;
            });
            List<Long> due = new ArrayList<>();
            for (int round = 0; round < rounds(200); round++) {
                Position from = enter(ROOM, member("c", "room", "u"));
                due.addAll(upTo(from.off() + 1, publish(ROOM, "mark").position().off()));
                exit(ROOM, "c");
            }
            goOn.set(false);
            publishing.get(30, TimeUnit.SECONDS);
            Await.until(() -> new HashSet<>(offsets(ROOM)).containsAll(due));
            List<Long> offsets = offsets(ROOM); // more may come
            assertEquals(offsets.stream().sorted().distinct().toList(), offsets);
        } finally {
            goOn.set(false);
            publisher.shutdownNow();
        }
    }

    @Test
    void whoComesWhileOthersLookIsInTheChannelThatIsPublishedIn() throws Exception {
        int rounds = rounds(3_000);
        CyclicBarrier start = new CyclicBarrier(2);
        ExecutorService looker = Executors.newSingleThreadExecutor();
        try {
            Future<?> looking = looker.submit(() -> {
                for (int round = 0; round < rounds; round++) {
                    Channel channel = Channel.group(id("r" + round));
                    start.await();
                    for (int i = 0; i < 20; i++) {
                        broker().read(channel, new Position("none", 0), 1, 1);
                    }
                }
                return null;
            });
            for (int round = 0; round < rounds; round++) {
                Channel channel = Channel.group(id("r" + round));
                start.await();
                enter(channel, member("c", "room", "u"));
                assertEquals(1, publish(channel, "x").delivered(), "round " + round);
                exit(channel, "c");
            }
            looking.get(30, TimeUnit.SECONDS);
        } finally {
            looker.shutdownNow();
        }
    }

    @Test
    void ofManyThatPublishWithOneIdAtOnceOneDoes() throws Exception {
        enter(ROOM, member("c", "room", "u"));
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            for (int round = 1; round <= 100; round++) {
                String id = "id-" + round;
                List<Future<PublishResult>> answers = new ArrayList<>();
                for (int t = 0; t < 8; t++) {
                    answers.add(threads.submit(() -> get(broker().publish(ROOM, said("x", id)))));
                }
                for (Future<PublishResult> answer : answers) {
                    assertEquals(
                            round, answer.get(30, TimeUnit.SECONDS).position().off());
                }
            }
        } finally {
            threads.shutdownNow();
        }
        Await.until(() -> offsets(ROOM).equals(upTo(1, 100)));
    }

    @Test
    void aChannelsListenerIsNeverCalledByTwoAtOnceAndChangesComeInTheirOrder() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        List<String> seen = new CopyOnWriteArrayList<>();
        broker().listen(new Heard(delivery -> seen.add(inside.incrementAndGet() + "," + inside.decrementAndGet())));
        List<Presence.Change> told = new CopyOnWriteArrayList<>();
        presence().watch(told::add);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            join("observer", "room", "observer");
            List<Future<?>> done = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                String client = "c" + t;
                String uid = "u" + t % 2;
                done.add(threads.submit(() -> {
                    for (int i = 0; i < 200; i++) {
                        join(client, "room", uid);
                        leave(client, "room", uid);
                    }
                    return null;
                }));
            }
            for (Future<?> one : done) {
                one.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        long last = publish(ROOM, "end").position().off();
        Await.until(() -> seen.size() == last);
        assertEquals(List.of("1,0"), seen.stream().distinct().toList());
        for (String uid : List.of("u0", "u1")) {
            List<Presence.Change> changes =
                    told.stream().filter(change -> change.uid().equals(id(uid))).toList();
            for (int i = 0; i < changes.size(); i++) {
                assertEquals(i % 2 == 0, changes.get(i).online(), "online and offline take turns");
                assertTrue(
                        i == 0 || changes.get(i).version() > changes.get(i - 1).version(), "versions rise");
            }
            assertFalse(changes.get(changes.size() - 1).online());
        }
    }

    @Test
    void whoLeftAnUnusedChannelMissesNothingThatIsSaidThereLater() throws Exception {
        Channel agent = Channel.agent(id("17"));
        Position start = enter(agent, member("c", "room", "17"));
        exit(agent, "c");
        PublishResult offline = publish(agent, "missed");
        assertEquals(0, offline.delivered());
        assertTrue(offline.stored());
        assertEquals(List.of(1L), offsets(read(agent, start)));
    }

    @Test
    void aListenerThatFailsDoesNotSilenceTheChannel() throws Exception {
        List<Long> reached = new CopyOnWriteArrayList<>();
        broker().listen(new Heard(delivery -> {
            if (!delivery.channel().equals(ROOM)) {
                return;
            }
            reached.add(delivery.off());
            if (delivery.off() == 1) {
                throw new IllegalStateException("a fault of ours");
            }
        }));
        enter(ROOM, member("c", "room", "u"));
        publish(ROOM, "x");
        publish(ROOM, "y");
        Await.until(() -> reached.equals(List.of(1L, 2L)));
    }
}
