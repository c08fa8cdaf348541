package kefu.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import kefu.Await;
import kefu.protocol.Channel;
import kefu.protocol.Id;
import kefu.protocol.Json;
import org.junit.jupiter.api.Test;

/** What every presence promises. Its broker keeps its own contract. */
abstract class PresenceContract extends BrokerContract {
    static final Duration GRACE = Duration.ofSeconds(30);

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
    void whoOnlyListensIsNotListed() throws Exception {
        enter(ROOM, member("listener", "other", "9"));
        assertEquals(List.of("a"), clients(join("a", "room", "1")));
        assertEquals(2, get(presence().count(ROOM)));
        assertEquals(1, get(presence().agentCount(id("room"))));
        exit(ROOM, "listener");
        assertEquals(1, get(presence().count(ROOM)));
        assertFalse(get(presence().exit("a", ROOM)).orElseThrow().done(), "who is listed goes by leaving only");
        assertTrue(get(presence().enter("a", ROOM, 0)).orElseThrow().done());
        assertEquals(1, get(presence().count(ROOM)));
    }

    static List<String> clients(Presence.Joined joined) {
        return joined.listed().stream().map(Member::client).toList();
    }

    @Test
    void aSessionWithoutALineKeepsItsPlaceAndNothingIsDeliveredToItButKept() throws Exception {
        Member a = member("a", "room", "1");
        join("a", "room", "1");
        join("b", "room", "2");
        assertEquals(2, publish(ROOM, "both").delivered());
        get(presence().detach(a.detached(), GRACE));
        Presence.Joined detached = get(presence().list(id("room"), "b")).orElseThrow();
        assertEquals(List.of("a", "b"), clients(detached));
        assertEquals(3, detached.position().off(), "nobody is told");
        PublishResult kept = publish(ROOM, "one");
        assertEquals(1, kept.delivered());
        assertTrue(kept.stored());
        assertEquals(2, get(presence().count(ROOM)));
        assertTrue(get(presence().resume(id("room"), "hash of a", 1, "node")).isPresent());
        assertEquals(2, publish(ROOM, "both again").delivered());
        assertEquals(Optional.empty(), get(presence().list(id("room"), "nobody")));
        assertEquals(2, get(presence().count(ROOM)));
    }

    @Test
    void ofTwoThatSayHowASessionIsTheNewerHoldsWhicheverComesFirst() throws Exception {
        Member joined = member("a", "room", "1");
        Member back = joined.resumedOn("node");
        join("a", "room", "1");
        get(presence().update(back));
        get(presence().detach(joined.detached(), GRACE));
        assertEquals(1, publish(ROOM, "here").delivered());
        assertEquals(1, publish(Channel.ALL, "here").delivered());
        get(presence().detach(back.detached(), GRACE));
        get(presence().update(back));
        join(back);
        assertEquals(
                0, publish(Channel.ALL, "it has lost that connection already").delivered());
    }

    @Test
    void whatIsSaidOnlyWhereSomebodyHearsItIsKeptForWhoMayComeBack() throws Exception {
        Member a = member("a", "room", "1");
        join("a", "room", "1");
        get(presence().detach(a.detached(), GRACE));
        PublishResult kept = get(broker().publish(ROOM, Publication.said("{}", Audience.EVERYBODY)));
        assertEquals(0, kept.delivered());
        assertTrue(kept.stored());
        leave("a", "room", "1");
        assertFalse(get(broker().publish(ROOM, Publication.said("{}", Audience.EVERYBODY)))
                .stored());
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
                for (int i = 0; i < rounds(300); i++) {
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
                get(presence().agentIn(id("room"), id("1"))).stream()
                        .map(Presence.Agent::version)
                        .toList());
    }

