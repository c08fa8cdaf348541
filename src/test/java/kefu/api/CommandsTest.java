package kefu.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kefu.Await;
import kefu.connection.FakeWire;
import kefu.gateway.TestGateway;
import kefu.protocol.CloseCode;
import kefu.protocol.Json;
import kefu.protocol.Version;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the API does to sessions, and whom it finds. */
class CommandsTest extends ApiTestCalls {
    private TestGateway.Client login(String group, String uid) {
        TestGateway.Client client = gateway.connect(new FakeWire(), Version.V2);
        client.login(group, uid);
        return client;
    }

    private static String id(TestGateway.Client client) {
        return client.connection.client();
    }

    private static List<JsonObject> heard(TestGateway.Client client) {
        return client.wire.received().stream()
                .map(text -> Json.parse(text).orElseThrow().asJsonObject())
                .toList();
    }

    private JsonObject get(String path, String query) {
        Answer answer = send("GET", path, query, "");
        assertEquals(200, answer.status(), answer.json());
        return json(answer);
    }

    private JsonObject only(String path, String query) {
        return get(path, query).getJsonArray(path.substring(1)).getJsonObject(0);
    }

    private int delivered(String to) {
        Answer answer = send("POST", "/push", "", "{\"to\":" + to + ",\"message\":{}}");
        return json(answer).getJsonArray("results").getJsonObject(0).getInt("delivered");
    }

    private int status(String verb, String path, String query) {
        return send(verb, path, query, "").status();
    }

    @Test
    void aJoinHearsTheGroupAndIsNotListedThereAndNobodyIsTold() {
        TestGateway.Client there = login("h", "b");
        TestGateway.Client joined = login("g", "a");
        int before = there.wire.received().size();
        assertEquals(204, status("PUT", "/members", "group=h&client=" + id(joined)));
        assertEquals(before, there.wire.received().size());
        assertEquals(2, only("/groups", "group=h").getInt("clients"));
        assertEquals(1, only("/groups", "group=h").getInt("uids"));
        TestGateway.Client later = login("h", "c");
        List<String> listed = heard(later).get(0).getJsonArray("customer_list").stream()
                .map(JsonValue::asJsonObject)
                .map(entry -> entry.getString("customer_id"))
                .toList();
        assertEquals(List.of("b", "c"), listed);
        assertEquals(3, delivered("{\"group\":\"h\"}"));
        assertEquals(204, status("DELETE", "/members", "group=h&client=" + id(joined)));
        assertEquals(2, delivered("{\"group\":\"h\"}"));
        assertEquals(2, only("/groups", "group=h").getInt("clients"));
    }

    @Test
    void aSessionIsJoinedToSoManyGroupsAndAgentsAndNoMore() {
        TestGateway.Client joined = login("g", "a");
        for (int i = 0; i < 200; i++) {
            String where = i % 2 == 0 ? "/members" : "/bindings";
            assertEquals(204, status("PUT", where, (i % 2 == 0 ? "group=h" : "uid=u") + i + "&client=" + id(joined)));
        }
        Answer full = send("PUT", "/members", "group=one-too-many&client=" + id(joined), "");
        assertEquals(409, full.status());
        assertEquals("group", json(full).getString("field"));
        assertEquals(409, status("PUT", "/bindings", "uid=one-too-many&client=" + id(joined)));
        assertEquals(0, only("/groups", "group=one-too-many").getInt("clients"));
        assertEquals(204, status("PUT", "/members", "group=h0&client=" + id(joined)), "it hears that already");
        assertEquals(204, status("PUT", "/members", "group=g&client=" + id(joined)), "it is logged in there");
        assertEquals(204, status("DELETE", "/members", "group=h0&client=" + id(joined)));
        assertEquals(204, status("PUT", "/members", "group=one-too-many&client=" + id(joined)));
    }

