package kefu.it;

import java.util.ArrayList;
import java.util.List;
import kefu.fuzz.Hostile;
import kefu.protocol.Json;

/** Methods, groups, agents and names that are meant to be something else further on. */
final class ContentAttacks {
    /** What a backend's address may be followed by: what the rule for methods lets through, percent-encoded. */
    static final String ALLOWED_PATH = "(/(?!\\.{1,2}(/|$))([A-Za-z0-9_.-]|%[0-9a-f]{2})+)+";

    private ContentAttacks() {}

    static List<Attack> all() {
        return List.of(
                new Attack("paths and headers in `method`", "10003|200|[45]..", 1, ContentAttacks::methods),
                new Attack("paths, headers and scripts as group, agent and name", "10001", 1, ContentAttacks::groups),
                new Attack("the same as `id`", "10001", 1, ContentAttacks::ids));
    }

    private static String methods(Target target) throws Exception {
        List<String> methods = new ArrayList<>(Hostile.TEXTS);
        methods.addAll(List.of(
                "a".repeat(129), "x/".repeat(60) + "x", ".", "..", "a/./b", "\u0430dmin", "login\0", "a/\u2025/b"));
        try (HostileClient client = target.connect()) {
            client.logIn("methods");
            for (String method : methods) {
                client.says("{\"method\":" + Json.text(method) + "}");
            }
            String ends = client.says(HostileClient.QUESTION).end();
            return ends.contains("10001") && ends.contains("10003") ? "10003" : ends;
        }
    }

    private static String groups(Target target) throws Exception {
        for (String text : Hostile.TEXTS) {
            try (HostileClient client = target.connect()) {
                client.says(HostileClient.login(text));
                client.says("{\"method\":\"ask\",\"content\":" + Json.text(text) + "}");
                String end = client.says(HostileClient.QUESTION).end();
                if (!end.endsWith("10001")) {
                    return Json.text(text) + ": " + end;
                }
            }
        }
        return "10001";
    }

    private static String ids(Target target) throws Exception {
        try (HostileClient client = target.connect("Sec-WebSocket-Protocol: kefu.v2")) {
            client.logIn("ids");
            for (String text : Hostile.TEXTS) {
                client.says("{\"method\":\"ask\",\"id\":" + Json.text(text) + "}");
            }
            String end = client.says(HostileClient.QUESTION).end();
            return end.contains("10010") ? "10001" : end;
        }
    }
}
