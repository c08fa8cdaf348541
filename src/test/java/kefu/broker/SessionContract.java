package kefu.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import kefu.Await;
import kefu.protocol.Channel;
import kefu.protocol.Version;
import org.junit.jupiter.api.Test;

/** What every presence promises about the record of a session. */
abstract class SessionContract extends PresenceContract {
    static final Channel OTHER = Channel.group(id("other"));
    private static final String HASH = "hash of a";

    SessionRecord session(String client) throws Exception {
        return get(presence().session(client)).orElseThrow();
    }

    Optional<SessionRecord> resume(long attempt) throws Exception {
        return get(presence().resume(id("room"), HASH, attempt, "another node"));
    }

    private boolean expire() throws Exception {
        return get(presence().expire(member("a", "room", "1"), Publication.byGateway("{\"out\":\"a\"}")));
    }

    void detach() throws Exception {
        get(presence().detach(session("a").member().detached(), GRACE));
    }

    List<String> said() {
        return heard.getOrDefault(ROOM, List.of()).stream()
                .map(delivery -> delivery.publication().payload())
                .toList();
    }

    @Test
    void aTicketFindsItsSessionInItsGroupAsLongAsItIsThere() throws Exception {
        join("a", "room", "1");
        assertEquals(Optional.of(session("a")), get(presence().find(id("room"), HASH)));
        assertTrue(get(presence().find(id("other"), HASH)).isEmpty());
        assertTrue(get(presence().resume(id("other"), HASH, 1, "node")).isEmpty());
        assertTrue(get(presence().find(id("room"), "another")).isEmpty());
        leave("a", "room", "1");
        assertTrue(get(presence().find(id("room"), HASH)).isEmpty());
        assertTrue(resume(1).isEmpty());
    }

    @Test
    void aResumeGivesTheSessionToItsConnectionAndNobodyHearsOfIt() throws Exception {
        join("a", "room", "1");
        get(presence().setData("a", object("{\"x\":1}")));
        get(presence().enter("a", OTHER, 10));
        detach();
        Member before = session("a").member();
        SessionRecord resumed = resume(0).orElseThrow();
        assertEquals(resumed, session("a"));
        assertTrue(resumed.member().isConnected());
        assertTrue(resumed.member().isNewerThan(before));
        assertEquals("another node", resumed.member().node());
        assertEquals(Set.of(OTHER), resumed.joined());
        assertEquals(object("{\"x\":1}"), resumed.data());
        assertEquals(1, publish(OTHER, "x").delivered(), "it has a connection in all its channels");
        assertEquals(1, publish(Channel.ALL, "x").delivered());
        assertEquals(List.of("{\"in\":\"a\"}"), said());
    }

    @Test
    void anAttemptThatIsNotAboveTheLastChangesNothing() throws Exception {
        join("a", "room", "1");
        assertTrue(resume(5).isPresent());
        SessionRecord now = session("a");
        assertTrue(resume(5).isEmpty());
        assertTrue(resume(4).isEmpty());
        assertEquals(now, session("a"));
        assertEquals(6, resume(6).orElseThrow().attempt());
    }