    @Test
    void aSessionThatWaitsForAConnectionIsSeenAndTakenIntoChannels() {
        TestGateway.Client waits = login("g", "a");
        String ticket = heard(waits).get(0).getString("ticket");
        waits.send("{\"method\":\"kefu.status\",\"status\":2}");
        waits.lose();
        assertEquals("detached", only("/clients", "client=" + id(waits)).getString("state"));
        assertEquals(2, only("/clients", "client=" + id(waits)).getInt("status"));
        assertEquals(0, delivered("{\"group\":\"g\"}"), "it is kept, and delivered to nobody yet");
        assertEquals(0, delivered("{\"client\":\"" + id(waits) + "\"}"));
        assertEquals(204, status("PUT", "/members", "group=h&client=" + id(waits)));
        assertEquals(0, delivered("{\"group\":\"h\"}"));
        TestGateway.Client again = gateway.connect(new FakeWire(), Version.V2);
        again.send("{\"method\":\"resume\",\"ticket\":\"" + ticket + "\",\"try\":1}");
        assertTrue(heard(again).get(0).getJsonObject("channels").containsKey("g:h"));
        assertEquals("online", only("/clients", "client=" + id(waits)).getString("state"));
        assertEquals(1, delivered("{\"group\":\"g\"}"));
        assertEquals(1, delivered("{\"group\":\"h\"}"));
        assertEquals(1, delivered("{\"client\":\"" + id(waits) + "\"}"));
        assertEquals(1, delivered("{\"all\":true}"));
    }

    @Test
    void aGroupIsLeftByThoseTooThatWaitForAConnection() {
        TestGateway.Client waits = login("g", "a");
        assertEquals(204, status("PUT", "/members", "group=h&client=" + id(waits)));
        waits.lose();
        assertEquals(0, delivered("{\"group\":\"h\"}"));
        assertEquals(1, json(send("DELETE", "/groups", "group=h", "")).getInt("left"));
        assertEquals(0, only("/groups", "group=h").getInt("clients"));
    }

    @Test
    void aSessionThatWaitsForAConnectionIsEndedAtOnce() {
        TestGateway.Client there = login("g", "b");
        TestGateway.Client waits = login("g", "a");
        String ticket = heard(waits).get(0).getString("ticket");
        waits.lose();
        assertEquals(204, status("DELETE", "/clients", "client=" + id(waits)));
        assertEquals(404, status("GET", "/clients", "client=" + id(waits)));
        assertTrue(there.wire.received().get(there.wire.received().size() - 1).contains("logout_push"));
        TestGateway.Client again = gateway.connect(new FakeWire(), Version.V2);
        again.send("{\"method\":\"resume\",\"ticket\":\"" + ticket + "\",\"try\":1}");
        assertEquals("10005", heard(again).get(0).getString("code"));
    }

    @Test
    void whoIsToBeClosedDoesNotComeBackWhenTheLineIsLostBefore() {
        TestGateway.Client there = login("g", "b");
        TestGateway.Client stuck = login("g", "a");
        String ticket = heard(stuck).get(0).getString("ticket");
        stuck.wire.stick();
        assertEquals(1, delivered("{\"client\":\"" + id(stuck) + "\"}"));
        assertEquals(204, status("DELETE", "/clients", "client=" + id(stuck)));
        stuck.lose();
        assertTrue(there.wire.received().get(there.wire.received().size() - 1).contains("logout_push"));
        TestGateway.Client again = gateway.connect(new FakeWire(), Version.V2);
        again.send("{\"method\":\"resume\",\"ticket\":\"" + ticket + "\",\"try\":1}");
        assertEquals("10005", heard(again).get(0).getString("code"));
    }

    @Test
    void aBindingHearsTheAgentUntilItIsTakenBack() {
        TestGateway.Client bound = login("g", "a");
        assertEquals(204, status("PUT", "/bindings", "uid=boss&client=" + id(bound)));
        assertEquals(1, delivered("{\"uid\":\"boss\"}"));
        assertEquals(204, status("DELETE", "/bindings", "uid=boss&client=" + id(bound)));
        int before = bound.wire.received().size();
        assertEquals(0, delivered("{\"uid\":\"boss\"}"));
        assertEquals(before, bound.wire.received().size());
    }

