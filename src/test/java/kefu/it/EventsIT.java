package kefu.it;

import static kefu.it.ApiClient.query;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import kefu.Await;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a backend is told of who comes and who goes, by the built WAR, over its own absence and the gateway's restart. */
@ArquillianTest
@SuppressWarnings("NullAway.Init") // Arquillian and JUnit inject
class EventsIT {
    private static final BuiltWar WAR = new BuiltWar("events");
    private static final int PORT = Ports.BACKEND;
    private static final String KEY = System.getProperty("kefu.it.api.key");
    private static final int AGENTS = 12;

    @ArquillianResource
    private Deployer deployer;

    @TempDir
    Path scripts;

    private final ApiClient api = new ApiClient("http://127.0.0.1:" + Ports.HTTP + "/events/api", KEY);
    private final Map<String, List<String>> expected = new TreeMap<>();
    private final List<WsClient> connected = new ArrayList<>();

    @Deployment(name = "events", managed = false, testable = false)
    static WebArchive events() {
        return WAR.with("kefu.backend.url=\nkefu.events.url=http://127.0.0.1:" + PORT + "/events\n");
    }

    @Test
    void aBackendIsToldOfEverybodyInOrderOverItsOutageAndTheGatewaysRestart() throws Exception {
        try (EventReceiver backend = new EventReceiver(PORT)) {
            backend.start(0);
            deployer.deploy("events");
            try {
                comeAndGo(backend);
                awaitAndCompare(backend);
                checkSignatures(backend);
                checkExamples(backend.accepted().get(0));
                assertEquals(
                        List.of(true),
                        backend.accepted().stream()
                                .map(EventReceiver.Received::gap)
                                .filter(gap -> gap)
                                .toList(),
                        "the first one only: nothing was dropped");
            } finally {
                deployer.undeploy("events");
            }
            restart(backend);
        }
    }

    private void comeAndGo(EventReceiver backend) throws Exception {
        List<WsClient> agents = new ArrayList<>();
        for (int i = 0; i < AGENTS; i++) {
            agents.add(comes(i, "g" + i % 3));
        }
        List<WsClient> secondTabs = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            secondTabs.add(login(connect(i), i, "g" + i % 3)); // nobody is told
        }
        for (int i = 0; i < 3; i++) {
            agents.get(i).close();
            awaitClients(i, 1); // nor here
        }
        moves(agents.get(6), 6, "g0", "g9");
        awaitTold(backend);

