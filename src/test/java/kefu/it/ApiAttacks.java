package kefu.it;

import java.util.ArrayList;
import java.util.List;

/** Calls of the HTTP API, and of what is beside it, as no backend makes them. */
final class ApiAttacks {
    private static final String BAD_REQUEST = "400|404|405|411|413|414|417|431|50[15]|cut";
    private static final String TYPE = "Content-Type: application/json";

    private ApiAttacks() {}

    static final Attack SLOW_BODIES =
            new Attack("200 bodies that never come, without a key", "401", 1, ApiAttacks::slowBodies);

    static List<Attack> all() {
        List<Attack> attacks = new ArrayList<>(List.of(
                call("no key", "401", "GET", "/api/clients"),
                call("a wrong key", "403", "GET", "/api/clients", "Authorization: Bearer x"),
                Attack.byRequest(
                        "a key of 7 KiB",
                        "403|" + BAD_REQUEST,
                        t -> t.head("GET", "/api/clients", "Authorization: Bearer " + "x".repeat(7 << 10))),
                Attack.byRequest(
                        "a header of 64 KiB",
                        BAD_REQUEST,
                        t -> t.head("GET", "/api/clients", key(t), "X-A: " + "x".repeat(64 << 10))),
                withKey("TRACE", "405|" + BAD_REQUEST, "TRACE", "/api/clients"),
                withKey("a verb that is none", "405|" + BAD_REQUEST, "BREW", "/api/clients"),
                withKey("a verb of 4 KiB", "405|" + BAD_REQUEST, "X".repeat(4 << 10), "/api/clients"),
                withKey("a query that is not encoded", "400|cut", "GET", "/api/clients?uid=%zz"),
                withKey("a query that is no UTF-8", "400|cut", "GET", "/api/clients?uid=%c0%ae"),
                withKey("NUL in the query", "200|400|cut", "GET", "/api/clients?uid=%00"),
                withKey("a query of 7 KiB", "400|cut", "GET", "/api/clients?uid=" + "x".repeat(7 << 10)),
                body("a length that is none", BAD_REQUEST, "{}", "Content-Length: x"),
                body("a negative length", BAD_REQUEST, "{}", "Content-Length: -1"),
                body("less than the length says", BAD_REQUEST, "{}", "Content-Length: 100"),
                body("chunks that are none", BAD_REQUEST, "zz\r\n{}\r\n0\r\n\r\n", "Transfer-Encoding: chunked"),
                body("a chunk of 2^63 bytes", BAD_REQUEST, "7fffffffffffffff\r\n{}\r\n", "Transfer-Encoding: chunked"),
                body("length and chunks", BAD_REQUEST, "0\r\n\r\n", "Content-Length: 3", "Transfer-Encoding: chunked"),
                body(
                        "a body over the bound",
                        "413|cut",
                        "x".repeat((1 << 20) + 1),
                        "Content-Length: " + ((1 << 20) + 1)),
                body("a body that is awaited first", "417|400|100", "", "Content-Length: 2", "Expect: 100-continue"),
                body("nesting 10,000 deep", "400", "[".repeat(20_000), "Content-Length: 20000"),
                body("a body that is no UTF-8", "400", "{\"\u00ff\":1}", "Content-Length: 7")));
        for (String path : List.of(
                "/api/../WEB-INF/web.xml",
                "/api/%2e%2e/WEB-INF/web.xml",
                "/api/..;/WEB-INF/web.xml",
                "/WEB-INF/web.xml",
                "/%57EB-INF/web.xml",
                "/WEB-INF;x/web.xml",
                "//WEB-INF/web.xml",
                "/META-INF/MANIFEST.MF",
                "/WEB-INF/classes/META-INF/microprofile-config.properties",
                "/api/openapi.yaml/../../WEB-INF/web.xml",
                "/api/%2fclients",
                "/api/clients%2f..",
                "/api/clients%00",
                "/api/clients\0",
                "/health/../WEB-INF/web.xml",
                "/..%c0%af..%c0%afetc/passwd",
                "/\\..\\WEB-INF\\web.xml")) {
            // Payara redirects one of them, to the page; with `%2f` for a slash it is a call
            String harmless = path.equals("/api/%2fclients") ? "|200" : "|30[12]";
            attacks.add(withKey("`" + path.replace('\0', '0') + "`", BAD_REQUEST + harmless, "GET", path));
        }
        for (String path : List.of(
                "/api;x/clients", "/api/clients;jsessionid=1", "/API/clients", "/%61pi/clients", "//api/clients")) {
            attacks.add(call("`" + path + "` without a key", "401|" + BAD_REQUEST, "GET", path));
        }
        return attacks;
    }

    private static String key(Target target) {
        return "Authorization: Bearer " + target.key();
    }

    private static Attack call(String name, String refused, String verb, String path, String... headers) {
        return Attack.byRequest("API: " + name, refused, target -> target.head(verb, path, headers));
    }

    private static Attack withKey(String name, String refused, String verb, String path) {
        return Attack.byRequest("API: " + name, refused, target -> target.head(verb, path, key(target)));
    }

    private static Attack body(String name, String refused, String body, String... headers) {
        return Attack.byRequest(
                "API: " + name,
                refused,
                target -> target.head(
                                "POST",
                                "/api/push",
                                key(target) + "\r\n" + TYPE + "\r\n" + String.join("\r\n", headers))
                        + body);
    }

    /** Tomcat waits for each with a thread, of which it has 200, until the client hangs up. */
    private static String slowBodies(Target target) throws Exception {
        List<RawHttp> slow = new ArrayList<>();
        String end = "401";
        try {
            for (int i = 0; i < 200; i++) {
                slow.add(new RawHttp(target.base())
                        .write(target.head("POST", "/api/push", TYPE, "Content-Length: 100") + "{"));
            }
            for (RawHttp http : slow) {
                String status = Attack.status(http.answer());
                end = status.equals("401") ? end : status;
            }
            return end;
        } finally {
            for (RawHttp http : slow) {
                http.close();
            }
        }
    }
}
