package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import kefu.Await;
import kefu.broker.SessionRecord;
import kefu.connection.FakeWire;
import kefu.desk.Desk;
import kefu.gateway.SessionCommands.Outcome;
import kefu.protocol.Channel;
import kefu.protocol.CloseCode;
import kefu.protocol.Version;
import org.junit.jupiter.api.Test;

/** A session that has no connection and no object in its gateway: it has begun in another one. */
class AdoptedSessionTest extends V2Testbed {
    private static final Duration GRACE = Duration.ofMinutes(10);
    private static final Channel OTHER = group("h");

    private TestGateway gateway(Map<String, String> settings) {
        TestGateway gateway = new TestGateway(settings, own -> new Desk(own.broker, Clock.systemUTC()));
        gateways.add(gateway);
        return gateway;
    }

    private TestGateway next(TestGateway before, Map<String, String> settings, Duration grace) {
        TestGateway next = gateway(settings);
        next.goOnWith(before, grace);
        return next;
    }

    private TestGateway next(TestGateway before) {
        return next(before, Map.of(), GRACE);
    }

    private static Optional<SessionRecord> record(TestGateway gateway, String client) {
        return gateway.presence.session(client).toCompletableFuture().join();
    }

    private static int count(TestGateway gateway, Channel channel) {
        return gateway.presence.count(channel).toCompletableFuture().join();
    }

    private static JsonObject answer(TestGateway.Client client) {
        return frames(client).stream()
                .filter(frame -> frame.getString("method", "").equals("resume"))
                .findFirst()
                .orElseThrow();
    }

    private static String methods(TestGateway.Client client) {
        List<String> methods = frames(client).stream()
                .filter(frame -> frame.containsKey("push"))
                .map(frame -> frame.getJsonObject("push").getString("method", ""))
                .filter(method -> !method.isEmpty())
                .toList();
        return String.join(" ", methods);
    }

    @Test
    void itIsResumedByItsTicketWithAllThatItMissedAndAllItsChannels() {
        TestGateway before = gateway(Map.of());
        TestGateway.Client ann = v2(before);
        JsonObject login = login(ann, "g", "ann", "");
        String own = login.getString("client");
        before.commands.join(own, OTHER);
        push(before, group("g"), "{\"n\":1}");
        assertEquals(1, last(ann).getJsonObject("push").getInt("n"));
        push(before, OTHER, "{\"n\":2}");
        TestGateway after = next(before);
        push(after, group("g"), "{\"n\":3}");
        TestGateway.Client again = v2(after);
        resume(
                again,
                login.getString("ticket"),
                1,
                login.getJsonObject("channels").toString());
        JsonObject resumed = answer(again);
        assertEquals(200, resumed.getInt("code"));
        assertEquals(own, resumed.getString("client"));
        assertEquals(1, resumed.getJsonArray("customer_list").size());
        JsonObject starts = resumed.getJsonObject("channels");
        assertTrue(starts.getJsonObject("g:g").getBoolean("recovered"));
        assertTrue(starts.containsKey("g:h"), "it was joined to this one");
        Await.until(() -> heard(again, "g:g").equals(List.of(1, 3)));
        push(after, OTHER, "{\"n\":4}");
        push(after, Channel.client(own), "{\"n\":5}");
        assertEquals(List.of(4), heard(again, "g:h"));
        assertEquals(List.of(5), heard(again, "c:" + own));
        assertEquals("", methods(again), "nobody came, nobody went");
        again.lose();
        TestGateway.Client once = v2(after);
        resume(once, login.getString("ticket"), 2, "{}");
        assertEquals(200, answer(once).getInt("code"), "from now on it is as any other");
        once.close();
        assertEquals(0, after.sessions.kept());
        assertEquals(0, count(after, Channel.ALL));
    }

    @Test
    void whoLogsInAgainOnItIsAnsweredItsTicketAgain() {
        TestGateway before = gateway(Map.of());
        String ticket = login(v2(before), "g", "ann", "").getString("ticket");
        TestGateway after = next(before);
        TestGateway.Client again = v2(after);
        resume(again, ticket, 1, "{}");
        assertEquals(ticket, login(again, "g", "ann", "").getString("ticket"));
    }

    @Test
    void anAttemptThatWasMadeBeforeIsNotMadeAgain() {
        TestGateway before = gateway(Map.of());
        TestGateway.Client ann = v2(before);
        String ticket = login(ann, "g", "ann", "").getString("ticket");
        ann.lose();
        resume(v2(before), ticket, 7, "{}");
        TestGateway.Client again = v2(next(before));
        resume(again, ticket, 7, "{}");
        assertEquals("10005", last(again).getString("code"));
        resume(again, ticket, 8, "{}");
        assertEquals(200, last(again).getInt("code"));
    }

