package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import kefu.Await;
import kefu.protocol.Json;
import kefu.session.FakeWire;
import org.junit.jupiter.api.Test;

/** Of any number of simultaneous logins and closes, every member hears of every other exactly once and in one order. */
class GroupOrderTest {
    private static final int THREADS = 8;
    private static final int STEPS = 2_000;
    private static final int GROUPS = 3;

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

    private static void check(TestGateway.Client observer, Iterable<TestGateway.Client> everybody) {
        List<String> stream = new ArrayList<>(); // "+uid" and "-uid", the group's one order
        Await.until(() -> heard(observer).contains("end"));
        for (String event : heard(observer)) {
            if (!event.equals("end")) {
                stream.add(event);
            }
        }
        assertEquals(stream.size(), new LinkedHashSet<>(stream).size(), "nothing is heard twice");
        int checked = 0;
        for (TestGateway.Client client : everybody) {
            boolean stays = !client.connection.hasEnded();
            if (stays) {
                Await.until(() -> heard(client).contains("end"));
            }
            List<JsonObject> frames = frames(client);
            if (frames.isEmpty()) {
                assertTrue(!stays, "a login was never answered");
                continue; // closed before its answer could be sent
            }
            JsonObject answer = frames.get(0);
            assertEquals("login", answer.getString("method"), "nothing is heard before the login's answer");
            String uid = answer.getString("customer_id");
            int joined = stream.indexOf("+" + uid);
            int left = stream.indexOf("-" + uid);
            assertTrue(joined >= 0, "the group hears of every login");
            assertEquals(!stays, left >= 0, "the group hears of every end");
            assertEquals(listedAt(stream, joined), list(answer), "the list is the group as of the login");
            List<String> between = stream.subList(joined + 1, stays ? stream.size() : left);
            List<String> heard =
                    heard(client).stream().filter(e -> !e.equals("end")).toList();
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

    private static List<String> listedAt(List<String> stream, int offset) {
        LinkedHashSet<String> listed = new LinkedHashSet<>(List.of("observer"));
        for (String event : stream.subList(0, offset + 1)) {
            if (event.startsWith("+")) {
                listed.add(event.substring(1));
            } else {
                listed.remove(event.substring(1));
            }
        }
        return List.copyOf(listed);
    }

    private static List<String> list(JsonObject login) {
        return login.getJsonArray("customer_list").stream()
                .map(JsonValue::asJsonObject)
                .map(entry -> entry.getString("customer_id"))
                .toList();
    }

    private static List<String> heard(TestGateway.Client client) {
        List<String> heard = new ArrayList<>();
        for (JsonObject frame : frames(client)) {
            switch (frame.getString("method")) {
                case "login_push" -> heard.add("+" + frame.getString("customer_id"));
                case "logout_push" -> heard.add("-" + frame.getString("customer_id"));
                case "say_push" -> heard.add(frame.getString("content"));
                default -> {} // its own answers
            }
        }
        return heard;
    }

    private static List<JsonObject> frames(TestGateway.Client client) {
        return client.wire.received().stream()
                .map(text -> Json.parse(text).orElseThrow().asJsonObject())
                .toList();
    }
}
