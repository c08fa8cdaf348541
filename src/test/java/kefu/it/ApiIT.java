package kefu.it;

import static kefu.it.ApiClient.query;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.File;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import kefu.protocol.Json;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every call of the HTTP API against the built WAR, as it is. Each test has groups and agents of its own. */
@ArquillianTest
class ApiIT {
    private static final String AT = "127.0.0.1:" + System.getProperty("kefu.it.http.port");
    private static final URI SOCKET = URI.create("ws://" + AT + "/chat/chat");
    private static final String KEY = System.getProperty("kefu.it.api.key");

    private final ApiClient api = new ApiClient("http://" + AT + "/chat/api", KEY);
    private final String group = "g-" + UUID.randomUUID();
    private final List<WsClient> connected = new ArrayList<>();

    @Deployment(testable = false)
    static WebArchive chat() {
        return ShrinkWrap.create(ZipImporter.class, "chat.war")
                .importFrom(new File(System.getProperty("kefu.it.war")))
                .as(WebArchive.class);
    }

    @AfterEach
    void disconnect() {
        connected.forEach(WsClient::abort);
    }

    /** Ids that something between the two could break. */
    static List<String> ids() {
        return List.of(
                "张三",
                "😀👩‍👩‍👧",
                "it's \"quoted\"",
                "a/b/../c",
                "100%",
                "%41",
                " spaces  here ",
                "a+b&c=d;e#f?g",
                "\\back\nline",
                "u:17",
                "all",
                "ع".repeat(128));
    }

    private record Agent(WsClient socket, String client) {}

    private WsClient loggedIn(WsClient client, String bid, String uid) throws Exception {
        connected.add(client);
        client.send("{\"method\":\"login\",\"bid\":" + bid + ",\"customer_id\":" + uid + ",\"customer_name\":\"n\"}");
        return client;
    }

    private WsClient v1(String bid, String uid) throws Exception {
        WsClient client = loggedIn(WsClient.connect(SOCKET), bid, uid);
        assertTrue(client.next().contains("customer_list"));
        return client;
    }

    private Agent v2(String bid, String uid) throws Exception {
        WsClient client = loggedIn(WsClient.connectV2(SOCKET), bid, uid);
        return new Agent(client, json(client.next()).getString("client"));
    }

    private static String text(String text) {
        return Json.text(text).toString();
    }

    private static JsonObject json(String text) {
        return Json.parse(text).orElseThrow().asJsonObject();
    }

    private ApiClient.Response push(String to, String more) throws Exception {
        return api.call("POST", "/push", "{\"to\":" + to + ",\"message\":{\"m\":1}" + more + "}");
    }

    private static JsonObject result(ApiClient.Response answer, int index) {
        assertEquals(200, answer.status(), answer.body());
        return answer.json().getJsonArray("results").getJsonObject(index);
    }

    private List<String> names(String path, String list, String name) throws Exception {
        ApiClient.Response answer = api.call("GET", path);
        assertEquals(200, answer.status(), answer.body());
        return answer.json().getJsonArray(list).stream()
                .map(JsonValue::asJsonObject)
                .map(item -> item.getString(name))
                .toList();
    }

    /** Nothing more has come than what this test pushes last. */
    private static void hearsNext(WsClient client, String part) throws Exception {
        String heard = client.next();
        assertTrue(heard.contains(part), heard);
    }

