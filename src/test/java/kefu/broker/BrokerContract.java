package kefu.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
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
import kefu.protocol.Json;
import kefu.protocol.Position;
import kefu.protocol.Version;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every broker and its presence promise; the comments of the two interfaces say it in words. */
abstract class BrokerContract {
    static final Channel ROOM = Channel.group(id("room"));

    /** Small bounds, so that they are met. */
    static final Map<String, String> SETTINGS = Map.of(
            "kefu.stream.max-entries", "100",
            "kefu.stream.max-bytes", "64KiB",
            "kefu.stream.total-bytes", "160KiB",
            "kefu.stream.retention", "10m");

    final Map<Channel, List<Delivery>> heard = new ConcurrentHashMap<>();
    final List<Presence.Change> changes = new CopyOnWriteArrayList<>();

    /** The broker under test; fresh for each test, with {@link #SETTINGS}. */
    abstract Broker broker();

    abstract Presence presence();

    /** Lets time pass, and what it ends be ended. */
    abstract void advance(Duration by);

    @BeforeEach
    void listen() {
        broker().listen(delivery -> heard.computeIfAbsent(delivery.channel(), key -> new CopyOnWriteArrayList<>())
                .add(delivery));
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
        return get(presence().join(member(client, group, uid), Publication.byGateway("{\"in\":\"" + client + "\"}")));
    }

    void leave(String client, String group, String uid) throws Exception {
        get(presence().leave(member(client, group, uid), Publication.byGateway("{\"out\":\"" + client + "\"}")));
    }

    Published publish(Channel channel, String what) throws Exception {
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
        get(broker().subscribe(ROOM, member("c", "room", "u")));
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
        Position from = get(broker().subscribe(ROOM, member("c", "room", "u")));
        assertEquals(1, from.off());
        assertEquals(2, publish(ROOM, "after").position().off());
        Await.until(() -> offsets(ROOM).equals(List.of(2L)));
        broker().unsubscribe(ROOM, "c");
        publish(ROOM, "nobody");
        get(broker().subscribe(ROOM, member("d", "room", "u")));
        publish(ROOM, "somebody");
        Await.until(() -> offsets(ROOM).equals(List.of(2L, 4L)));
    }

    @Test
    void deliveredCountsTheSessionsInTheChannelThatAreInTheAudience() throws Exception {
        Channel agent = Channel.agent(id("17"));
        get(broker().subscribe(agent, member("a", "3", "17")));
        get(broker().subscribe(agent, member("b", "3", "17")));
        get(broker().subscribe(agent, member("b", "3", "17")));
        get(broker().subscribe(agent, member("c", "4", "17")));
        get(broker().subscribe(agent, member("d", "4", "18")));
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
        get(broker().subscribe(ROOM, member("c", "room", "u")));
        Published unheard = get(broker().publish(ROOM, Publication.said("{}", Audience.of(id("other")))));
        assertEquals(new Published(0, false, new Position(unheard.position().epoch(), 0)), unheard);
        Published heardNow = get(broker().publish(ROOM, Publication.said("{}", Audience.EVERYBODY)));
        assertEquals(1, heardNow.delivered());
        assertEquals(1, heardNow.position().off(), "what was dropped took no place");
        assertTrue(heardNow.stored());
    }

    @Test
    void anIdPublishesOnceInAChannelForFiveMinutesAndIsAnsweredTheSame() throws Exception {
        get(broker().subscribe(ROOM, member("c", "room", "u")));
        Published first = get(broker().publish(ROOM, said("x", "id-1")));
        publish(ROOM, "between");
        get(broker().subscribe(ROOM, member("d", "room", "u")));
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
        Position start = get(broker().subscribe(ROOM, member("c", "room", "u")));
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
        Position start = get(broker().subscribe(ROOM, member("c", "room", "u")));
        publish(ROOM, "x");
        for (Position wrong :
                List.of(new Position("another", 0), new Position(start.epoch(), 2), new Position(start.epoch(), -1))) {
            Broker.Page page = read(ROOM, wrong);
            assertTrue(page.lost() && page.entries().isEmpty(), "" + wrong);
        }
    }