    @Test
    void whatNamesNoGroupOrNoSessionIsNoTicket() {
        TestGateway gateway = gateway(Map.of());
        for (String ticket : List.of("", ".", "x", "Zw.x", "%.x", "Zw", ".Zw", "\u00e9.x")) {
            TestGateway.Client client = v2(gateway);
            resume(client, ticket, 1, "{}");
            assertEquals("10005", last(client).getString("code"), ticket);
        }
    }

    @Test
    void itExpiresWithItsGraceAndGivesItsPlaceBack() {
        TestGateway before = gateway(Map.of());
        String own = login(v2(before), "g", "ann", "").getString("client");
        TestGateway.Client bob = v2(before);
        String bobs = login(bob, "g", "bob", "").getString("ticket");
        TestGateway after = next(before, Map.of("kefu.agent.connections", "1"), Duration.ofSeconds(30));
        TestGateway.Client watcher = v2(after);
        resume(watcher, bobs, 1, "{}");
        TestGateway.Client ann = v2(after);
        ann.login("g", "ann");
        assertEquals("10007", last(ann).getString("code"), "it takes the agent's place");
        after.sessions.expire();
        assertEquals(2, after.sessions.kept());
        after.advance(Duration.ofSeconds(30));
        after.sessions.expire();
        assertEquals("logout_push", methods(watcher));
        assertEquals(Optional.empty(), record(after, own));
        assertEquals(1, after.sessions.kept());
        login(ann, "g", "ann", "");
        assertEquals("logout_push login_push", methods(watcher));
    }

    @Test
    void theApiPutsItIntoAChannelTakesItOutAndEndsIt() {
        TestGateway before = gateway(Map.of());
        JsonObject login = login(v2(before), "g", "ann", "");
        String own = login.getString("client");
        TestGateway after = next(before);
        SessionCommands api = after.commands;
        assertEquals(Outcome.DONE, api.join(own, OTHER).toCompletableFuture().join());
        assertEquals(
                Outcome.DONE, api.join(own, group("i")).toCompletableFuture().join());
        assertEquals(
                Outcome.OWN, api.leave(own, group("g")).toCompletableFuture().join());
        assertEquals(1, api.leaveAll(group("i")).toCompletableFuture().join());
        assertEquals(1, count(after, OTHER));
        TestGateway.Client again = v2(after);
        resume(again, login.getString("ticket"), 1, "{}");
        assertEquals(
                5,
                answer(again).getJsonObject("channels").size(),
                "four of its own, and the one that it was joined to");
        push(after, OTHER, "{\"n\":1}");
        assertEquals(List.of(1), heard(again, "g:h"));
    }

    @Test
    void theApiEndsItAndItsGroupHearsOfIt() {
        TestGateway before = gateway(Map.of());
        JsonObject login = login(v2(before), "g", "ann", "");
        TestGateway after = next(before);
        TestGateway.Client watcher = v2(after);
        login(watcher, "g", "bob", "");
        String own = login.getString("client");
        assertEquals(
                Outcome.DONE,
                after.commands
                        .close(own, Optional.of("{}"))
                        .toCompletableFuture()
                        .join());
        assertEquals(
                Outcome.UNKNOWN,
                after.commands
                        .close(own, Optional.empty())
                        .toCompletableFuture()
                        .join());
        assertEquals("logout_push", methods(watcher));
        TestGateway.Client again = v2(after);
        resume(again, login.getString("ticket"), 1, "{}");
        assertEquals("10005", last(again).getString("code"));
        assertEquals(1, after.sessions.kept());
    }

    @Test
    void ofManyThatResumeItAtOnceOneHasItAndItIsThereOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 50; round++) {
                TestGateway before = gateway(Map.of());
                String ticket = login(v2(before), "g", "ann", "").getString("ticket");
                TestGateway after = next(before);
                CyclicBarrier together = new CyclicBarrier(4);
                List<TestGateway.Client> clients = new ArrayList<>();
                List<Future<?>> resumes = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    TestGateway.Client client = after.connect(new FakeWire(), Version.V2);
                    clients.add(client);
                    int attempt = i;
                    resumes.add(threads.submit(() -> {
                        together.await();
                        resume(client, ticket, attempt, "{}");
                        return null;
                    }));
                }
                for (Future<?> one : resumes) {
                    one.get(10, TimeUnit.SECONDS);
                }
                push(after, group("g"), "{\"n\":1}");
                TestGateway.Client latest = clients.get(3);
                Await.until(() -> heard(latest, "g:g").equals(List.of(1)));
                for (TestGateway.Client client : clients.subList(0, 3)) {
                    assertEquals(List.of(), heard(client, "g:g"));
                    Await.until(() -> frames(client).stream()
                                    .anyMatch(frame -> frame.toString().contains("\"10005\""))
                            || client.wire.closed().equals(Optional.of(CloseCode.TAKEN_OVER)));
                }
                latest.close();
                assertEquals(0, after.sessions.kept());
                assertEquals(0, count(after, group("g")));
                gateways.forEach(TestGateway::close);
                gateways.clear();
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
