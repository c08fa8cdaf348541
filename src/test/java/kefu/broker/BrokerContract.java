package kefu.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import kefu.Await;
import kefu.protocol.Channel;
import kefu.protocol.Id;
import kefu.protocol.Position;
import kefu.protocol.Version;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every broker promises, and the tests of its presence stand on; the comments of the two interfaces say it in words. */
abstract class BrokerContract {
    static final Channel ROOM = Channel.group(id("room"));

    /** Small bounds, so that they are met. */
    static final Map<String, String> SETTINGS = Map.of(
            "kefu.stream.max-entries", "100",
            "kefu.stream.max-bytes", "64KiB",
            "kefu.stream.total-bytes", "160KiB",
            "kefu.stream.retention", "10m",
            "kefu.stream.idle-channels", "20");

    final Map<Channel, List<Delivery>> heard = new ConcurrentHashMap<>();
    final List<Presence.Change> changes = new CopyOnWriteArrayList<>();

    /** The broker under test; fresh for each test, with {@link #SETTINGS}. */
    abstract Broker broker();

    abstract Presence presence();

    /** Lets time pass, and what it ends be ended. */
    abstract void advance(Duration by);

    /** How often a race is run, of as many times as are enough where a step takes less than a microsecond. */
    int rounds(int quick) {
        return quick;
    }

    @BeforeEach
    void listen() {
        broker().listen(new Heard(
                delivery -> heard.computeIfAbsent(delivery.channel(), key -> new CopyOnWriteArrayList<>())
                        .add(delivery)));
        presence().watch(changes::add);
    }

    static Id id(String text) {
        return Id.ofText(text).orElseThrow();
    }

    static Member member(String client, String group, String uid) {
        return new Member(client, id(group), id(uid), "n", Version.V2, "node", 1);
    }

    static Publication said(String what) {
        return Publication.byBackend("{\"m\":\"" + what + "\"}", Audience.EVERYBODY, Optional.empty());
    }

    static Publication said(String what, String id) {
        return Publication.byBackend("{\"m\":\"" + what + "\"}", Audience.EVERYBODY, Optional.of(id));
    }

    static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    Presence.Joined join(String client, String group, String uid) throws Exception {
        return join(member(client, group, uid));
    }

    Presence.Joined join(Member member) throws Exception {
        return get(presence()
                .join(
                        SessionRecord.of(member, "hash of " + member.client()),
                        Publication.byGateway("{\"in\":\"" + member.client() + "\"}")));
    }

    /** A session hears a channel, and is listed elsewhere. @return the position from which the channel is heard */
    Position enter(Channel channel, Member member) throws Exception {
        Position from = get(broker().follow(channel));
        if (get(presence().session(member.client())).isEmpty()) {
            String group = Channel.group(member.group()).equals(channel)
                    ? "lobby"
                    : member.group().key();
            join(member.client(), group, member.uid().key());
        }
        get(presence().enter(member.client(), channel, Integer.MAX_VALUE));
        return from;
    }

    /** Undoes {@link #enter}: a session leaves its own channels when it ends. */
    void exit(Channel channel, String client) throws Exception {
        SessionRecord session = get(presence().session(client)).orElseThrow();
        if (session.isOwn(channel)) {
            get(presence().leave(session.member(), Publication.byGateway("{\"out\":\"" + client + "\"}")));
        } else {
            get(presence().exit(client, channel));
        }
    }

    void leave(String client, String group, String uid) throws Exception {
        get(presence().leave(member(client, group, uid), Publication.byGateway("{\"out\":\"" + client + "\"}")));
    }

    PublishResult publish(Channel channel, String what) throws Exception {
        return get(broker().publish(channel, said(what)));
    }

    List<Long> offsets(Channel channel) {
        return heard.getOrDefault(channel, List.of()).stream()
                .map(Delivery::off)
                .toList();
    }

    Broker.Page read(Channel channel, Position after) throws Exception {
        return get(broker().read(channel, after, 1_000, 1 << 20));
    }

    static List<Long> offsets(Broker.Page page) {
        return page.entries().stream().map(Delivery::off).toList();
    }

    static List<Long> upTo(long first, long last) {
        return IntStream.rangeClosed((int) first, (int) last)
                .mapToObj(i -> (long) i)
                .toList();
    }