    @Test
    void aStreamKeepsItsLatestEntriesOnly() throws Exception {
        Position start = get(broker().subscribe(ROOM, member("c", "room", "u")));
        for (int i = 0; i < 105; i++) {
            publish(ROOM, "x");
        }
        assertTrue(read(ROOM, start).lost());
        assertTrue(read(ROOM, new Position(start.epoch(), 4)).lost());
        assertEquals(upTo(6, 105), offsets(read(ROOM, new Position(start.epoch(), 5))));
    }

    @Test
    void aStreamKeepsItsLatestBytesOnlyAndWhatIsTooBigByItselfIsNotStored() throws Exception {
        Position start = get(broker().subscribe(ROOM, member("c", "room", "u")));
        for (int i = 0; i < 10; i++) {
            assertTrue(publish(ROOM, "x".repeat(10_000)).stored());
        }
        assertTrue(read(ROOM, start).lost());
        assertEquals(upTo(5, 10), offsets(read(ROOM, new Position(start.epoch(), 4))));
        Published big = publish(ROOM, "x".repeat(70_000));
        assertFalse(big.stored());
        assertEquals(1, big.delivered(), "it is heard all the same");
        Await.until(() -> offsets(ROOM).equals(upTo(1, 11)));
    }

    @Test
    void allStreamsTogetherKeepTheirLatestBytesTheOldestGoingFirst() throws Exception {
        List<Channel> rooms = List.of(Channel.group(id("1")), Channel.group(id("2")), Channel.group(id("3")));
        Map<Channel, Position> starts = new HashMap<>();
        for (Channel room : rooms) {
            starts.put(room, get(broker().subscribe(room, member("c", "room", "u"))));
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
        Position start = get(broker().subscribe(ROOM, member("c", "room", "u")));
        publish(ROOM, "x");
        advance(Duration.ofMinutes(9));
        assertEquals(List.of(1L), offsets(read(ROOM, start)));
        advance(Duration.ofMinutes(2));
        assertTrue(read(ROOM, start).lost());
        Published next = publish(ROOM, "y");
        assertEquals(new Position(start.epoch(), 2), next.position());
    }

    @Test
    void aChannelThatWasForgottenComesBackWithAnotherEpoch() throws Exception {
        Position start = get(broker().subscribe(ROOM, member("c", "room", "u")));
        publish(ROOM, "x");
        broker().unsubscribe(ROOM, "c");
        advance(Duration.ofMinutes(9));
        assertEquals(start.epoch(), read(ROOM, start).top().epoch(), "as long as anybody may come back it is known");
        advance(Duration.ofMinutes(11));
        Position later = get(broker().subscribe(ROOM, member("c", "room", "u")));
        assertNotEquals(start.epoch(), later.epoch());
        assertEquals(0, later.off());
        assertTrue(read(ROOM, new Position(start.epoch(), 1)).lost());
    }

    @Test
    void whoLeftAnUnusedChannelMissesNothingThatIsSaidThereLater() throws Exception {
        Channel agent = Channel.agent(id("17"));
        Position start = get(broker().subscribe(agent, member("c", "room", "17")));
        broker().unsubscribe(agent, "c");
        Published offline = publish(agent, "missed");
        assertEquals(0, offline.delivered());
        assertTrue(offline.stored());
        assertEquals(List.of(1L), offsets(read(agent, start)));
    }

    @Test
    void aListenerThatFailsDoesNotSilenceTheChannel() throws Exception {
        List<Long> reached = new CopyOnWriteArrayList<>();
        broker().listen(delivery -> {
            reached.add(delivery.off());
            if (delivery.off() == 1) {
                throw new IllegalStateException("a fault of ours");
            }
        });
        get(broker().subscribe(ROOM, member("c", "room", "u")));
        publish(ROOM, "x");
        publish(ROOM, "y");
        Await.until(() -> reached.equals(List.of(1L, 2L)));
    }

    @Test
    void aJoinListsEverybodyInTheOrderOfJoiningAndIsPublished() throws Exception {
        assertEquals(List.of("a"), clients(join("a", "room", "1")));
        assertEquals(List.of("a", "b"), clients(join("b", "room", "2")));
        Presence.Joined again = join("a", "room", "1");
        assertEquals(List.of("a", "b"), clients(again), "who joins again keeps the place");
        assertEquals(3, again.position().off());
        leave("a", "room", "1");
        leave("a", "room", "1");
        leave("nobody", "room", "1");
        leave("a", "elsewhere", "1");
        assertEquals(List.of("b", "a"), clients(join("a", "room", "1")));
        Await.until(() -> heard.getOrDefault(ROOM, List.of()).stream()
                .map(delivery -> delivery.publication().payload())
                .toList()
                .equals(List.of(
                        "{\"in\":\"a\"}", "{\"in\":\"b\"}", "{\"in\":\"a\"}", "{\"out\":\"a\"}", "{\"in\":\"a\"}")));
    }

    @Test
    void whoOnlyListensIsNotListedAndTakesThePlaceOfTheJoin() throws Exception {
        get(broker().subscribe(ROOM, member("listener", "other", "9")));
        assertEquals(List.of("a"), clients(join("a", "room", "1")));
        assertEquals(2, get(presence().count(ROOM)));
        assertEquals(1, get(presence().agentsIn(id("room"))).size());
        assertEquals(List.of("a", "listener"), clients(join("listener", "room", "9")));
        broker().unsubscribe(ROOM, "listener");
        assertEquals(2, get(presence().count(ROOM)), "who is listed goes by leaving only");
    }

    static List<String> clients(Presence.Joined joined) {
        return joined.listed().stream().map(Member::client).toList();
    }

    @Test
    void ofAnyNumberOfSimultaneousJoinsAndLeavesEachHearsOfEachOtherOnce() throws Exception {
        int threads = 8;
        Map<String, Presence.Joined> joins = new ConcurrentHashMap<>();
        joins.put("observer", join("observer", "room", "observer")); // so that there is always somebody to hear
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        List<Future<?>> done = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int thread = t;
            done.add(pool.submit(() -> {
                Random random = new Random(thread);
                List<String> mine = new ArrayList<>();
                for (int i = 0; i < 300; i++) {
                    if (mine.isEmpty() || random.nextInt(3) > 0) {
                        String client = thread + "-" + i;
                        joins.put(client, join(client, "room", client));
                        mine.add(client);
                    } else {
                        String client = mine.remove(random.nextInt(mine.size()));
                        leave(client, "room", client);
                    }
                }
                return null;
            }));
        }
        for (Future<?> one : done) {
            one.get(60, TimeUnit.SECONDS);
        }
        pool.shutdownNow();
        long last = publish(ROOM, "end").position().off();
        Await.until(() -> offsets(ROOM).size() == last);
        Set<String> there = new HashSet<>();
        Map<Long, Set<String>> listedAt = new HashMap<>();
        for (Delivery delivery : heard.getOrDefault(ROOM, List.of())) {
            JsonObject push =
                    Json.parse(delivery.publication().payload()).orElseThrow().asJsonObject();
            if (push.containsKey("in")) {
                assertTrue(there.add(push.getString("in")), "nobody comes twice");
                listedAt.put(delivery.off(), Set.copyOf(there));
            } else if (push.containsKey("out")) {
                assertTrue(there.remove(push.getString("out")), "nobody goes twice");
            }
        }
        assertEquals(upTo(1, last), offsets(ROOM));
        joins.forEach((client, joined) -> assertEquals(
                listedAt.get(joined.position().off()),
                new HashSet<>(clients(joined)),
                "the list is the group at the join's place in the stream"));
    }

