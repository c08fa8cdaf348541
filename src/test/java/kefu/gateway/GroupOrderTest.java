package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import kefu.Await;
import kefu.connection.FakeWire;
import kefu.protocol.Json;
import org.junit.jupiter.api.Test;

/** Of any number of simultaneous logins and closes, every member hears of every other exactly once and in one order. */
class GroupOrderTest {
    private static final int THREADS = 8;
    private static final int STEPS = 2_000;
    private static final int GROUPS = 3;

    /** By the frame's text: a push is read once, not once for each who heard it. */
    private final Map<String, String> events = new HashMap<>();

    @Test
    void everyMemberHearsOfEveryOtherExactlyOnceAndInOneOrder() throws Exception {
        ExecutorService completions = Executors.newFixedThreadPool(2);
        ExecutorService actors = Executors.newFixedThreadPool(THREADS);
        try (TestGateway gateway = new TestGateway()) {
            // An observer in each group, there before everybody and to the end, hears the group's whole stream.
            List<TestGateway.Client> observers = new ArrayList<>();
            for (int g = 0; g < GROUPS; g++) {
                observers.add(gateway.connect());
                observers.get(g).login(g, "observer");
            }
            List<ConcurrentLinkedQueue<TestGateway.Client>> everybody = new ArrayList<>();
            for (int g = 0; g < GROUPS; g++) {
                everybody.add(new ConcurrentLinkedQueue<>());
            }
            AtomicInteger uids = new AtomicInteger();
            CountDownLatch done = new CountDownLatch(THREADS);
            for (int t = 0; t < THREADS; t++) {
                Random random = new Random(t);
                actors.execute(() -> {
                    List<TestGateway.Client> mine = new ArrayList<>();
                    for (int i = 0; i < STEPS; i++) {
                        if (mine.isEmpty() || mine.size() < 10 && random.nextBoolean()) {
                            boolean inline = random.nextBoolean();
                            TestGateway.Client client =
                                    gateway.connect(inline ? new FakeWire() : new FakeWire(completions));
                            int group = random.nextInt(GROUPS);
                            everybody.get(group).add(client);
                            client.login(group, uids.incrementAndGet());
                            mine.add(client);
                        } else {
                            mine.remove(random.nextInt(mine.size())).close();
                        }
                    }
                    done.countDown();
                });
            }
            assertTrue(done.await(60, TimeUnit.SECONDS));
            for (int g = 0; g < GROUPS; g++) {
                for (TestGateway.Client client : everybody.get(g)) {
                    if (!client.connection.hasEnded()) {
                        // a last word that everybody still there hears, so that everything before it has arrived
                        client.send("{\"method\":\"say\",\"to\":\"all\",\"content\":\"end\"}");
                        break;
                    }
                }
                check(observers.get(g), everybody.get(g));
            }
        } finally {
            actors.shutdownNow();
            completions.shutdownNow();
        }
    }

    private void check(TestGateway.Client observer, Iterable<TestGateway.Client> everybody) {
        List<String> stream = heardToTheEnd(observer); // "+uid" and "-uid", the group's one order
        Map<String, Integer> offsets = new HashMap<>();
        stream.forEach(event -> assertNull(offsets.put(event, offsets.size()), "nothing is heard twice"));
        Map<String, List<String>> listedAtLogin = listedAtLogins(stream);
        int checked = 0;
        for (TestGateway.Client client : everybody) {
            boolean stays = !client.connection.hasEnded();
            List<String> heard = stays ? heardToTheEnd(client) : heard(client);
            if (client.wire.received().isEmpty()) {
                assertTrue(!stays, "a login was never answered");
                continue; // closed before its answer could be sent
            }
            JsonObject answer = json(client.wire.received().get(0));
            assertEquals("login", answer.getString("method"), "nothing is heard before the login's answer");
            String uid = answer.getString("customer_id");
            Integer joined = offsets.get("+" + uid);
            Integer left = offsets.get("-" + uid);
            assertNotNull(joined, "the group hears of every login");
            assertEquals(stays, left == null, "the group hears of every end");
            assertEquals(listedAtLogin.get(uid), list(answer), "the list is the group as of the login");
            List<String> between = stream.subList(joined + 1, left == null ? stream.size() : left);
            if (stays) {
                assertEquals(between, heard);
            } else { // what was on its way when the connection ended was dropped
                assertTrue(heard.size() <= between.size(), "nothing is heard after the end");
                assertEquals(between.subList(0, heard.size()), heard);
            }
            checked++;
        }
        assertTrue(checked > 100, "checked " + checked);
    }

    /** For each agent the group as it was with its login. */
    private static Map<String, List<String>> listedAtLogins(List<String> stream) {
        Map<String, List<String>> lists = new HashMap<>();
        LinkedHashSet<String> listed = new LinkedHashSet<>(List.of("observer"));
        for (String event : stream) {
            String uid = event.substring(1);
            if (event.startsWith("+")) {
                listed.add(uid);
                lists.put(uid, List.copyOf(listed));
            } else {
                listed.remove(uid);
            }
        }
        return lists;
    }

    private static List<String> list(JsonObject login) {
        return login.getJsonArray("customer_list").stream()
                .map(JsonValue::asJsonObject)
                .map(entry -> entry.getString("customer_id"))
                .toList();
    }

    private List<String> heardToTheEnd(TestGateway.Client client) {
        Await.until(() -> heard(client).contains("end"));
        return heard(client).stream().filter(event -> !event.equals("end")).toList();
    }

    private List<String> heard(TestGateway.Client client) {
        return client.wire.received().stream()
                .map(text -> events.computeIfAbsent(text, GroupOrderTest::event))
                .filter(event -> !event.isEmpty())
                .toList();
    }

    private static String event(String text) {
        JsonObject frame = json(text);
        return switch (frame.getString("method")) {
            case "login_push" -> "+" + frame.getString("customer_id");
            case "logout_push" -> "-" + frame.getString("customer_id");
            case "say_push" -> frame.getString("content");
            default -> ""; // its own answers
        };
    }

    private static JsonObject json(String text) {
        return Json.parse(text).orElseThrow().asJsonObject();
    }
}