    @Test
    void everyAnswerIsJsonAndMayNotBeKept() throws Exception {
        List<ApiClient.Response> answers = List.of(
                api.call("GET", "/clients"),
                api.call("GET", "/nothing"),
                api.call("GET", ""),
                api.call("POST", "/clients", "{}"),
                api.call("PUT", "/sessions" + query("client", "x"), "{"),
                api.call("DELETE", "/clients" + query("client", "x"), "{\"message\":{}}"),
                api.send(api.request("GET", "/clients", "")),
                api.send(api.request("GET", "/clients", "").header("Authorization", "Bearer x")),
                api.call("POST", "/push", "{\"x\":\"" + "x".repeat(2 << 20) + "\"}"));
        assertEquals(
                List.of(200, 404, 404, 405, 400, 404, 401, 403, 413),
                answers.stream().map(ApiClient.Response::status).toList());
        for (ApiClient.Response answer : answers) {
            assertTrue(!answer.json().isEmpty(), answer.body());
            assertTrue(answer.headers().firstValue("Content-Type").orElse("").startsWith("application/json"));
            assertEquals(List.of("no-store"), answer.headers().allValues("Cache-Control"));
            assertEquals(List.of("nosniff"), answer.headers().allValues("X-Content-Type-Options"));
            assertTrue(
                    answer.headers().firstValue("Access-Control-Allow-Origin").isEmpty());
        }
        assertEquals("DELETE, GET", answers.get(3).headers().firstValue("Allow").orElse(""));
        assertEquals(
                "Bearer",
                answers.get(6).headers().firstValue("WWW-Authenticate").orElse(""));
    }

    @Test
    void theDescriptionIsServedWithoutAKey() throws Exception {
        ApiClient.Response answer = api.send(api.request("GET", "/openapi.yaml", ""));
        assertEquals(200, answer.status());
        assertEquals(Files.readString(Path.of("docs/openapi.yaml")), answer.body());
    }