    @Test
    void whatALoginMadeIsNotTakenBack() {
        TestGateway.Client client = login("g", "a");
        assertEquals(409, status("DELETE", "/members", "group=g&client=" + id(client)));
        assertEquals(409, status("DELETE", "/bindings", "uid=a&client=" + id(client)));
        assertEquals(1, delivered("{\"group\":\"g\"}"));
        assertEquals(1, delivered("{\"uid\":\"a\"}"));
    }

    @Test
    void anUngroupTakesBackEveryJoinAndNoLogin() {
        login("h", "b");
        List<TestGateway.Client> joined = List.of(login("g", "a"), login("g", "c"));
        joined.forEach(client -> status("PUT", "/members", "group=h&client=" + id(client)));
        assertEquals(3, delivered("{\"group\":\"h\"}"));
        assertEquals(2, json(send("DELETE", "/groups", "group=h", "")).getInt("left"));
        assertEquals(1, delivered("{\"group\":\"h\"}"));
    }

    @Test
    void anAgentIsClosedInEveryGroupAndWhoIsBoundToItIsNot() {
        List<TestGateway.Client> agents = List.of(login("g", "17"), login("g", "17"), login("h", "17"));
        TestGateway.Client bound = login("g", "boss");
        status("PUT", "/bindings", "uid=17&client=" + id(bound));
        assertEquals(3, json(send("DELETE", "/uids", "uid=17", "")).getInt("closed"));
        agents.forEach(agent -> Await.until(() -> agent.wire.closed().equals(Optional.of(CloseCode.ENDED_BY_SERVER))));
        assertEquals(Optional.empty(), bound.wire.closed());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "GET /clients client=x ''",
                "PUT /members group=g&client=x ''",
                "DELETE /members group=g&client=x ''",
                "PUT /bindings uid=u&client=x ''",
                "DELETE /bindings uid=u&client=x ''",
                "GET /sessions client=x ''",
                "PUT /sessions client=x {}",
                "PATCH /sessions client=x {}",
                "DELETE /clients client=x ''",
                "POST /push '' {\"to\":{\"client\":\"x\"},\"message\":{}}",
            })
    void anUnknownClientIs404(String verb, String path, String query, String body) {
        assertEquals(404, send(verb, path, query, body).status());
    }

    @Test
    void aTargetThatIsNamedTwiceIsOne() {
        TestGateway.Client client = login("g", "17");
        int before = client.wire.received().size();
        send("POST", "/push", "", "{\"to\":[{\"uid\":17},{\"uid\":\"17\"}],\"message\":{}}");
        assertEquals(before + 1, client.wire.received().size());
    }

    @Test
    void listsComeWholeInPages() {
        for (int i = 0; i < 5; i++) {
            login("g", "a" + i);
            login("g" + i, "b");
        }
        for (String list :
                List.of("/clients?", "/clients?group=g&", "/clients?uid=b&", "/groups?", "/uids?", "/uids?group=g&")) {
            String path = list.substring(0, list.indexOf('?'));
            String query = list.substring(list.indexOf('?') + 1) + "limit=2";
            List<JsonValue> seen = new ArrayList<>();
            JsonObject page = get(path, query);
            int total = page.getInt("total");
            while (page.containsKey("next")) {
                assertEquals(2, page.getJsonArray(path.substring(1)).size());
                seen.addAll(page.getJsonArray(path.substring(1)));
                page = get(path, query + "&cursor=" + page.getString("next"));
            }
            seen.addAll(page.getJsonArray(path.substring(1)));
            assertEquals(total, seen.size(), list);
            assertEquals(total, seen.stream().distinct().count(), list);
            assertTrue(total >= 5, list);
        }
    }
}
