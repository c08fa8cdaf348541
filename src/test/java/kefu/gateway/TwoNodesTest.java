package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import kefu.Await;
import kefu.broker.Presence;
import kefu.broker.redis.RedisServer;
import kefu.connection.FakeWire;
import kefu.desk.Desk;
import kefu.protocol.Channel;
import kefu.protocol.CloseCode;
import kefu.protocol.Version;
import org.junit.jupiter.api.Test;

/** Two gateways that share one Redis are as one. */
class TwoNodesTest extends V2Testbed {
    private final Map<String, String> redis = RedisServer.shared().settings();
    private final TestGateway one = node("one");
    private final TestGateway two = node("two");

    private TestGateway node(String name) {
        return node(name, Map.of());
    }

    private TestGateway node(String name, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(redis);
        settings.putAll(more);
        settings.put("kefu.node", name);
        TestGateway node = new TestGateway(settings, gateway -> new Desk(gateway.broker, Clock.systemUTC()));
        gateways.add(node);
        return node;
    }

    private static List<String> pushed(TestGateway.Client client, String method) {
        return frames(client).stream()
                .filter(frame -> frame.containsKey("push"))
                .map(frame -> frame.getJsonObject("push"))
                .filter(push -> push.getString("method", "").equals(method))
                .map(push -> push.getString("customer_id", push.getString("from_customer_id", "")))
                .toList();
    }

