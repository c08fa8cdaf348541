package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kefu.Await;
import kefu.backend.Backend;
import kefu.broker.Audience;
import kefu.broker.Publication;
import kefu.protocol.Channel;
import kefu.protocol.Id;
import kefu.protocol.Json;
import kefu.protocol.Version;
import kefu.session.FakeWire;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Protocol v2, through a whole gateway. */
class V2Test {
    /** A backend whose calls the test answers. */
    private static final class SlowBackend implements Backend {
        final Map<String, CompletableFuture<Answer>> answers = new HashMap<>();
        final List<Call> calls = new ArrayList<>();

        @Override
        public CompletionStage<Answer> call(Call call) {
            calls.add(call);
            return answers.computeIfAbsent(call.method(), method -> new CompletableFuture<>());
        }

        void answer(String method, Answer answer) {
            answers.computeIfAbsent(method, key -> new CompletableFuture<>()).complete(answer);
        }

        List<String> methods() {
            return calls.stream().map(Call::method).toList();
        }

        @Override
        public void close() {}
    }

    private final SlowBackend backend = new SlowBackend();
    private final List<TestGateway> gateways = new ArrayList<>();

    @AfterEach
    void close() {
        gateways.forEach(TestGateway::close);
    }

    private TestGateway desk() {
        gateways.add(new TestGateway());
        return gateways.get(0);
    }

    private TestGateway slow(Map<String, String> settings) {
        gateways.add(new TestGateway(settings, none -> backend));
        return gateways.get(0);
    }

    private static TestGateway.Client v2(TestGateway gateway) {
        return gateway.connect(new FakeWire(), Version.V2);
    }

    private static List<JsonObject> frames(TestGateway.Client client) {
        return client.wire.received().stream()
                .map(text -> Json.parse(text).orElseThrow().asJsonObject())
                .toList();
    }

    private static JsonObject last(TestGateway.Client client) {
        List<JsonObject> frames = frames(client);
        return frames.get(frames.size() - 1);
    }

    private static JsonObject object(String text) {
        return Json.parse(text).orElseThrow().asJsonObject();
    }