        backend.stop();
        goes(secondTabs.get(0), 0, "g0");
        goes(secondTabs.get(1), 1, "g1");
        agents.get(3).close();
        awaitClients(3, 1);
        goes(secondTabs.get(3), 3, "g0");
        goes(agents.get(8), 8, "g2");
        goes(comes(8, "g2"), 8, "g2");
        comes(8, "g2");
        moves(agents.get(9), 9, "g0", "g9");
        Await.until(() -> ContainerLog.text().contains("Events state=\"refused\""));
        int before = backend.tries().size();
        backend.start(2);
        goes(agents.get(10), 10, "g1");
        moves(agents.get(9), 9, "g9", "g0");
        awaitTold(backend);
        assertEquals(
                List.of(500, 500, 204),
                backend.tries().subList(before, before + 3).stream()
                        .map(EventReceiver.Received::status)
                        .toList());
    }

    private WsClient connect(int agent) throws Exception {
        WsClient client = agent % 2 == 0 ? WsClient.connect(WAR.socket()) : WsClient.connectV2(WAR.socket());
        connected.add(client);
        return client;
    }

    private static WsClient login(WsClient client, int agent, String group) throws Exception {
        client.send("{\"method\":\"login\",\"bid\":\"" + group + "\",\"customer_id\":\"a" + agent
                + "\",\"customer_name\":\"张三\"}");
        String answer = client.next();
        while (!answer.contains("customer_list")) {
            answer = client.next();
        }
        return client;
    }

    private WsClient comes(int agent, String group) throws Exception {
        told(agent, group, "online");
        return login(connect(agent), agent, group);
    }

    private void goes(WsClient last, int agent, String group) throws Exception {
        told(agent, group, "offline");
        last.close();
        awaitClients(agent, 0);
    }

    private void moves(WsClient client, int agent, String from, String to) throws Exception {
        told(agent, from, "offline");
        told(agent, to, "online");
        login(client, agent, to);
    }

    private void told(int agent, String group, String event) {
        expected.computeIfAbsent("a" + agent + " in " + group, key -> new ArrayList<>())
                .add(event);
    }

    private void awaitClients(int agent, int count) {
        Await.until(() -> uids(query("uid", "a" + agent)).get(0).getInt("clients") == count);
    }

    private List<JsonObject> uids(String query) {
        try {
            ApiClient.Response answer = api.call("GET", "/uids" + query);
            assertEquals(200, answer.status(), answer.body());
            return answer.json().getJsonArray("uids").stream()
                    .map(JsonValue::asJsonObject)
                    .toList();
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    private void awaitTold(EventReceiver backend) {
        int events = expected.values().stream().mapToInt(List::size).sum();
        Await.until(() -> backend.accepted().stream()
                        .map(EventReceiver.Received::version)
                        .distinct()
                        .count()
                == events);
    }

    /** Of each agent and group everything, in order; and at the end what the snapshot says. */
    private void awaitAndCompare(EventReceiver backend) {
        Map<String, List<String>> told = new TreeMap<>();
        Map<String, Long> versions = new TreeMap<>();
        for (EventReceiver.Received one : backend.accepted()) {
            long known = versions.getOrDefault(one.agent(), 0L);
            assertTrue(one.version() >= known, one.agent() + " out of order");
            if (one.version() > known) { // what comes twice is the same
                told.computeIfAbsent(one.agent(), key -> new ArrayList<>()).add(one.what());
                versions.put(one.agent(), one.version());
            }
        }
        assertEquals(expected, told);
        versions.keySet()
                .removeIf(agent -> Objects.requireNonNull(told.get(agent)).size() % 2 == 0);
        Map<String, Long> snapshot = new TreeMap<>();
        uids(query("limit", 1000)).forEach(uid -> uid.getJsonArray("groups")
                .forEach(in -> snapshot.put(
                        uid.getString("uid") + " in " + in.asJsonObject().getString("group"),
                        in.asJsonObject().getJsonNumber("version").longValue())));
        assertEquals(versions, snapshot);
        assertTrue(snapshot.size() > 5);
    }

    private static void checkSignatures(EventReceiver backend) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KEY.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        for (EventReceiver.Received one : backend.tries()) {
            byte[] made = mac.doFinal(one.body().getBytes(StandardCharsets.UTF_8));
            assertEquals("sha256=" + HexFormat.of().formatHex(made), one.signature());
        }
    }

    /** As they stand in the document, with one event that came. */
    private void checkExamples(EventReceiver.Received event) throws Exception {
        String python = Example.PYTHON.in("docs/events.md")
                + "import sys\nbody, header, key = sys.argv[1:]\nprint(is_genuine(body.encode(), header, key))\n";
        String php = "<?php\n" + Example.PHP.in("docs/events.md")
                + "echo is_genuine($argv[1], $argv[2], $argv[3]) ? 'True' : 'False', \"\\n\";\n";
        for (var example : Map.of(Example.PYTHON, python, Example.PHP, php).entrySet()) {
            assertEquals("True\n", genuine(example.getKey(), example.getValue(), event.body(), event.signature(), KEY));
            String forged = event.body().replace("online", "offline");
            assertEquals("False\n", genuine(example.getKey(), example.getValue(), forged, event.signature(), KEY));
            assertEquals("False\n", genuine(example.getKey(), example.getValue(), event.body(), "", KEY));
            assertEquals(
                    "False\n", genuine(example.getKey(), example.getValue(), event.body(), event.signature(), "no"));
        }
    }

    private String genuine(Example example, String program, String... arguments) throws Exception {
        return example.run(program, scripts, Map.of(), arguments);
    }

    /** The next deployment knows who is online: of them nothing is told, and of others what is newer than all that was told before. */
    private void restart(EventReceiver backend) throws Exception {
        long newest = backend.accepted().stream()
                .mapToLong(EventReceiver.Received::version)
                .max()
                .orElseThrow();
        int before = backend.tries().size();
        deployer.deploy("events");
        try {
            expected.clear();
            login(connect(4), 4, "g1"); // is back, as who it was
            goes(comes(AGENTS, "g1"), AGENTS, "g1");
            Await.until(() -> backend.tries().size() >= before + 2);
            List<EventReceiver.Received> after =
                    backend.tries().subList(before, backend.tries().size());
            String another = " a" + AGENTS + " in g1";
            assertEquals(
                    List.of("online" + another, "offline" + another),
                    after.stream().map(one -> one.what() + " " + one.agent()).toList());
            assertTrue(after.get(0).version() > newest);
            assertFalse(after.get(0).gap(), "nothing was lost");
            checkSignatures(backend);
        } finally {
            connected.forEach(WsClient::abort);
            deployer.undeploy("events");
        }
    }
}
