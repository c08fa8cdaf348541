package kefu.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import kefu.connection.FakeWire;
import kefu.fuzz.Answers;
import kefu.fuzz.Cases;
import kefu.fuzz.Hostile;
import kefu.fuzz.Listeners;
import kefu.gateway.TestGateway;
import kefu.protocol.PercentEncoding;
import kefu.protocol.Version;
import org.junit.jupiter.api.Test;

/** Whatever is called, in whatever way: an answer that the API has, never 500, and agents hear each other all the while. */
class ApiFuzzTest extends ApiTestCalls {
    private static final List<String> VERBS = List.of("GET", "PUT", "POST", "PATCH", "DELETE");
    private static final List<String> STRANGE_VERBS = List.of("", "get", "TRACE", "CONNECT", "OPTIONS", "GET\0", "张");
    private static final List<String> PATHS =
            List.of("/push", "/clients", "/groups", "/uids", "/members", "/bindings", "/sessions");
    private static final List<String> PARAMETERS = List.of("group", "uid", "client", "cursor", "limit");
    private static final List<String> NAMES = List.of("g", "h", "a", "17", "1", "1000", "-1", "0x1", "1e3");

    /** Not 429 and 503: nobody calls too often here, and nothing takes too long. */
    private static final Set<Integer> STATUSES = Set.of(200, 204, 400, 401, 403, 404, 405, 409, 413, 415);

    private final Api fast = api(
            gateway,
            gateway.presence,
            Map.of("kefu.api.key", KEY, "kefu.api.rate", "1000000", "kefu.api.max-bytes", "64KiB"));
    private final Listeners listeners = new Listeners(gateway);
    private final List<TestGateway.Client> clients = new ArrayList<>();
    private final Set<Integer> statuses = new TreeSet<>();

    /** One call. @param body as it is sent, a character a byte */
    private record Tried(String verb, String path, String query, String key, String type, String body) {}

    @Test
    void eachCallHasAnAnswerThatIsDocumentedAndAgentsAreServed() {
        Cases.each(30_000, (hostile, inputs) -> {
            clients.removeIf(client -> client.connection.hasEnded());
            if (clients.size() < 4) {
                TestGateway.Client client = gateway.connect(new FakeWire(), hostile.one(List.of(Version.values())));
                client.login(hostile.oneIn(2) ? "g" : "h", hostile.oneIn(2) ? "a" : "17");
                clients.add(client);
            }
            Tried call = call(hostile);
            inputs.add(call.toString());
            Answer answer = send(
                    fast,
                    call.verb(),
                    call.path(),
                    call.query(),
                    call.key(),
                    call.type(),
                    call.body().getBytes(StandardCharsets.ISO_8859_1));
            check(answer);
            if (hostile.oneIn(50)) {
                listeners.talk();
                clients.remove(0).connection.ended(1006);
            }
        });
        assertEquals(STATUSES, statuses, "each was reached");
    }

    private void check(Answer answer) {
        assertTrue(STATUSES.contains(answer.status()), answer.toString());
        statuses.add(answer.status());
        Answers.showNothing(answer.json());
        if (answer.status() == 204) {
            assertEquals("", answer.json());
            return;
        }
        JsonObject json = json(answer);
        if (answer.status() != 200) {
            assertTrue(Set.of("code", "msg", "field").containsAll(json.keySet()), answer.json());
            assertFalse(json.getString("code").isEmpty());
            assertFalse(json.getString("msg").isEmpty());
        }
        answer.headers().forEach((name, value) -> assertTrue(value.matches("[ -~]*"), name));
    }

    private Tried call(Hostile hostile) {
        String key = hostile.oneIn(15)
                ? hostile.one(List.of(KEY, "Bearer", "Bearer x", "Basic eA==", hostile.text()))
                : "bearer " + KEY;
        String type = hostile.oneIn(15)
                ? hostile.text()
                : hostile.oneIn(10) ? "application/merge-patch+json" : JSON + "; charset=x";
        String path = hostile.oneIn(12) ? hostile.text() : hostile.one(PATHS);
        String verb = hostile.oneIn(20) ? hostile.one(STRANGE_VERBS) : hostile.one(VERBS);
        return new Tried(
                verb,
                hostile.oneIn(20) ? path + "/" + hostile.text() : path,
                query(hostile),
                key,
                type,
                body(hostile, path));
    }

    private String query(Hostile hostile) {
        StringBuilder query = new StringBuilder();
        List<String> names = new ArrayList<>(List.of(hostile.one(PARAMETERS)));
        if (hostile.oneIn(2)) {
            names.add("client");
        }
        for (String name : hostile.oneIn(4) ? List.<String>of() : names) {
            query.append(query.isEmpty() ? "" : "&").append(name).append('=').append(parameter(hostile, name));
        }
        return hostile.oneIn(10) ? hostile.spoilt(query.toString()) : query.toString();
    }

    private String parameter(Hostile hostile, String name) {
        if (hostile.oneIn(10)) {
            return hostile.oneIn(4)
                    ? hostile.one(List.of("%", "%zz", "%ff", "%c0%ae", "%00", "%ed%a0%80", "+"))
                    : encoded(hostile.text());
        }
        return name.equals("client") ? client(hostile) : encoded(hostile.one(NAMES));
    }

    /** What is no character cannot be encoded. */
    private static String encoded(String text) {
        return PercentEncoding.encode(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
    }

    private String client(Hostile hostile) {
        return hostile.oneIn(5) ? "x" : hostile.one(clients).connection.client();
    }

    private String body(Hostile hostile, String path) {
        String json = path.equals("/push")
                ? hostile.object(
                        "to",
                        to(hostile),
                        "message",
                        message(hostile),
                        "exclude",
                        exclude(hostile),
                        "id",
                        "\"p" + hostile.upTo(99) + "\"")
                : hostile.oneIn(2)
                        ? hostile.object("message", message(hostile))
                        : hostile.object("a", hostile.value(), "b", "null");
        String text =
                switch (hostile.upTo(30)) {
                    case 0, 1, 2 -> "";
                    case 3 -> hostile.value();
                    case 4 -> " ".repeat(65_000 + hostile.upTo(1_000)) + json;
                    case 5 -> "{\"message\":" + hostile.nested(490 + hostile.upTo(20)) + "}";
                    case 6 -> "\u00ff" + json;
                    default -> hostile.oneIn(3) ? hostile.spoilt(json) : json;
                };
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private String to(Hostile hostile) {
        String target =
                switch (hostile.upTo(5)) {
                    case 0 -> hostile.object("group", "\"g\"");
                    case 1 -> hostile.object("uid", "17");
                    case 2 -> hostile.object("client", "\"" + client(hostile) + "\"");
                    case 3 -> hostile.object("all", "true");
                    default -> hostile.value();
                };
        return hostile.oneIn(3)
                ? "[" + (target + ",").repeat(hostile.oneIn(30) ? 1_000 : hostile.upTo(3)) + target + "]"
                : target;
    }

    private static String message(Hostile hostile) {
        return hostile.object("m", hostile.value());
    }

    private static String exclude(Hostile hostile) {
        return hostile.object("uids", "[17,\"a\"]", "clients", "[]");
    }
}