    @Test
    void onlyAnAgentsFirstAndLastSessionAreAChangeAndVersionsRise() throws Exception {
        join("a", "room", "1");
        join("b", "room", "1");
        join("c", "room", "2");
        join("d", "other", "1");
        leave("a", "room", "1");
        leave("b", "room", "1");
        join("e", "room", "1");
        join("e", "room", "1");
        Await.until(() -> changes.size() == 5);
        List<String> room = changes.stream()
                .filter(change -> change.group().equals(id("room")))
                .map(change -> change.uid() + " " + change.online())
                .toList();
        assertEquals(List.of("1 true", "2 true", "1 false", "1 true"), room);
        List<Long> versions = changes.stream()
                .filter(change ->
                        change.group().equals(id("room")) && change.uid().equals(id("1")))
                .map(Presence.Change::version)
                .toList();
        assertEquals(versions.stream().sorted().distinct().toList(), versions);
        assertEquals(
                List.of(versions.get(2)),
                get(presence().agentsIn(id("room"))).stream()
                        .filter(agent -> agent.uid().equals(id("1")))
                        .map(Presence.Agent::version)
                        .toList());
    }

    @Test
    void lookUpsGoPageByPage() throws Exception {
        for (int i = 0; i < 25; i++) {
            String client = String.format("c%02d", i);
            join(client, "g" + i % 5, "u" + i % 7);
            get(broker().subscribe(Channel.client(client), member(client, "g" + i % 5, "u" + i % 7)));
            get(broker().subscribe(Channel.agent(id("u" + i % 7)), member(client, "g" + i % 5, "u" + i % 7)));
            get(broker().subscribe(Channel.ALL, member(client, "g" + i % 5, "u" + i % 7)));
        }
        List<String> all = new ArrayList<>();
        Optional<String> cursor = Optional.of("");
        for (int pages = 0; cursor.isPresent(); pages++) {
            Presence.Page<Member> page = get(presence().sessions(Channel.ALL, cursor.get(), 10));
            page.items().forEach(member -> all.add(member.client()));
            cursor = page.next();
            assertTrue(pages < 3);
        }
        assertEquals(
                IntStream.range(0, 25).mapToObj(i -> String.format("c%02d", i)).toList(), all);
        assertEquals(
                List.of("g0", "g1", "g2", "g3"),
                get(presence().groups("", 4)).items().stream().map(Channel::key).toList());
        assertEquals(
                new Presence.Page<>(List.of(Channel.group(id("g4"))), Optional.empty()),
                get(presence().groups("g3", 4)));
        assertEquals(7, get(presence().agents("", 100)).items().size());
        assertEquals(5, get(presence().count(Channel.group(id("g0")))));
        assertEquals("u3", get(presence().session("c03")).orElseThrow().uid().key());
        assertTrue(get(presence().session("nobody")).isEmpty());
        assertEquals(0, get(presence().count(Channel.group(id("nobody")))));
        assertEquals(List.of(), get(presence().agentsIn(id("nobody"))));
    }

