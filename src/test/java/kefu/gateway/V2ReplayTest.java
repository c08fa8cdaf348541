package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kefu.Await;
import kefu.broker.Audience;
import kefu.broker.Publication;
import kefu.connection.FakeWire;
import kefu.protocol.Channel;
import kefu.protocol.Id;
import kefu.protocol.Version;
import org.junit.jupiter.api.Test;

/** What a client of v2 that comes back hears of what it missed, and that each hears everything once and in order. */
class V2ReplayTest extends V2Testbed {
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