    @Test
    void lookUpsGoPageByPage() throws Exception {
        for (int i = 0; i < 25; i++) {
            String client = String.format("c%02d", i);
            join(client, "g" + i % 5, "u" + i % 7);
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
        assertEquals(
                "u3",
                get(presence().session("c03")).orElseThrow().member().uid().key());
        assertTrue(get(presence().session("nobody")).isEmpty());
        assertEquals(0, get(presence().count(Channel.group(id("nobody")))));
        assertEquals(5, get(presence().groupCount()));
        assertEquals(7, get(presence().agentCount()));
        assertEquals(
                new Presence.Page<>(List.of(), Optional.empty()), get(presence().agentsIn(id("nobody"), "", 10)));
        assertEquals(0, get(presence().agentCount(id("nobody"))));
        assertTrue(get(presence().agentIn(id("nobody"), id("u3"))).isEmpty());
    }

    @Test
    void theAgentsOfAGroupComePageByPage() throws Exception {
        for (String uid : List.of("3", "1", "2", "1")) {
            join("c" + get(presence().count(ROOM)), "room", uid);
        }
        Presence.Page<Presence.Agent> first = get(presence().agentsIn(id("room"), "", 2));
        assertEquals(
                List.of("1", "2"),
                first.items().stream().map(a -> a.uid().key()).toList());
        assertEquals(2, first.items().get(0).sessions());
        Presence.Page<Presence.Agent> second =
                get(presence().agentsIn(id("room"), first.next().orElseThrow(), 2));
        assertEquals(
                List.of("3"), second.items().stream().map(a -> a.uid().key()).toList());
        assertTrue(second.next().isEmpty());
        assertEquals(3, get(presence().agentCount(id("room"))));
        assertEquals(Optional.of(second.items().get(0)), get(presence().agentIn(id("room"), id("3"))));
        assertTrue(get(presence().agentIn(id("room"), id("4"))).isEmpty());
        leave("c0", "room", "3");
        assertTrue(get(presence().agentIn(id("room"), id("3"))).isEmpty());
    }

    @Test
    void whoIsDetachedKeepsItsPlaceAndNobodyHearsOfIt() throws Exception {
        join("a", "room", "1");
        join("b", "room", "2");
        get(presence().detach(member("a", "room", "1").detached(), GRACE));
        get(presence().detach(member("nobody", "room", "3").detached(), GRACE));
        assertEquals(
                List.of(false, true),
                get(presence().sessions(ROOM, "", 10)).items().stream()
                        .map(Member::isConnected)
                        .toList());
        assertTrue(get(presence().resume(id("room"), "hash of a", 1, "node")).isPresent());
        Presence.Joined again = get(presence().list(id("room"), "a")).orElseThrow();
        assertEquals(List.of("a", "b"), clients(again));
        assertEquals(2, again.position().off());
    }

    @Test
    void aGroupOrAgentIsInTheListsAsLongAsItHasASession() throws Exception {
        Channel agent = Channel.agent(id("1"));
        join("a", "room", "1");
        publish(Channel.group(id("empty")), "x");
        assertEquals(List.of(ROOM), get(presence().groups("", 10)).items());
        assertEquals(List.of(agent), get(presence().agents("", 10)).items());
        leave("a", "room", "1");
        assertEquals(List.of(), get(presence().groups("", 10)).items());
        assertEquals(0, get(presence().agentCount()));
        join("a", "room", "1");
        assertEquals(1, get(presence().groupCount()));
    }

    @Test
    void dataIsKeptWithASessionAndGoesWithIt() throws Exception {
        join("c", "room", "u");
        assertEquals(object("{}"), data("c"));
        get(presence().setData("c", object("{\"a\":1,\"b\":{\"c\":2,\"d\":3}}")));
        assertEquals(
                Optional.of(new Presence.Merged(object("{\"a\":1,\"b\":{\"d\":3},\"e\":4}"), true)),
                get(presence().mergeData("c", object("{\"b\":{\"c\":null},\"e\":4}"), 100)));
        assertEquals(Optional.of(object("{\"x\":1}")), get(presence().setData("c", object("{\"x\":1}"))));
        leave("c", "room", "u");
        assertTrue(get(presence().session("c")).isEmpty());
        assertTrue(get(presence().setData("nobody", object("{}"))).isEmpty());
        join("c", "room", "u");
        assertEquals(object("{}"), data("c"));
    }

    @Test
    void ofManyMergesAtOnceAsManyHoldAsThereIsRoomFor() throws Exception {
        join("c", "room", "u");
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Presence.Merged>> merging = new ArrayList<>();
            for (int i = 100; i < 300; i++) {
                JsonObject patch = object("{\"k" + i + "\":1}"); // 8 bytes more, and braces around all of them
                merging.add(threads.submit(
                        () -> get(presence().mergeData("c", patch, 50 * 9 + 1)).orElseThrow()));
            }
            int held = 0;
            for (Future<Presence.Merged> one : merging) {
                held += one.get(30, TimeUnit.SECONDS).fits() ? 1 : 0;
            }
            assertEquals(50, held);
            assertEquals(50, data("c").size());
        } finally {
            threads.shutdownNow();
        }
    }

    private JsonObject data(String client) throws Exception {
        return get(presence().session(client)).orElseThrow().data();
    }

    static JsonObject object(String text) {
        return Json.parse(text).orElseThrow().asJsonObject();
    }

    @Test
    void noGroupMeetsAnAgentsAClientsOrEverybodysChannel() throws Exception {
        String longest = "字".repeat(128);
        enter(Channel.agent(id("17")), member("a", "3", "17"));
        enter(Channel.client("c"), member("c", "3", "17"));
        enter(Channel.ALL, member("a", "3", "17"));
        enter(Channel.group(id(longest)), member("l", longest, "17"));
        for (String group :
                List.of("u:17", "c:c", "all", "17", "c", "g:" + longest.substring(2), longest.substring(1))) {
            assertEquals(0, publish(Channel.group(id(group)), "x").delivered(), group);
        }
        assertEquals(1, publish(Channel.group(id(longest)), "x").delivered());
        assertEquals(Channel.group(Id.of(Json.parse("41").orElseThrow()).orElseThrow()), Channel.group(id("41")));
    }
}