    private static <T> T get(java.util.concurrent.CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void anAgentsSessionsAreCountedOnAllNodesTogether() {
        Map<String, String> most = Map.of("kefu.agent.connections", "2");
        TestGateway third = node("third", most);
        TestGateway fourth = node("fourth", most);
        TestGateway.Client first = v2(third);
        login(first, "g", "ann", "");
        login(v2(fourth), "g", "ann", "");
        login(first, "g", "ann", ""); // the same session
        TestGateway.Client oneMore = v2(fourth);
        assertEquals("10007", login(oneMore, "g", "ann", "").getString("code"));
        login(oneMore, "h", "ann", "");
        assertEquals(List.of("bob", "ann", "ann"), sorted(login(v2(third), "g", "bob", "")));
        first.send("{\"method\":\"logout\"}");
        assertEquals(List.of("bob", "ann", "ann"), sorted(login(v2(fourth), "g", "ann", "")));
    }

    private static List<String> sorted(JsonObject answer) {
        return names(answer).stream().sorted(Comparator.reverseOrder()).toList();
    }

    @Test
    void whoLogsInIsListedAndHeardOnBothNodes() throws Exception {
        TestGateway.Client ann = v2(one);
        login(ann, "g", "ann", "");
        TestGateway.Client bob = v2(two);
        assertEquals(List.of("ann", "bob"), names(login(bob, "g", "bob", "")));
        TestGateway.Client old = two.connect();
        old.login("g", "old");
        Await.until(() -> pushed(ann, "login_push").equals(List.of("bob", "old")));
        bob.send("{\"method\":\"say\",\"id\":\"s\",\"to\":\"all\",\"content\":\"hi\"}");
        Await.until(() -> pushed(ann, "say_push").equals(List.of("bob")));
        ann.send("{\"method\":\"say\",\"id\":\"t\",\"to\":\"bob\",\"content\":\"you\"}");
        Await.until(() -> pushed(bob, "say_push").equals(List.of("bob", "ann")));
        bob.send("{\"method\":\"kefu.status\",\"id\":\"u\",\"status\":2}");
        Await.until(() -> pushed(ann, "status_push").equals(List.of("bob")));
        assertEquals(3, get(one.presence.count(group("g"))));
        assertEquals(3, get(two.presence.agentCount(kefu.protocol.Id.ofText("g").orElseThrow())));
        push(two, group("g"), "{\"n\":1}");
        Await.until(() -> heard(ann, "g:g").equals(List.of(1)));
        old.close();
        bob.close();
        Await.until(() -> pushed(ann, "logout_push").equals(List.of("old", "bob")));
        assertEquals(1, get(two.presence.count(group("g"))));
    }

    @Test
    void aSessionGoesOnWithTheOtherNodeAndTheConnectionBeforeIsClosed() {
        TestGateway.Client observer = v2(two);
        login(observer, "g", "observer", "");
        TestGateway.Client ann = v2(one);
        JsonObject answer = login(ann, "g", "ann", "");
        push(one, group("g"), "{\"n\":1}");
        Await.until(() -> heard(ann, "g:g").equals(List.of(1)));
        push(two, Channel.client(answer.getString("client")), "{\"n\":7}");
        TestGateway.Client again = v2(two);
        resume(
                again,
                answer.getString("ticket"),
                1,
                answer.getJsonObject("channels").toString());
        Await.until(() -> heard(again, "g:g").equals(List.of(1)));
        assertEquals(List.of(7), heard(again, "c:" + answer.getString("client")));
        Await.until(() -> ann.wire.closed().equals(Optional.of(CloseCode.TAKEN_OVER)));
        push(one, group("g"), "{\"n\":2}");
        Await.until(() -> heard(again, "g:g").equals(List.of(1, 2)));
        assertEquals(List.of(1), heard(ann, "g:g"));
        assertEquals(List.of("ann"), pushed(observer, "login_push"));
        assertEquals(List.of(), pushed(observer, "logout_push"));
        Await.until(() -> one.sessions.kept() == 0);
    }

    @Test
    void whatTheApiOfOneNodeDoesToASessionOfTheOtherIsDone() throws Exception {
        TestGateway.Client ann = v2(one);
        String client = login(ann, "g", "ann", "").getString("client");
        assertEquals(SessionCommands.Outcome.DONE, get(two.commands.join(client, group("other"))));
        Await.until(() -> frames(ann).stream().anyMatch(frame -> frame.containsKey("joined")));
        push(two, group("other"), "{\"n\":5}");
        Await.until(() -> heard(ann, "g:other").equals(List.of(5)));
        assertEquals(SessionCommands.Outcome.DONE, get(two.commands.leave(client, group("other"))));
        Await.until(() ->
                frames(ann).stream().filter(frame -> frame.containsKey("left")).count() >= 1);
        assertEquals(SessionCommands.Outcome.DONE, get(two.commands.close(client, Optional.of("{\"bye\":true}"))));
        Await.until(() -> ann.wire.closed().equals(Optional.of(CloseCode.ENDED_BY_SERVER)));
        assertTrue(
                frames(ann).stream().anyMatch(frame -> frame.toString().contains("{\"bye\":true}")),
                "the message comes before the close");
        assertFalse(get(one.presence.session(client)).isPresent());
        assertEquals(0, one.sessions.kept());
    }

    @Test
    void ofTwoLoginsAtOnceOnTwoNodesEachHearsOfTheOtherOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 20; round++) {
                String group = "g" + round;
                CyclicBarrier together = new CyclicBarrier(2);
                List<Future<TestGateway.Client>> coming = new ArrayList<>();
                for (TestGateway node : List.of(one, two)) {
                    coming.add(threads.submit(() -> {
                        TestGateway.Client client = v2(node);
                        together.await();
                        login(client, group, node == one ? "ann" : "bob", "");
                        return client;
                    }));
                }
                TestGateway.Client ann = coming.get(0).get(10, TimeUnit.SECONDS);
                TestGateway.Client bob = coming.get(1).get(10, TimeUnit.SECONDS);
                Await.until(() ->
                        known(ann).equals(List.of("ann", "bob")) && known(bob).equals(List.of("ann", "bob")));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** Of whom a client has heard, by its list or by a push. */
    private static List<String> known(TestGateway.Client client) {
        List<String> all = new ArrayList<>(pushed(client, "login_push"));
        frames(client).stream()
                .filter(frame -> frame.containsKey("customer_list"))
                .forEach(frame -> all.addAll(names(frame)));
        return all.stream().sorted().toList();
    }

    @Test
    void anAgentOnBothNodesComesOnceAndGoesOnce() {
        List<String> told = new CopyOnWriteArrayList<>();
        Presence.Watcher watcher = change -> told.add(change.uid() + " " + change.online());
        one.presence.watch(watcher);
        two.presence.watch(watcher);
        TestGateway.Client first = v2(one);
        login(first, "g", "ann", "");
        TestGateway.Client second = two.connect(new FakeWire(), Version.V1);
        second.login("g", "ann");
        first.close();
        second.close();
        Await.until(() -> told.equals(List.of("ann true", "ann false")));
    }

    @Test
    void theSessionsOfANodeThatStopsWaitForTheirClientsAndNobodyHearsOfIt() {
        TestGateway.Client observer = v2(two);
        login(observer, "g", "observer", "");
        TestGateway.Client ann = v2(one);
        JsonObject answer = login(ann, "g", "ann", "");
        TestGateway.Client old = one.connect();
        old.login("g", "old");
        one.stop();
        TestGateway.Client again = v2(two);
        resume(again, answer.getString("ticket"), 1, "{}");
        Await.until(() -> frames(again).stream().anyMatch(frame -> frame.getInt("code", 0) == 200));
        TestGateway.Client back = two.connect();
        back.login("g", "old");
        Await.until(() -> back.frames().stream().anyMatch(frame -> frame.containsKey("customer_list")));
        assertEquals(Set.of("observer", "ann", "old"), Set.copyOf(names(last(back))));
        assertEquals(List.of("ann", "old"), pushed(observer, "login_push"));
        assertEquals(List.of(), pushed(observer, "logout_push"));
    }

    @Test
    void aResumeThatComesToItsEndBehindTheNextOneOnAnotherNodeEndsNothing() throws Exception {
        StoppedSteps steps = new StoppedSteps();
        TestGateway slow = new TestGateway(redis, gateway -> new Desk(gateway.broker, Clock.systemUTC()), steps);
        gateways.add(slow);
        TestGateway.Client observer = v2(two);
        login(observer, "g", "observer", "");
        TestGateway.Client ann = v2(one);
        String ticket = login(ann, "g", "ann", "").getString("ticket");
        steps.stopAt("list");
        TestGateway.Client first = v2(slow);
        resume(first, ticket, 1, "{}");
        Await.until(steps::hasStopped);
        TestGateway.Client second = v2(two);
        resume(second, ticket, 2, "{}");
        Await.until(() -> first.wire.closed().equals(Optional.of(CloseCode.TAKEN_OVER)));
        steps.goOn();
        slow.settle();
        assertEquals(2, get(two.presence.count(group("g"))));
        assertEquals(List.of(), pushed(observer, "logout_push"));
        assertTrue(second.wire.closed().isEmpty());
    }

    @Test
    void theSessionsOfANodeThatDiesAreLoggedOutWhenTheirGraceHasEnded() {
        TestGateway.Client observer = v2(two);
        login(observer, "g", "observer", "");
        TestGateway.Client ann = v2(one);
        login(ann, "g", "ann", "");
        one.redis().cut();
        two.redis().reapDeadNodes();
        two.settle();
        two.sessions.expire();
        assertEquals(List.of(), pushed(observer, "logout_push"));
        two.redis().moveClock(Duration.ofSeconds(31));
        two.sessions.expire();
        Await.until(() -> pushed(observer, "logout_push").equals(List.of("ann")));
    }

    @Test
    void whoLogsInAgainBeforeTheDeathOfTheirNodeIsNoticedIsNotLoggedOutForVersion1() {
        TestGateway.Client observer = v2(two);
        login(observer, "g", "observer", "");
        TestGateway.Client old = loginV1(two, "old");
        loginV1(two, "ann");
        loginV1(one, "ann");
        loginV1(one, "ann");
        one.redis().lease().renew();
        one.settle();
        one.redis().cut();
        loginV1(two, "ann"); // for one of two that were lost, and not the one that was there before
        two.redis().reapDeadNodes();
        two.settle();
        two.sessions.expire();
        Await.until(() -> pushed(observer, "logout_push").equals(List.of("ann")));
        push(two, group("g"), "{\"method\":\"test_push\"}");
        Await.until(() -> methods(old).contains("test_push"));
        assertFalse(methods(old).contains("logout_push"));
        two.redis().moveClock(Duration.ofSeconds(31));
        two.sessions.expire();
        Await.until(() -> pushed(observer, "logout_push").equals(List.of("ann", "ann")));
        Await.until(() -> methods(old).contains("logout_push"));
    }

    private static List<String> methods(TestGateway.Client client) {
        return client.frames().stream()
                .map(frame -> frame.getString("method", ""))
                .toList();
    }

    private static TestGateway.Client loginV1(TestGateway on, String uid) {
        TestGateway.Client client = on.connect();
        client.login("g", uid);
        Await.until(() -> client.frames().stream().anyMatch(frame -> frame.containsKey("customer_list")));
        return client;
    }

    @Test
    void aNodeThatStoodStillForLongerThanItsLeaseChangesNothingBeforeItHasRenewedIt() throws Exception {
        TestGateway.Client ann = v2(one);
        login(ann, "g", "ann", "");
        one.redis().standStill(Duration.ofSeconds(20));
        ann.send("{\"method\":\"say\",\"id\":\"s\",\"to\":\"all\",\"content\":\"x\"}");
        Await.until(() -> frames(ann).stream()
                .anyMatch(frame -> frame.getString("code", "").equals("10008")));
        push(two, group("g"), "{\"n\":1}");
        Await.until(() -> heard(ann, "g:g").equals(List.of(1)));
        one.redis().lease().renew();
        one.settle();
        push(one, group("g"), "{\"n\":2}");
        Await.until(() -> heard(ann, "g:g").equals(List.of(1, 2)));
        assertTrue(ann.wire.closed().isEmpty(), "nobody had given it up");
    }

    @Test
    void aNodeThatWasGivenUpClosesItsConnectionsAndTheirSessionsGoOn() {
        TestGateway.Client ann = v2(one);
        JsonObject answer = login(ann, "g", "ann", "");
        two.redis().reapDeadNodes();
        two.settle();
        one.redis().lease().renew();
        Await.until(() -> ann.wire.closed().equals(Optional.of(CloseCode.SERVICE_RESTART)));
        TestGateway.Client again = v2(one);
        resume(again, answer.getString("ticket"), 1, "{}");
        Await.until(() -> frames(again).stream().anyMatch(frame -> frame.getInt("code", 0) == 200));
        assertEquals(
                Set.of("ann"),
                frames(again).stream()
                        .filter(frame -> frame.containsKey("customer_list"))
                        .flatMap(frame -> names(frame).stream())
                        .collect(Collectors.toSet()));
    }
}