    @Test
    void theBodyOfAFormIsNoJson() throws Exception {
        ApiClient.Response answer = api.send(api.request("POST", "/push", "")
                .header("Authorization", "Bearer " + KEY)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("to=1")));
        assertEquals(415, answer.status());
    }

    @ParameterizedTest
    @MethodSource("ids")
    void idsOfAnyScriptReachTheRightOnes(String id) throws Exception {
        WsClient inGroup = v1(text(id), text(id));
        Agent other = v2(text(group), text(group));
        assertEquals(1, result(push("{\"group\":" + text(id) + "}", ""), 0).getInt("delivered"));
        hearsNext(inGroup, "\"m\"");
        JsonObject toUid = result(push("{\"uid\":" + text(id) + "}", ""), 0);
        assertEquals(1, toUid.getInt("delivered"));
        assertEquals(id, toUid.getJsonObject("to").getString("uid"));
        hearsNext(inGroup, "\"m\"");
        String in = query("group", id);
        assertEquals(List.of(id), names("/clients" + in, "clients", "group"));
        assertEquals(List.of(id), names("/clients" + query("uid", id), "clients", "uid"));
        assertEquals(List.of(id), names("/groups" + in, "groups", "group"));
        assertEquals(List.of(id), names("/uids" + in, "uids", "uid"));

        String member = query("group", id, "client", other.client());
        assertEquals(204, api.call("PUT", "/members" + member).status());
        assertEquals(
                Set.of("g:" + id),
                json(other.socket().next()).getJsonObject("joined").keySet());
        assertEquals(2, result(push("{\"group\":" + text(id) + "}", ""), 0).getInt("delivered"));
        assertEquals("g:" + id, json(other.socket().next()).getString("ch"));
        assertEquals(204, api.call("DELETE", "/members" + member).status());
        assertEquals("g:" + id, json(other.socket().next()).getJsonArray("left").getString(0));
        hearsNext(inGroup, "\"m\"");
        assertEquals(
                0,
                result(push("{\"group\":" + text(id) + "}", ",\"exclude\":{\"uids\":[" + text(id) + "]}"), 0)
                        .getInt("delivered"));
    }

    @Test
    void aGroupIsATenant() throws Exception {
        WsClient three = v1(text(group + "3"), "17");
        WsClient four = v1(text(group + "4"), "17");
        assertEquals(
                1, result(push("{\"group\":" + text(group + "3") + "}", ""), 0).getInt("delivered"));
        hearsNext(three, "\"m\"");
        push("{\"group\":" + text(group + "4") + "}", ",\"id\":\"last\"");
        hearsNext(four, "\"m\"");
        assertEquals(0, four.waiting(), "group 4 heard its own push only");
        assertEquals(0, three.waiting());
    }

    @Test
    void aNumberAndItsTextAreOne() throws Exception {
        String number = String.valueOf(Math.abs(UUID.randomUUID().getMostSignificantBits()));
        WsClient client = v1(number, number);
        for (String to : List.of(number, "\"" + number + "\"")) {
            assertEquals(1, result(push("{\"group\":" + to + "}", ""), 0).getInt("delivered"));
            assertEquals(1, result(push("{\"uid\":" + to + "}", ""), 0).getInt("delivered"));
        }
        JsonObject both = result(push("[{\"uid\":" + number + "},{\"uid\":\"" + number + "\"}]", ""), 1);
        assertEquals(1, both.getInt("delivered"));
        for (int i = 0; i < 5; i++) {
            hearsNext(client, "\"m\"");
        }
        push("{\"uid\":" + number + "}", ",\"exclude\":{\"uids\":[1]}");
        hearsNext(client, "\"m\"");
        assertEquals(0, client.waiting(), "a target that is named twice is one");
    }

    @Test
    void aGroupsNameDoesNotCollideWithAChannelOfAnotherKind() throws Exception {
        String uid = "17-" + group;
        WsClient agent = v1(text(group), text(uid));
        WsClient namedLikeIt = v1(text("u:" + uid), text("x" + group));
        assertEquals(
                1, result(push("{\"group\":" + text("u:" + uid) + "}", ""), 0).getInt("delivered"));
        hearsNext(namedLikeIt, "\"m\"");
        assertEquals(1, result(push("{\"uid\":" + text(uid) + "}", ""), 0).getInt("delivered"));
        hearsNext(agent, "\"m\"");
        assertEquals(0, result(push("{\"group\":\"g:" + group + "\"}", ""), 0).getInt("delivered"));
        assertEquals(0, agent.waiting() + namedLikeIt.waiting());
    }

    @Test
    void allReachesEverybodyButTheExcluded() throws Exception {
        WsClient one = v1(text(group), text("1" + group));
        Agent two = v2(text(group + "b"), text("2" + group));
        WsClient three = v1(text(group + "c"), text("3" + group));
        push(
                "{\"all\":true}",
                ",\"exclude\":{\"clients\":[" + text(two.client()) + "],\"uids\":[" + text("3" + group) + "]}");
        hearsNext(one, "\"m\"");
        result(push("{\"all\":true}", ""), 0);
        hearsNext(one, "\"m\"");
        hearsNext(three, "\"m\"");
        assertEquals("all", json(two.socket().next()).getString("ch"));
        assertEquals(0, two.socket().waiting() + three.waiting());
    }

    @Test
    void v1HearsTheMessageAsItIsAndV2InTheEnvelope() throws Exception {
        WsClient old = v1(text(group), text("old"));
        Agent now = v2(text(group), text("new"));
        old.next(); // the login of the other
        String message =
                "{\"b\":1.50,\"a\":\"<张三> & '\\\"'\",\"client\":\"x\",\"content\":\"<b>\",\"n\":null,\"d\":[{}]}";
        ApiClient.Response answer =
                api.call("POST", "/push", "{\"to\":{\"group\":" + text(group) + "},\"message\":" + message + "}");
        assertEquals(json(message).toString(), old.next());
        JsonObject envelope = json(now.socket().next());
        assertEquals(Set.of("ch", "off", "push"), envelope.keySet());
        assertEquals("g:" + group, envelope.getString("ch"));
        assertEquals(result(answer, 0).getInt("off"), envelope.getInt("off"));
        assertEquals(json(message), envelope.getJsonObject("push"));
        assertEquals(2, result(answer, 0).getInt("delivered"));
        assertTrue(result(answer, 0).getBoolean("stored"));
    }

    @Test
    void theSameIdPushesOncePerTargetAndIsAnsweredTheSame() throws Exception {
        Agent a = v2(text(group), text(group));
        String more = ",\"id\":\"order.17-" + group.substring(0, 20) + "\"";
        String to =
                "[{\"group\":" + text(group) + "},{\"uid\":" + text(group) + "},{\"client\":" + text(a.client()) + "}]";
        ApiClient.Response first = push(to, more);
        assertEquals(200, first.status());
        for (String ch : List.of("g:" + group, "u:" + group, "c:" + a.client())) {
            assertEquals(ch, json(a.socket().next()).getString("ch"));
        }
        assertEquals(first.json(), push(to, more).json());
        push("{\"group\":" + text(group) + "}", "");
        assertEquals(
                result(first, 0).getInt("off") + 1, json(a.socket().next()).getInt("off"), "nothing came in between");
        a.socket().close();
        while (!names("/clients" + query("group", group), "clients", "client").isEmpty()) {
            Thread.onSpinWait();
        }
        assertEquals(first.json(), push(to, more).json(), "the client has gone, the answer stays");
    }

    @Test
    void nobodyThereIsNoErrorButAnUnknownClientIs() throws Exception {
        for (String to : List.of("{\"group\":" + text(group) + "}", "{\"uid\":" + text(group) + "}")) {
            JsonObject result = result(push(to, ""), 0);
            assertEquals(0, result.getInt("delivered"));
            assertTrue(result.getBoolean("stored"));
        }
        ApiClient.Response unknown = push("{\"client\":\"nobody\"}", "");
        assertEquals(404, unknown.status());
        assertEquals("10009", unknown.json().getString("code"));
        JsonObject inList = result(push("[{\"uid\":" + text(group) + "},{\"client\":\"nobody\"}]", ""), 1);
        assertEquals("10009", inList.getString("code"));
        assertEquals(0, inList.getInt("delivered"));
        for (String call : List.of(
                "GET /clients",
                "GET /sessions",
                "DELETE /clients",
                "PUT /members",
                "DELETE /members",
                "PUT /bindings")) {
            String[] verbAndPath = call.split(" ");
            String query = query("client", "nobody")
                    + (call.endsWith("members") ? "&group=1" : call.endsWith("bindings") ? "&uid=1" : "");
            assertEquals(404, api.call(verbAndPath[0], verbAndPath[1] + query).status(), call);
        }
        String data = "/sessions" + query("client", "nobody");
        assertEquals(404, api.call("PUT", data, "{}").status());
        assertEquals(404, api.call("PATCH", data, "{}").status());
        assertEquals(List.of(), names("/clients" + query("group", group), "clients", "client"));
        JsonObject empty = api.call("GET", "/groups" + query("group", group))
                .json()
                .getJsonArray("groups")
                .getJsonObject(0);
        assertEquals(0, empty.getInt("clients") + empty.getInt("uids"));
        JsonObject offline = api.call("GET", "/uids" + query("uid", group))
                .json()
                .getJsonArray("uids")
                .getJsonObject(0);
        assertEquals(false, offline.getBoolean("online"));
        assertEquals(0, offline.getJsonArray("groups").size());
        assertEquals(0, api.call("DELETE", "/uids" + query("uid", group)).json().getInt("closed"));
        assertEquals(
                0, api.call("DELETE", "/groups" + query("group", group)).json().getInt("left"));
    }

    @Test
    void looksUpClientsGroupsAndAgents() throws Exception {
        String uid = "u" + group;
        v1(text(group), text(uid));
        Agent a = v2(text(group), text(uid));
        v1(text(group + "b"), text(uid));
        v1(text(group + "b"), text("other" + group));
        JsonObject client = api.call("GET", "/clients" + query("client", a.client()))
                .json()
                .getJsonArray("clients")
                .getJsonObject(0);
        assertEquals(Set.of("client", "uid", "name", "group", "node", "since", "protocol", "state"), client.keySet());
        assertEquals(
                List.of("v2", "online", "it-node", "n", group),
                List.of(
                        client.getString("protocol"),
                        client.getString("state"),
                        client.getString("node"),
                        client.getString("name"),
                        client.getString("group")));
        assertEquals(
                2,
                names("/clients" + query("group", group), "clients", "client").size());
        assertEquals(
                3, names("/clients" + query("uid", uid), "clients", "client").size());
        assertEquals(
                1,
                names("/clients" + query("uid", uid, "group", group + "b"), "clients", "client")
                        .size());
        assertTrue(names("/clients", "clients", "client").contains(a.client()));

        JsonObject agent = api.call("GET", "/uids" + query("uid", uid))
                .json()
                .getJsonArray("uids")
                .getJsonObject(0);
        assertEquals(3, agent.getInt("clients"));
        assertEquals(true, agent.getBoolean("online"));
        Set<String> groups = agent.getJsonArray("groups").stream()
                .map(JsonValue::asJsonObject)
                .peek(g -> assertTrue(g.getJsonNumber("version").longValue() > 0))
                .map(g -> g.getString("group") + " " + g.getInt("clients"))
                .collect(Collectors.toSet());
        assertEquals(Set.of(group + " 2", group + "b 1"), groups);
        assertEquals(List.of(uid, "nobody"), names("/uids" + query("uid", uid, "uid", "nobody"), "uids", "uid"));
        JsonObject named = api.call("GET", "/groups" + query("group", group + "b", "group", group))
                .json();
        assertEquals(2, named.getJsonArray("groups").getJsonObject(0).getInt("uids"));
        assertEquals(2, named.getJsonArray("groups").getJsonObject(1).getInt("clients"));
        assertTrue(names("/groups" + query("limit", 1000), "groups", "group").contains(group));
        assertTrue(names("/uids" + query("limit", 1000), "uids", "uid").contains(uid));
    }

    @Test
    void longListsComeInPages() throws Exception {
        for (int i = 0; i < 5; i++) {
            v1(text(group), text(i + group));
        }
        for (String path : List.of("clients", "uids")) {
            Set<String> seen = new HashSet<>();
            String cursor = "";
            int pages = 0;
            do {
                String query = query("group", group, "limit", 2) + (cursor.isEmpty() ? "" : "&cursor=" + cursor);
                JsonObject page = api.call("GET", "/" + path + query).json();
                assertEquals(5, page.getInt("total"));
                page.getJsonArray(path)
                        .forEach(item -> assertTrue(seen.add(item.asJsonObject().toString())));
                cursor = page.getString("next", "");
                pages++;
            } while (!cursor.isEmpty());
            assertEquals(5, seen.size());
            assertEquals(3, pages);
        }
        for (String path : List.of("groups", "uids")) {
            JsonObject first = api.call("GET", "/" + path + query("limit", 1)).json();
            assertEquals(1, first.getJsonArray(path).size());
            assertTrue(first.getInt("total") >= 1);
        }
    }

    @Test
    void joinsAndLeavesAndUngroupsAndTellsV2() throws Exception {
        Agent a = v2(text(group), text(group));
        WsClient there = v1(text(group + "b"), text("b" + group));
        String other = query("group", group + "b", "client", a.client());
        assertEquals(204, api.call("PUT", "/members" + other).status());
        JsonObject told = json(a.socket().next());
        assertEquals("channels", told.getString("method"));
        assertTrue(
                told.getJsonObject("joined").getJsonObject("g:" + group + "b").getInt("off") >= 1);
        assertEquals(204, api.call("PUT", "/members" + other).status(), "once more changes nothing");
        push("{\"group\":" + text(group + "b") + "}", "");
        assertEquals("g:" + group + "b", json(a.socket().next()).getString("ch"));
        hearsNext(there, "\"m\"");
        assertEquals(
                1,
                api.call("DELETE", "/groups" + query("group", group + "b"))
                        .json()
                        .getInt("left"));
        assertEquals(
                "g:" + group + "b", json(a.socket().next()).getJsonArray("left").getString(0));
        push("{\"group\":" + text(group + "b") + "}", "");
        hearsNext(there, "\"m\""); // who is logged in there stays
        assertEquals(204, api.call("DELETE", "/members" + other).status());
        assertEquals(0, a.socket().waiting());
        ApiClient.Response own = api.call("DELETE", "/members" + query("group", group, "client", a.client()));
        assertEquals(409, own.status());
        assertEquals("group", own.json().getString("field"));
    }

    @Test
    void bindsAndUnbindsAndTellsV2() throws Exception {
        Agent a = v2(text(group), text(group));
        String binding = query("uid", "boss" + group, "client", a.client());
        assertEquals(204, api.call("PUT", "/bindings" + binding).status());
        assertEquals(
                Set.of("u:boss" + group),
                json(a.socket().next()).getJsonObject("joined").keySet());
        assertEquals(
                1, result(push("{\"uid\":" + text("boss" + group) + "}", ""), 0).getInt("delivered"));
        assertEquals("u:boss" + group, json(a.socket().next()).getString("ch"));
        assertEquals(
                0,
                api.call("DELETE", "/uids" + query("uid", "boss" + group))
                        .json()
                        .getInt("closed"));
        assertEquals(204, api.call("DELETE", "/bindings" + binding).status());
        assertEquals(
                "u:boss" + group, json(a.socket().next()).getJsonArray("left").getString(0));
        assertEquals(
                0, result(push("{\"uid\":" + text("boss" + group) + "}", ""), 0).getInt("delivered"));
        assertEquals(
                409,
                api.call("DELETE", "/bindings" + query("uid", group, "client", a.client()))
                        .status());
    }

    @Test
    void keepsDataWithASessionAsLongAsItLasts() throws Exception {
        Agent a = v2(text(group), text(group));
        String at = "/sessions" + query("client", a.client());
        assertEquals("{}", api.call("GET", at).body());
        String data = "{\"名\":\"张三\",\"n\":1.50,\"deep\":{\"a\":1,\"b\":2}}";
        assertEquals(json(data), api.call("PUT", at, data).json());
        String merged = "{\"名\":\"张三\",\"deep\":{\"b\":2,\"c\":3}}";
        assertEquals(
                json(merged),
                api.call("PATCH", at, "{\"n\":null,\"deep\":{\"a\":null,\"c\":3}}")
                        .json());
        assertEquals(json(merged), api.call("GET", at).json());
        assertEquals(json("{\"x\":1}"), api.call("PUT", at, "{\"x\":1}").json());
        assertEquals(
                413,
                api.call("PUT", at, "{\"x\":\"" + "x".repeat(64 << 10) + "\"}").status());
        assertEquals(400, api.call("PUT", at, "[1]").status());
        assertEquals(json("{\"x\":1}"), api.call("GET", at).json());
    }

    @Test
    void closesAClientAfterAMessageAndItsGroupHearsOneLogout() throws Exception {
        WsClient observer = v1(text(group), text("observer"));
        Agent a = v2(text(group), text("a"));
        observer.next();
        assertEquals(
                204,
                api.call("DELETE", "/clients" + query("client", a.client()), "{\"message\":{\"bye\":\"再见\"}}")
                        .status());
        JsonObject bye = json(a.socket().next());
        assertEquals("c:" + a.client(), bye.getString("ch"));
        assertEquals("再见", bye.getJsonObject("push").getString("bye"));
        assertEquals(4002, a.socket().closeCode());
        hearsNext(observer, "logout_push");
        push("{\"group\":" + text(group) + "}", "");
        hearsNext(observer, "\"m\"");
        assertEquals(
                404,
                api.call("DELETE", "/clients" + query("client", a.client())).status());
    }

    @Test
    void closesAllSessionsOfAnAgentInAllGroupsAndNobodyElse() throws Exception {
        String uid = "a" + group;
        WsClient other = v1(text(group), text("other"));
        WsClient tab = v1(text(group), text(uid));
        Agent elsewhere = v2(text(group + "b"), text(uid));
        other.next();
        ApiClient.Response bad = api.call("DELETE", "/uids" + query("uid", uid), "{\"massage\":{}}");
        assertEquals(400, bad.status());
        assertEquals("massage", bad.json().getString("field"));
        assertEquals(
                2,
                api.call("DELETE", "/uids" + query("uid", uid), "{\"message\":{\"bye\":1}}")
                        .json()
                        .getInt("closed"));
        assertEquals("{\"bye\":1}", tab.next());
        assertTrue(elsewhere.socket().next().contains("\"bye\""));
        assertEquals(4002, tab.closeCode());
        assertEquals(4002, elsewhere.socket().closeCode());
        hearsNext(other, "logout_push");
        push("{\"group\":" + text(group) + "}", "");
        hearsNext(other, "\"m\"");
        v1(text(group), text(uid)).close(); // and without a body
        assertTrue(api.call("DELETE", "/uids" + query("uid", uid)).status() == 200);
    }
}