    @Test
    void dataIsKeptWithASessionAndGoesWithIt() throws Exception {
        get(broker().subscribe(Channel.client("c"), member("c", "room", "u")));
        join("c", "room", "u");
        assertEquals(Optional.of(object("{}")), get(presence().data("c")));
        get(presence().setData("c", object("{\"a\":1,\"b\":{\"c\":2,\"d\":3}}")));
        assertEquals(
                Optional.of(object("{\"a\":1,\"b\":{\"d\":3},\"e\":4}")),
                get(presence().mergeData("c", object("{\"b\":{\"c\":null},\"e\":4}"))));
        assertEquals(Optional.of(object("{\"x\":1}")), get(presence().setData("c", object("{\"x\":1}"))));
        leave("c", "room", "u");
        broker().unsubscribe(Channel.client("c"), "c");
        assertTrue(get(presence().data("c")).isEmpty());
        assertTrue(get(presence().setData("nobody", object("{}"))).isEmpty());
        get(broker().subscribe(Channel.client("c"), member("c", "room", "u")));
        join("c", "room", "u");
        assertEquals(Optional.of(object("{}")), get(presence().data("c")));
    }

    static JsonObject object(String text) {
        return Json.parse(text).orElseThrow().asJsonObject();
    }

    @Test
    void noGroupMeetsAnAgentsAClientsOrEverybodysChannel() throws Exception {
        String longest = "字".repeat(128);
        get(broker().subscribe(Channel.agent(id("17")), member("a", "3", "17")));
        get(broker().subscribe(Channel.client("c"), member("c", "3", "17")));
        get(broker().subscribe(Channel.ALL, member("a", "3", "17")));
        get(broker().subscribe(Channel.group(id(longest)), member("l", longest, "17")));
        for (String group :
                List.of("u:17", "c:c", "all", "17", "c", "g:" + longest.substring(2), longest.substring(1))) {
            assertEquals(0, publish(Channel.group(id(group)), "x").delivered(), group);
        }
        assertEquals(1, publish(Channel.group(id(longest)), "x").delivered());
        assertEquals(Channel.group(Id.of(Json.parse("41").orElseThrow()).orElseThrow()), Channel.group(id("41")));
    }
}
