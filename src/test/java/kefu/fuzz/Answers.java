package kefu.fuzz;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import kefu.protocol.Json;

/** What anybody may be shown: the frames that the protocol has, with their members, and nothing of how the gateway is made. */
public final class Answers {
    /** A stack trace, or the name of a class. */
    private static final Pattern INSIDES = Pattern.compile(
            "\\bat kefu\\.|Exception\\b|org\\.apache|com\\.sun|fish\\.payara|\\bjava\\.|\\bjakarta\\.|org\\.glassfish");

    private static final Set<String> ERROR = Set.of("code", "msg", "method", "id");

    /** By their method; besides code and id in v2. */
    private static final Map<String, Set<String>> OTHERS = Map.ofEntries(
            Map.entry(
                    "login",
                    Set.of(
                            "customer_id",
                            "customer_name",
                            "timestamp",
                            "customer_list",
                            "client",
                            "ticket",
                            "grace",
                            "heartbeat",
                            "methods",
                            "channels")),
            Map.entry("resume", Set.of("customer_list", "client", "heartbeat", "methods", "channels")),
            Map.entry("login_push", Set.of("customer_id", "customer_name", "timestamp", "client")),
            Map.entry("logout_push", Set.of("customer_id", "customer_name", "timestamp", "client")),
            Map.entry("say", Set.of("delivered", "data")),
            Map.entry(
                    "say_push",
                    Set.of("client", "from_customer_id", "from_customer_name", "to", "content", "timestamp")),
            Map.entry("channels", Set.of("joined", "left")),
            Map.entry("token", Set.of()),
            Map.entry("token_expiring", Set.of()),
            Map.entry("logout", Set.of()));

    private Answers() {}

    /** Nothing in it tells of the gateway's insides. */
    public static void showNothing(String answer) {
        assertFalse(INSIDES.matcher(answer).find(), () -> "shows its insides: " + answer);
    }

    /** A frame of the gateway with the built-in backend. */
    static JsonObject frame(String text) {
        showNothing(text);
        JsonObject frame = Json.parse(text)
                .orElseThrow(() -> new AssertionError("no JSON: " + text))
                .asJsonObject();
        if (frame.containsKey("push")) {
            assertTrue(Set.of("ch", "off", "push").equals(frame.keySet()), text);
            allowed(frame.getJsonObject("push"), text);
        } else {
            allowed(frame, text);
        }
        return frame;
    }

    private static void allowed(JsonObject frame, String text) {
        if (frame.containsKey("msg")) {
            assertTrue(ERROR.containsAll(frame.keySet()), text);
            return;
        }
        String method = frame.getString("method", "");
        assertTrue(OTHERS.containsKey(method), text);
        Set<String> known = OTHERS.getOrDefault(method, Set.of());
        List<String> unknown = frame.keySet().stream()
                .filter(name ->
                        !known.contains(name) && !Set.of("method", "code", "id").contains(name))
                .toList();
        assertTrue(unknown.isEmpty(), () -> unknown + " in " + text);
    }
}