    private static JsonObject login(TestGateway.Client client, String bid, String uid, String more) {
        client.send("{\"method\":\"login\",\"id\":\"l\",\"bid\":\"" + bid + "\",\"customer_id\":\"" + uid
                + "\",\"customer_name\":\"<" + uid + ">\"" + more + "}");
        Await.until(() ->
                frames(client).stream().anyMatch(f -> f.getString("method", "").equals("login")));
        return frames(client).stream()
                .filter(f -> f.getString("method", "").equals("login"))
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    private static void push(TestGateway gateway, Channel channel, String message) {
        gateway.broker.publish(channel, Publication.byBackend(message, Audience.EVERYBODY, Optional.empty()));
    }

    private static Channel group(String bid) {
        return Channel.group(Id.ofText(bid).orElseThrow());
    }

    @Test
    void aLoginIsAnsweredWithWhatTheSessionIsAndHears() {
        TestGateway gateway = desk();
        TestGateway.Client old = gateway.connect();
        old.login("g", "old");
        TestGateway.Client client = v2(gateway);
        JsonObject answer = login(client, "g", "a&b", "");
        assertEquals(200, answer.getInt("code"));
        assertEquals("l", answer.getString("id"));
        assertEquals("<a&b>", answer.getString("customer_name"), "text is text");
        assertEquals(0, answer.getInt("grace"));
        assertTrue(answer.getString("ticket").length() > 40);
        JsonObject channels = answer.getJsonObject("channels");
        assertEquals(Set.of("all", "u:a&b", "c:" + answer.getString("client"), "g:g"), channels.keySet());
        assertEquals(2, channels.getJsonObject("g:g").getInt("off"));
        List<JsonObject> list = answer.getJsonArray("customer_list").stream()
                .map(JsonValue::asJsonObject)
                .toList();
        assertEquals(
                List.of("old", "a&b"),
                list.stream().map(e -> e.getString("customer_id")).toList());
        assertEquals(old.connection.client(), list.get(0).getString("client"));
        assertEquals(answer.getString("client"), list.get(1).getString("client"));
        // and the client of v1 is told in its own protocol
        JsonObject heard = last(old);
        assertEquals(Set.of("method", "customer_id", "customer_name", "timestamp"), heard.keySet());
        assertEquals("&lt;a&amp;b&gt;", heard.getString("customer_name"));
    }

    @Test
    void bothProtocolsHearEachOtherInOneGroup() {
        TestGateway gateway = desk();
        TestGateway.Client one = gateway.connect();
        one.login("g", "one");
        TestGateway.Client two = v2(gateway);
        login(two, "g", "two", "");
        one.send("{\"method\":\"say\",\"to\":\"all\",\"content\":\"<1>\"}");
        JsonObject heard = last(two);
        assertEquals("g:g", heard.getString("ch"));
        assertEquals(3, heard.getInt("off"));
        assertEquals("<1>", heard.getJsonObject("push").getString("content"));
        two.send("{\"method\":\"say\",\"id\":\"s\",\"to\":\"one\",\"content\":\"<2>\"}");
        assertEquals("&lt;2&gt;", last(one).getString("content"));
        assertEquals(
                object(
                        "{\"id\":\"s\",\"method\":\"say\",\"code\":200,\"data\":{\"method\":\"say\",\"code\":0,\"delivered\":1}}"),
                last(two));
        push(gateway, group("g"), "{\"html\":\"<b>\"}");
        assertEquals(object("{\"html\":\"<b>\"}"), last(one), "what a backend pushes is escaped for nobody");
        assertEquals(object("{\"html\":\"<b>\"}"), last(two).getJsonObject("push"));
        one.close();
        assertEquals("logout_push", last(two).getJsonObject("push").getString("method"));
        assertEquals(one.connection.client(), last(two).getJsonObject("push").getString("client"));
    }

    @Test
    void theBackendsAnswersComeInAnEnvelope() {
        TestGateway gateway = slow(Map.of());
        TestGateway.Client client = v2(gateway);
        backend.answer("json", new Backend.Answered(" {\"n\":1e999999999,\"a\":[]} "));
        backend.answer("text", new Backend.Answered("no \"json\""));
        backend.answer("empty", new Backend.Answered(""));
        backend.answer("failed", new Backend.Failed(503));
        for (String method : List.of("json", "text", "empty", "failed")) {
            client.send("{\"method\":\"" + method + "\",\"id\":\"i-" + method + "\"}");
        }
        client.send("{\"method\":\"text\"}");
        assertEquals(
                List.of(
                        object(
                                "{\"code\":200,\"id\":\"i-json\",\"method\":\"json\",\"data\":{\"n\":1e999999999,\"a\":[]}}"),
                        object("{\"code\":200,\"id\":\"i-text\",\"method\":\"text\",\"data\":\"no \\\"json\\\"\"}"),
                        object("{\"code\":200,\"id\":\"i-empty\",\"method\":\"empty\",\"data\":\"\"}"),
                        object("{\"code\":503,\"id\":\"i-failed\",\"method\":\"failed\",\"msg\":\"请求失败，请稍后再试\"}"),
                        object("{\"code\":200,\"method\":\"text\",\"data\":\"no \\\"json\\\"\"}")),
                frames(client));
        assertTrue(client.wire.received().get(0).contains("1e999999999"), "numbers keep their digits");
        assertEquals(Optional.of("i-json"), backend.calls.get(0).id());
        assertEquals(Optional.empty(), backend.calls.get(4).id());
    }

    @Test
    void requestsWithAnIdGoSideBySideUpToTheBoundAndALoginWaitsForAll() {
        TestGateway gateway = slow(Map.of("kefu.parallel-requests", "3"));
        TestGateway.Client client = v2(gateway);
        for (int i = 0; i < 5; i++) {
            client.send("{\"method\":\"p" + i + "\",\"id\":\"" + i + "\"}");
        }
        client.send("{\"method\":\"o1\"}");
        client.send("{\"method\":\"o2\"}");
        client.send("{\"method\":\"login\",\"bid\":\"g\",\"customer_id\":\"a\",\"customer_name\":\"a\"}");
        client.send("{\"method\":\"after\",\"id\":\"x\"}");
        assertEquals(List.of("p0", "p1", "p2", "o1"), backend.methods());
        backend.answer("p1", new Backend.Answered("1"));
        backend.answer("o1", new Backend.Answered("1"));
        assertEquals(List.of("p0", "p1", "p2", "o1", "p3", "o2"), backend.methods());
        for (String method : List.of("p4", "p0", "p2", "p3", "o2")) {
            assertFalse(backend.methods().contains("after"));
            backend.answer(method, new Backend.Answered("1"));
        }
        assertEquals("after", backend.methods().get(backend.calls.size() - 1));
        assertTrue(backend.calls.get(backend.calls.size() - 1).member().isPresent(), "the login came before");
    }

    @Test
    void aLogoutEndsTheSessionAndTheConnectionGoesOn() {
        TestGateway gateway = desk();
        TestGateway.Client observer = gateway.connect();
        observer.login("g", "observer");
        TestGateway.Client client = v2(gateway);
        JsonObject first = login(client, "g", "a", "");
        client.send("{\"method\":\"logout\",\"id\":\"o\"}");
        assertEquals(object("{\"code\":200,\"id\":\"o\",\"method\":\"logout\"}"), last(client));
        assertEquals("logout_push", last(observer).getString("method"));
        push(gateway, group("g"), "{}");
        push(gateway, Channel.ALL, "{}");
        assertEquals("logout", last(client).getString("method"), "it hears nothing more");
        client.send("{\"method\":\"resume\",\"ticket\":\"" + first.getString("ticket") + "\",\"try\":1,\"id\":\"r\"}");
        assertEquals("10005", last(client).getString("code"));
        assertEquals("r", last(client).getString("id"));
        client.send("{\"method\":\"logout\"}");
        assertEquals(object("{\"code\":200,\"method\":\"logout\"}"), last(client), "there is nobody to log out");
        assertEquals(3, login(client, "g", "a", "").getJsonObject("channels").size() - 1);
    }

    @Test
    void theSameAgentKeepsTheSessionAndAnotherGetsItsOwn() {
        TestGateway gateway = desk();
        TestGateway.Client observer = gateway.connect();
        observer.login("g", "observer");
        TestGateway.Client client = v2(gateway);
        JsonObject first = login(client, "g", "a", "");
        JsonObject again = login(client, "g", "a", "");
        assertEquals(first.getString("client"), again.getString("client"));
        assertEquals(first.getString("ticket"), again.getString("ticket"));
        JsonObject other = login(client, "h", "b", "");
        assertNotEquals(first.getString("client"), other.getString("client"));
        assertNotEquals(first.getString("ticket"), other.getString("ticket"));
        assertEquals("logout_push", last(observer).getString("method"));
        int before = frames(client).size();
        push(gateway, group("g"), "{}");
        push(gateway, Channel.client(first.getString("client")), "{}");
        assertEquals(before, frames(client).size(), "it hears nothing of what it has left");
    }

    private static List<Integer> heard(TestGateway.Client client, String channel) {
        return frames(client).stream()
                .filter(f -> f.getString("ch", "").equals(channel))
                .map(f -> f.getJsonObject("push").getInt("n", -1))
                .filter(n -> n >= 0)
                .toList();
    }

    @Test
    void aLoginWithPositionsReplaysWhatWasMissedAfterItsAnswerAndBeforeWhatIsNew() {
        TestGateway gateway = desk();
        TestGateway.Client first = v2(gateway);
        JsonObject channels = login(first, "g", "a", "").getJsonObject("channels");
        first.close();
        for (int n = 0; n < 300; n++) {
            push(gateway, group("g"), "{\"n\":" + n + "}");
        }
        push(gateway, Channel.agent(Id.ofText("a").orElseThrow()), "{\"n\":7}");
        gateway.broker.publish(
                group("g"),
                Publication.byBackend(
                        "{\"n\":9999}", new Audience(Optional.empty(), Set.of(), Set.of("a")), Optional.empty()));
        TestGateway.Client second = v2(gateway);
        JsonObject answer = login(second, "g", "a", ",\"channels\":" + channels);
        push(gateway, group("g"), "{\"n\":300}");
        JsonObject room = answer.getJsonObject("channels").getJsonObject("g:g");
        assertTrue(room.getBoolean("recovered"));
        assertEquals(channels.getJsonObject("g:g").getInt("off"), room.getInt("off"));
        assertEquals(304, room.getInt("top"), "two logins, a logout, and what was pushed");
        Await.until(() -> heard(second, "g:g").size() == 301);
        assertEquals(IntStream.rangeClosed(0, 300).boxed().toList(), heard(second, "g:g"));
        assertEquals(List.of(7), heard(second, "u:a"));
        assertEquals("login", frames(second).get(0).getString("method"), "the answer comes first");
        assertFalse(answer.getJsonObject("channels")
                .getJsonObject("c:" + answer.getString("client"))
                .containsKey("top"));
    }

    @Test
    void aPositionThatIsNotHeldAnyMoreIsNotRecoveredAndBeginsAtTheTop() {
        TestGateway gateway = desk();
        push(gateway, group("g"), "{\"n\":0}");
        TestGateway.Client client = v2(gateway);
        JsonObject answer = login(
                client,
                "g",
                "a",
                ",\"channels\":{\"g:g\":{\"epoch\":\"gone\",\"off\":0},\"g:other\":{\"epoch\":\"x\",\"off\":1},\"all\":7}");
        JsonObject room = answer.getJsonObject("channels").getJsonObject("g:g");
        assertFalse(room.getBoolean("recovered"));
        assertEquals(2, room.getInt("off"));
        assertFalse(answer.getJsonObject("channels").containsKey("g:other"), "what it is not in does not count");
        push(gateway, group("g"), "{\"n\":1}");
        assertEquals(List.of(1), heard(client, "g:g"));
    }

    @Test
    void v1HasNoReplay() {
        TestGateway gateway = desk();
        TestGateway.Client first = v2(gateway);
        JsonObject channels = login(first, "g", "a", "").getJsonObject("channels");
        push(gateway, group("g"), "{\"n\":0}");
        TestGateway.Client client = gateway.connect();
        login(client, "g", "b", ",\"channels\":" + channels);
        push(gateway, group("g"), "{\"n\":1}");
        assertEquals(2, frames(client).size());
        assertEquals(object("{\"n\":1}"), last(client));
    }

    @Test
    void aReplayNeverOverflowsTheQueueOfAClientThatReadsSlowly() {
        TestGateway gateway = new TestGateway(
                Map.of("kefu.queue.max-frames", "16", "kefu.heartbeat.text", "", "kefu.queue.timeout", "1h"),
                none -> backend);
        gateways.add(gateway);
        TestGateway.Client first = v2(gateway);
        JsonObject channels = login(first, "g", "a", "").getJsonObject("channels");
        first.close();
        int missed = 5_000;
        for (int n = 0; n < missed; n++) {
            push(gateway, group("g"), "{\"n\":" + n + "}");
        }
        FakeWire wire = new FakeWire();
        TestGateway.Client second = gateway.connect(wire, Version.V2);
        wire.stick();
        second.send("{\"method\":\"login\",\"bid\":\"g\",\"customer_id\":\"a\",\"customer_name\":\"n\",\"channels\":"
                + channels + "}");
        for (int n = missed; n < missed + 100; n++) {
            wire.take();
            push(gateway, group("g"), "{\"n\":" + n + "}");
        }
        wire.unstick();
        Await.until(() -> heard(second, "g:g").size() >= missed + 100);
        assertEquals(IntStream.range(0, missed + 100).boxed().toList(), heard(second, "g:g"));
        assertFalse(second.connection.hasEnded());
    }

    @Test
    void ofWhatManyThreadsPublishEachSessionHearsWhatIsForItOnceAndInOrder() throws Exception {
        TestGateway gateway = desk();
        Map<String, TestGateway.Client> stay = new HashMap<>();
        for (int i = 0; i < 20; i++) {
            TestGateway.Client client = i % 2 == 0 ? v2(gateway) : gateway.connect();
            client.login("g", "u" + i);
            stay.put("u" + i, client);
        }
        int each = 2_500;
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int from = t * each;
            threads.add(new Thread(() -> {
                for (int n = from; n < from + each; n++) {
                    Audience audience =
                            new Audience(Optional.empty(), Set.of(), n % 5 == 0 ? Set.of("u" + n % 20) : Set.of());
                    gateway.broker.publish(
                            group("g"), Publication.byBackend("{\"n\":" + n + "}", audience, Optional.empty()));
                }
            }));
        }
        threads.add(new Thread(() -> {
            for (int i = 0; i < 200; i++) {
                TestGateway.Client guest = i % 2 == 0 ? v2(gateway) : gateway.connect();
                guest.login("g", "guest" + i);
                guest.close();
            }
        }));
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        push(gateway, group("g"), "{\"end\":true}");
        for (var entry : stay.entrySet()) {
            TestGateway.Client client = entry.getValue();
            Await.until(() -> client.wire.received().stream().anyMatch(text -> text.contains("\"end\":true")));
            List<JsonObject> frames = frames(client);
            List<Integer> numbers = frames.stream()
                    .map(f -> f.containsKey("push") ? f.getJsonObject("push") : f)
                    .filter(f -> f.containsKey("n"))
                    .map(f -> f.getInt("n"))
                    .toList();
            Set<Integer> meant = IntStream.range(0, 4 * each)
                    .filter(n -> n % 5 != 0 || !entry.getKey().equals("u" + n % 20))
                    .boxed()
                    .collect(Collectors.toSet());
            assertEquals(meant.size(), numbers.size(), "nothing twice");
            assertEquals(meant, Set.copyOf(numbers), "nothing missed, nothing that was for others");
            List<Integer> offsets = frames.stream()
                    .filter(f -> f.getString("ch", "").equals("g:g"))
                    .map(f -> f.getInt("off"))
                    .toList();
            assertEquals(offsets.stream().sorted().distinct().toList(), offsets);
        }
    }
}