    @Test
    void whatManyThreadsPublishIsHeardOnceAndInTheOrderOfTheOffsets() throws Exception {
        enter(ROOM, member("c", "room", "u"));
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> done = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                done.add(threads.submit(() -> {
                    for (int i = 0; i < 250; i++) {
                        broker().publish(ROOM, said("x"));
                    }
                }));
            }
            for (Future<?> one : done) {
                one.get(30, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        Await.until(() -> offsets(ROOM).size() == 2_000);
        assertEquals(upTo(1, 2_000), offsets(ROOM));
    }

    @Test
    void everythingBehindThePositionOfASubscriptionIsHeard() throws Exception {
        publish(ROOM, "before");
        Position from = enter(ROOM, member("c", "room", "u"));
        assertEquals(1, from.off());
        assertEquals(2, publish(ROOM, "after").position().off());
        Await.until(() -> offsets(ROOM).contains(2L));
        exit(ROOM, "c");
        publish(ROOM, "nobody");
        assertEquals(3, enter(ROOM, member("d", "room", "u")).off());
        publish(ROOM, "somebody");
        Await.until(() -> offsets(ROOM).contains(4L));
    }

    @Test
    void aChannelThatIsFollowedIsHeardThoughNobodyIsInIt() throws Exception {
        Channel client = Channel.client("c");
        publish(Channel.group(id("another")), "x");
        advance(Duration.ofMinutes(9));
        Position from = get(broker().follow(client));
        advance(Duration.ofMinutes(2)); // the other one is over, and what begins now has another epoch
        assertEquals(new Position(from.epoch(), 1), publish(client, "x").position());
        Await.until(() -> offsets(client).equals(List.of(1L)));
    }

    @Test
    void deliveredCountsTheSessionsInTheChannelThatAreInTheAudience() throws Exception {
        Channel agent = Channel.agent(id("17"));
        enter(agent, member("a", "3", "17"));
        enter(agent, member("b", "3", "17"));
        enter(agent, member("b", "3", "17"));
        enter(agent, member("c", "4", "17"));
        enter(agent, member("d", "4", "18"));
        Map<Audience, Integer> counts = new HashMap<>();
        counts.put(Audience.EVERYBODY, 4);
        counts.put(Audience.of(id("3")), 2);
        counts.put(Audience.of(id("3")).except("a"), 1);
        counts.put(new Audience(Optional.empty(), Set.of("a", "d", "nobody"), Set.of()), 2);
        counts.put(new Audience(Optional.empty(), Set.of(), Set.of("17")), 1);
        for (var count : counts.entrySet()) {
            Publication publication = Publication.byBackend("{}", count.getKey(), Optional.empty());
            assertEquals(
                    count.getValue(), get(broker().publish(agent, publication)).delivered(), "" + count.getKey());
        }
        assertEquals(0, publish(ROOM, "x").delivered());
    }

    @Test
    void whatOnlyMattersWhereSomebodyHearsItIsDroppedWhereNobodyDoes() throws Exception {
        enter(ROOM, member("c", "room", "u"));
        PublishResult unheard = get(broker().publish(ROOM, Publication.said("{}", Audience.of(id("other")))));
        assertEquals(new PublishResult(0, false, new Position(unheard.position().epoch(), 0)), unheard);
        PublishResult heardNow = get(broker().publish(ROOM, Publication.said("{}", Audience.EVERYBODY)));
        assertEquals(1, heardNow.delivered());
        assertEquals(1, heardNow.position().off(), "what was dropped took no place");
        assertTrue(heardNow.stored());
    }

    @Test
    void anIdPublishesOnceInAChannelForFiveMinutesAndIsAnsweredTheSame() throws Exception {
        enter(ROOM, member("c", "room", "u"));
        PublishResult first = get(broker().publish(ROOM, said("x", "id-1")));
        publish(ROOM, "between");
        enter(ROOM, member("d", "room", "u"));
        assertEquals(first, get(broker().publish(ROOM, said("x", "id-1"))));
        assertEquals(
                1,
                get(broker().publish(Channel.ALL, said("x", "id-1"))).position().off());
        assertEquals(
                3, get(broker().publish(ROOM, said("x", "id-2"))).position().off());
        advance(Duration.ofMinutes(4));
        assertEquals(first, get(broker().publish(ROOM, said("x", "id-1"))));
        advance(Duration.ofMinutes(2));
        assertEquals(
                4, get(broker().publish(ROOM, said("x", "id-1"))).position().off());
    }

    @Test
    void aStreamIsReadInPagesByCountAndBySize() throws Exception {
        Position start = enter(ROOM, member("c", "room", "u"));
        for (int i = 0; i < 10; i++) {
            publish(ROOM, "x".repeat(92)); // 100 bytes each
        }
        assertEquals(upTo(1, 10), offsets(read(ROOM, start)));
        assertEquals(upTo(1, 3), offsets(get(broker().read(ROOM, start, 3, 1 << 20))));
        assertEquals(upTo(1, 2), offsets(get(broker().read(ROOM, start, 100, 299))));
        assertEquals(upTo(1, 3), offsets(get(broker().read(ROOM, start, 100, 300))));
        assertEquals(upTo(1, 1), offsets(get(broker().read(ROOM, start, 100, 1))), "one at least");
        Broker.Page rest = read(ROOM, new Position(start.epoch(), 8));
        assertEquals(List.of(9L, 10L), offsets(rest));
        assertEquals(new Position(start.epoch(), 10), rest.top());
        assertFalse(rest.lost());
        Broker.Page none = read(ROOM, rest.top());
        assertTrue(none.entries().isEmpty() && !none.lost());
    }

    @Test
    void aPositionOfAnotherEpochOrBeyondTheEndIsLost() throws Exception {
        Position start = enter(ROOM, member("c", "room", "u"));
        publish(ROOM, "x");
        for (Position wrong :
                List.of(new Position("another", 0), new Position(start.epoch(), 2), new Position(start.epoch(), -1))) {
            Broker.Page page = read(ROOM, wrong);
            assertTrue(page.lost() && page.entries().isEmpty(), "" + wrong);
        }
        Position beyond = new Position(start.epoch(), 2);
        assertEquals(
                Optional.of(new Position(start.epoch(), 1)), read(ROOM, beyond).lostUpTo(), "its end");
    }

    @Test
    void whoHasAPositionOfAnotherEpochGoesOnBeforeTheFirstEntryThatIsKept() throws Exception {
        Position start = enter(ROOM, member("c", "room", "u"));
        Position old = new Position("another", 7);
        assertEquals(Optional.of(start), read(ROOM, old).lostUpTo());
        publish(ROOM, "x");
        assertEquals(Optional.of(start), read(ROOM, old).lostUpTo());
        for (int i = 2; i <= 105; i++) {
            publish(ROOM, "x");
        }
        assertEquals(
                Optional.of(new Position(start.epoch(), 5)), read(ROOM, old).lostUpTo());
    }

    @Test
    void aStreamKeepsItsLatestEntriesOnly() throws Exception {
        Position start = enter(ROOM, member("c", "room", "u"));
        for (int i = 0; i < 105; i++) {
            publish(ROOM, "x");
        }
        assertEquals(
                Optional.of(new Position(start.epoch(), 105)), read(ROOM, start).lostUpTo());
        assertTrue(read(ROOM, new Position(start.epoch(), 4)).lost());
        assertEquals(upTo(6, 105), offsets(read(ROOM, new Position(start.epoch(), 5))));
    }

    @Test
    void aStreamKeepsItsLatestBytesOnlyAndWhatIsTooBigByItselfIsNotStored() throws Exception {
        Position start = enter(ROOM, member("c", "room", "u"));
        for (int i = 0; i < 10; i++) {
            assertTrue(publish(ROOM, "x".repeat(10_000)).stored());
        }
        assertTrue(read(ROOM, start).lost());
        assertEquals(upTo(5, 10), offsets(read(ROOM, new Position(start.epoch(), 4))));
        PublishResult big = publish(ROOM, "x".repeat(70_000));
        assertFalse(big.stored());
        assertEquals(1, big.delivered(), "it is heard all the same");
        Await.until(() -> offsets(ROOM).equals(upTo(1, 11)));
    }

    @Test
    void allStreamsTogetherKeepTheirLatestBytesTheOldestGoingFirst() throws Exception {
        List<Channel> rooms = List.of(Channel.group(id("1")), Channel.group(id("2")), Channel.group(id("3")));
        Map<Channel, Position> starts = new HashMap<>();
        for (Channel room : rooms) {
            starts.put(room, enter(room, member("c", "room", "u")));
            for (int i = 0; i < 6; i++) {
                publish(room, "x".repeat(10_000));
            }
        }
        Position first = Objects.requireNonNull(starts.get(rooms.get(0)));
        assertTrue(read(rooms.get(0), first).lost(), "the oldest of all is gone");
        assertFalse(read(rooms.get(0), new Position(first.epoch(), 3)).lost());
        for (Channel room : rooms.subList(1, 3)) {
            assertEquals(upTo(1, 6), offsets(read(room, Objects.requireNonNull(starts.get(room)))));
        }
    }

    @Test
    void entriesGoAfterTheRetentionAndEpochAndOffsetStayWhileASessionIsThere() throws Exception {
        Position start = enter(ROOM, member("c", "room", "u"));
        publish(ROOM, "x");
        advance(Duration.ofMinutes(9));
        assertEquals(List.of(1L), offsets(read(ROOM, start)));
        advance(Duration.ofMinutes(2));
        assertTrue(read(ROOM, start).lost());
        PublishResult next = publish(ROOM, "y");
        assertEquals(new Position(start.epoch(), 2), next.position());
    }

    @Test
    void aChannelThatWasForgottenComesBackWithAnotherEpoch() throws Exception {
        Position start = enter(ROOM, member("c", "room", "u"));
        publish(ROOM, "x");
        exit(ROOM, "c");
        advance(Duration.ofMinutes(9));
        assertEquals(start.epoch(), read(ROOM, start).top().epoch(), "as long as anybody may come back it is known");
        advance(Duration.ofMinutes(11));
        Position later = enter(ROOM, member("c", "room", "u"));
        assertNotEquals(start.epoch(), later.epoch());
        assertEquals(0, later.off());
        assertTrue(read(ROOM, new Position(start.epoch(), 1)).lost());
    }
}