    @Test
    void ofManyAttemptsAtOnceTheHighestHasTheSession() throws Exception {
        join("a", "room", "1");
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 200; round++) {
                CyclicBarrier together = new CyclicBarrier(4);
                List<Future<Optional<SessionRecord>>> resumes = new ArrayList<>();
                for (int t = 0; t < 4; t++) {
                    long attempt = round * 4L + t;
                    resumes.add(threads.submit(() -> {
                        together.await();
                        return resume(attempt);
                    }));
                }
                List<Member> given = new ArrayList<>();
                for (Future<Optional<SessionRecord>> one : resumes) {
                    one.get(10, TimeUnit.SECONDS).ifPresent(session -> given.add(session.member()));
                }
                assertEquals(round * 4L + 3, session("a").attempt());
                for (int i = 1; i < given.size(); i++) {
                    assertTrue(given.get(i).isNewerThan(given.get(i - 1)));
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aSessionExpiresOnceItsGraceHasEnded() throws Exception {
        join("a", "room", "1");
        join("b", "room", "2");
        assertFalse(expire(), "it has a connection");
        detach();
        advance(GRACE.minusMillis(1));
        assertEquals(List.of(), get(presence().due()));
        assertFalse(expire());
        advance(Duration.ofMillis(1));
        assertEquals(
                List.of("a"), get(presence().due()).stream().map(Member::client).toList());
        assertTrue(expire());
        assertFalse(expire());
        assertEquals(List.of(), get(presence().due()));
        assertEquals(List.of("b"), clients(get(presence().list(id("room"), "b")).orElseThrow()));
        assertTrue(get(presence().session("a")).isEmpty());
        assertEquals(1, get(presence().count(Channel.ALL)));
        Await.until(() -> said().equals(List.of("{\"in\":\"a\"}", "{\"in\":\"b\"}", "{\"out\":\"a\"}")));
        Await.until(() -> !changes.get(changes.size() - 1).online());
    }

    @Test
    void whoResumesOrLeavesIsNotDue() throws Exception {
        join("a", "room", "1");
        detach();
        advance(GRACE);
        assertTrue(resume(1).isPresent(), "nobody was quicker");
        assertFalse(expire());
        assertEquals(List.of(), get(presence().due()));
        detach();
        advance(GRACE.minusMillis(1));
        assertEquals(List.of(), get(presence().due()), "the grace begins anew");
        leave("a", "room", "1");
        advance(GRACE);
        assertEquals(List.of(), get(presence().due()));
    }

    @Test
    void ofAResumeAndTheEndOfTheGraceExactlyOneSucceeds() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 500; round++) {
                join("a", "room", "1");
                detach();
                advance(GRACE);
                CyclicBarrier together = new CyclicBarrier(2);
                Future<Boolean> expired = threads.submit(() -> {
                    together.await();
                    return expire();
                });
                together.await();
                assertEquals(resume(1).isEmpty(), expired.get(10, TimeUnit.SECONDS));
                leave("a", "room", "1");
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void whoLogsInAgainKeepsTicketChannelsAndData() throws Exception {
        join("a", "room", "1");
        get(presence().setData("a", object("{\"x\":1}")));
        get(presence().enter("a", OTHER, 10));
        resume(3);
        Member login = new Member("a", id("room"), id("1"), "new name", Version.V2, "node", 2);
        Member renewed = session("a").member().renewed(login);
        Presence.Joined joined = get(presence().join(SessionRecord.of(renewed, "other"), Publication.byGateway("{}")));
        assertEquals(new SessionRecord(renewed, HASH, 3, Set.of(OTHER), object("{\"x\":1}"), 1), joined.session());
        for (Channel channel : joined.session().channels()) {
            List<Member> members = get(presence().sessions(channel, "", 10)).items();
            assertEquals(List.of("new name"), members.stream().map(Member::name).toList(), channel.name());
        }
    }

    @Test
    void aSessionIsInTheChannelsThatItsRecordSays() throws Exception {
        join("a", "room", "1");
        SessionRecord entered =
                get(presence().enter("a", OTHER, 1)).orElseThrow().session();
        assertEquals(Set.of(OTHER), entered.joined());
        assertTrue(get(presence().enter("a", OTHER, 1)).orElseThrow().done(), "it is in it already");
        Presence.Changed full =
                get(presence().enter("a", Channel.agent(id("9")), 1)).orElseThrow();
        assertEquals(new Presence.Changed(entered, false), full);
        assertEquals(1, publish(OTHER, "x").delivered());
        SessionRecord left = get(presence().exit("a", OTHER)).orElseThrow().session();
        assertEquals(Set.of(), left.joined());
        assertTrue(left.revision() > entered.revision());
        assertEquals(0, publish(OTHER, "x").delivered());
        assertFalse(get(presence().exit("a", OTHER)).orElseThrow().done());
        assertTrue(get(presence().enter("nobody", OTHER, 1)).isEmpty());
        assertTrue(get(presence().exit("nobody", OTHER)).isEmpty());
        get(presence().enter("a", OTHER, 1));
        leave("a", "room", "1");
        assertEquals(0, get(presence().count(OTHER)));
        assertEquals(0, get(presence().count(Channel.ALL)));
    }

    @Test
    void whateverMeetsAtOnceASessionIsInTheEndWhereItsRecordSays() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            for (int round = 0; round < 500; round++) {
                join("a", "room", "1");
                boolean leaves = round % 2 == 1;
                CyclicBarrier together = new CyclicBarrier(3);
                List<Future<?>> acting = new ArrayList<>();
                for (int t = 0; t < 3; t++) {
                    int thread = t;
                    acting.add(threads.submit(() -> {
                        together.await();
                        if (leaves && thread == 2) {
                            leave("a", "room", "1");
                        }
                        for (int i = 0; i < 3; i++) {
                            get(
                                    (thread + i) % 2 == 0
                                            ? presence().enter("a", OTHER, 10)
                                            : presence().exit("a", OTHER));
                        }
                        return null;
                    }));
                }
                for (Future<?> one : acting) {
                    one.get(10, TimeUnit.SECONDS);
                }
                boolean in = get(presence().session("a"))
                        .map(session -> session.joined().contains(OTHER))
                        .orElse(false);
                assertEquals(in ? 1 : 0, get(presence().count(OTHER)), "round " + round);
                leave("a", "room", "1");
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aLoginOfV1TakesBackOneSessionOfTheSameAgentAndNameTheOneThatJoinedFirst() throws Exception {
        for (String client : List.of("a", "b", "c")) {
            join(v1(client, "n"));
        }
        join("v2", "room", "1");
        for (String client : List.of("c", "b")) {
            get(presence().detach(v1(client, "n").detached(), GRACE));
        }
        get(presence().detach(member("v2", "room", "1").detached(), GRACE));
        assertEquals(Optional.empty(), get(presence().takeBack(v1("x", "another"))));
        SessionRecord back = get(presence().takeBack(v1("x", "n"))).orElseThrow();
        assertEquals("b", back.member().client());
        assertTrue(back.member().isConnected());
        assertEquals(
                "c",
                get(presence().takeBack(v1("y", "n"))).orElseThrow().member().client());
        assertEquals(Optional.empty(), get(presence().takeBack(v1("z", "n"))));
        assertEquals(
                List.of("a", "b", "c", "v2"),
                clients(get(presence().list(id("room"), "b")).orElseThrow()));
        assertFalse(get(presence().expire(back.member(), Publication.byGateway("{}"))));
    }

    static Member v1(String client, String name) {
        return new Member(client, id("room"), id("1"), name, Version.V1, "node", 1);
    }
}
