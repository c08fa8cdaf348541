package kefu.it;

import static kefu.it.ApiClient.query;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import kefu.Await;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.junit.jupiter.api.Test;

/** Every call of the HTTP API, good and bad, but the pushes, against the built WAR. */
@ArquillianTest
class ApiIT extends ApiTestbed {
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
        Await.until(() -> !ContainerLog.linesWith(
                        "Rejection reason=\"api_key\" path=\"/clients\" address=\"127.0.0.1\" status=401")
                .isEmpty());
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
        assertEquals(
                Set.of("client", "uid", "name", "group", "node", "since", "protocol", "state", "status"),
                client.keySet());
        assertEquals(1, client.getInt("status"));
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
    void aPostThatSaysSoIsADeleteInEveryContainer() throws Exception {
        Agent a = v2(text(group), text("a"));
        String path = "/clients" + query("client", a.client());
        String message = "{\"message\":{\"bye\":1}}";
        assertEquals(405, api.call("POST", path, message).status());
        ApiClient.Response closed = api.send(api.request("POST", path, message)
                .header("Authorization", "Bearer " + KEY)
                .header("X-HTTP-Method-Override", "DELETE"));
        assertEquals(204, closed.status(), closed.body());
        assertEquals(1, json(a.socket().next()).getJsonObject("push").getInt("bye"));
        assertEquals(4002, a.socket().closeCode());
        assertTrue(
                new BuiltWar("chat")
                        .get("/metrics")
                        .body()
                        .lines()
                        .filter(line -> line.startsWith("kefu_api_calls_total{") && line.contains("status=\"204\""))
                        .noneMatch(line -> line.contains("\"other\"")),
                "it counts as the call that it is");
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
