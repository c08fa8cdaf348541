package kefu.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import kefu.Intercepted;
import kefu.LoggedLines;
import kefu.broker.Presence;
import kefu.gateway.TestGateway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the API refuses, and how; what it does is shown in a container. */
class ApiTest extends ApiTestCalls {
    @ParameterizedTest
    @ValueSource(strings = {"", "Basic 0123456789abcdef", KEY, "Bearer", "Bearer" + KEY})
    void withoutAKeyNothingIsDone(String authorization) {
        Answer answer = send(api, "GET", "/clients", "", authorization, JSON, new byte[0]);
        assertEquals(401, answer.status());
        assertEquals("Bearer", answer.headers().get("WWW-Authenticate"));
        assertEquals("10006", json(answer).getString("code"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer x", "Bearer 0123456789abcdeF", "Bearer 0123456789abcdef0", "Bearer  "})
    void withAWrongKeyNothingIsDone(String authorization) {
        Answer answer = send(api, "DELETE", "/uids", "uid=1", authorization, JSON, new byte[0]);
        assertEquals(403, answer.status());
        assertEquals("10006", json(answer).getString("code"));
        assertFalse(answer.json().contains(KEY));
    }

    @Test
    void oneCallTooManyIs429AndWhoHasNoKeyTakesNobodysPlace() {
        Map<String, String> settings = Map.of("kefu.api.key", KEY, "kefu.api.rate", "1");
        Api slow = api(gateway, gateway.presence, settings);
        for (int i = 0; i < 10; i++) {
            assertEquals(
                    403,
                    send(slow, "GET", "/clients", "", "Bearer x", JSON, new byte[0])
                            .status());
        }
        Answer answer = send(slow, "GET", "/clients", "", "Bearer " + KEY, JSON, new byte[0]);
        assertEquals(200, answer.status());
        for (int i = 0; i < 3; i++) {
            answer = send(slow, "GET", "/clients", "", "Bearer " + KEY, JSON, new byte[0]);
        }
        assertEquals(429, answer.status());
        assertEquals("10007", json(answer).getString("code"));
        assertEquals("1", answer.headers().get("Retry-After"));
    }

    @Test
    void theSchemesCaseDoesNotCount() {
        assertEquals(
                200,
                send(api, "GET", "/clients", "", "bearer " + KEY, JSON, new byte[0])
                        .status());
    }

    @Test
    void anUnknownPathIs404AndAnUnknownVerb405WithThoseThatThereAre() {
        assertEquals(404, send("GET", "/nothing", "", "").status());
        assertEquals(404, send("GET", "/push/", "", "").status());
        Answer answer = send("POST", "/sessions", "", "{}");
        assertEquals(405, answer.status());
        assertEquals("GET, PATCH, PUT", answer.headers().get("Allow"));
        assertEquals("405", json(answer).getString("code"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "GET /clients limit=0 limit",
                "GET /clients limit=1001 limit",
                "GET /clients limit=x limit",
                "GET /clients limit=1&limit=2 limit",
                "GET /clients x=1 x",
                "GET /clients group= group",
                "GET /clients group=1&group=2 group",
                "GET /clients client=1&uid=2 client",
                "GET /groups group=1&group= group",
                "GET /uids group=1&group=2 group",
                "PUT /members group=1 client",
                "PUT /members client=1 group",
                "PUT /bindings client=1 uid",
                "DELETE /groups x=1 x",
                "DELETE /uids client=1 client",
                "GET /sessions uid=1 uid",
            })
    void aBadParameterIs400AndNamed(String verb, String path, String query, String field) {
        Answer answer = send(verb, path, query, "");
        assertEquals(400, answer.status(), answer.json());
        assertEquals("10012", json(answer).getString("code"));
        assertEquals(field, json(answer).getString("field"));
    }

    @Test
    void anIdHas128CharactersAndNoMore() {
        assertEquals(
                200,
                send("GET", "/uids", "uid=" + "%F0%9F%98%80".repeat(128), "").status());
        assertEquals(
                400,
                send("GET", "/uids", "uid=" + "%F0%9F%98%80".repeat(129), "").status());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'message':{}}|to|10012",
                "{'to':null,'message':{}}|to|10012",
                "{'to':[],'message':{}}|to|10012",
                "{'to':'all','message':{}}|to|10012",
                "{'to':{},'message':{}}|to|10012",
                "{'to':{'group':1,'uid':2},'message':{}}|to|10012",
                "{'to':{'room':1},'message':{}}|to.room|10012",
                "{'to':{'all':false},'message':{}}|to.all|10012",
                "{'to':{'group':''},'message':{}}|to.group|10012",
                "{'to':{'group':true},'message':{}}|to.group|10012",
                "{'to':[{'uid':1},{'uid':[]}],'message':{}}|to.1.uid|10012",
                "{'to':{'all':true}}|message|10012",
                "{'to':{'all':true},'message':null}|message|10012",
                "{'to':{'all':true},'message':[1]}|message|10012",
                "{'to':{'all':true},'message':'x'}|message|10012",
                "{'to':{'all':true},'message':{},'exclude':[1]}|exclude|10012",
                "{'to':{'all':true},'message':{},'exclude':{'uids':{'a':1}}}|exclude.uids|10012",
                "{'to':{'all':true},'message':{},'exclude':{'uids':1}}|exclude.uids|10012",
                "{'to':{'all':true},'message':{},'exclude':{'clients':[null]}}|exclude.clients|10012",
                "{'to':{'all':true},'message':{},'exclude':{'groups':[]}}|exclude.groups|10012",
                "{'to':{'all':true},'message':{},'id':1}|id|10010",
                "{'to':{'all':true},'message':{},'id':''}|id|10010",
                "{'to':{'all':true},'message':{},'id':'a b'}|id|10010",
                "{'to':{'all':true},'message':{},'more':1}|more|10012",
            })
    void aBadPushIs400AndItsFieldNamedAndNothingIsSaid(String body, String field, String code) {
        TestGateway.Client there = gateway.connect();
        there.login(1, 1);
        Answer answer = send("POST", "/push", "", body.replace('\'', '"'));
        assertEquals(400, answer.status(), answer.json());
        assertEquals(field, json(answer).getString("field"));
        assertEquals(code, json(answer).getString("code"));
        assertEquals(1, there.wire.received().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'to':{'all':true},'message':[]}",
                "{'to':{'all':true},'message':{},'exclude':[],'id':null}",
                "{'to':{'all':true},'message':{},'exclude':null}",
                "{'to':{'all':true},'message':{},'exclude':{'clients':{},'uids':null}}",
                "\uFEFF{'to':{'all':true},'message':{}}"
            })
    void whatPhpWritesForNothingIsNothing(String body) {
        TestGateway.Client there = gateway.connect();
        there.login(1, 1);
        assertEquals(200, send("POST", "/push", "", body.replace('\'', '"')).status());
        assertEquals("{}", there.wire.received().get(1));
    }

    @Test
    void anEmptyListIsAnEmptySessionToo() {
        String query = "client=" + client("u");
        assertEquals("{}", send("PUT", "/sessions", query, "[]").json());
        send("PUT", "/sessions", query, "{\"a\":\"\\ud83d\"}");
        assertEquals(
                "{\"a\":\"\\ud83d\"}", send("PATCH", "/sessions", query, "[]").json());
        assertEquals(204, send("DELETE", "/clients", query, "[]").status());
        assertEquals(200, send("DELETE", "/uids", "uid=u", "null").status());
        assertEquals(200, send("DELETE", "/uids", "uid=u", "{\"message\":[]}").status());
    }

    @Test
    void targetsAndThePushIdAreBounded() {
        String target = "{\"to\":[%s],\"message\":{},\"id\":\"%s\"}";
        assertEquals(
                200,
                send("POST", "/push", "", target.formatted(targets(1_000), "x".repeat(64)))
                        .status());
        assertEquals(
                400,
                send("POST", "/push", "", target.formatted(targets(1_001), "x")).status());
        assertEquals(
                400,
                send("POST", "/push", "", target.formatted(targets(1), "x".repeat(65)))
                        .status());
    }

    private static String targets(int count) {
        return "{\"uid\":1}" + ",{\"uid\":1}".repeat(count - 1);
    }

    @Test
    void aBodyThatIsNoJsonObjectIs400() {
        for (String bad : List.of("", "[1]", "null", "x", "{} x", "{\"a\":}")) {
            assertEquals(
                    400, send("PUT", "/sessions", "client=" + client("u"), bad).status(), bad);
        }
        byte[] notUtf8 = {'{', '"', (byte) 0xff, '"', ':', '1', '}'};
        assertEquals(
                400,
                send(api, "PUT", "/sessions", "client=x", "Bearer " + KEY, JSON, notUtf8)
                        .status());
    }

    @Test
    void aBodyIsJsonByItsContentType() {
        byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
        String query = "client=" + client("u");
        for (String type : List.of("", "text/plain", "application/x-www-form-urlencoded", "application/jsonx")) {
            assertEquals(
                    415,
                    send(api, "PUT", "/sessions", query, "Bearer " + KEY, type, body)
                            .status(),
                    type);
        }
        String patch = "application/merge-patch+json";
        assertEquals(
                415,
                send(api, "PUT", "/sessions", query, "Bearer " + KEY, patch, body)
                        .status());
        assertEquals(
                200,
                send(api, "PATCH", "/sessions", query, "Bearer " + KEY, patch, body)
                        .status());
        for (String type : List.of("APPLICATION/JSON", "application/json; charset=utf-8", "application/json ;x=y")) {
            assertEquals(
                    200,
                    send(api, "PUT", "/sessions", query, "Bearer " + KEY, type, body)
                            .status(),
                    type);
        }
    }

    @Test
    void aBodyOverTheBoundIs413AndOneAtTheBoundIsRead() {
        String push = "{\"to\":{\"all\":true},\"message\":{\"x\":\"%s\"}}";
        int room = MAX_BYTES - push.length() + 2;
        assertEquals(
                200, send("POST", "/push", "", push.formatted("x".repeat(room))).status());
        assertEquals(
                413,
                send("POST", "/push", "", push.formatted("x".repeat(room + 1))).status());
    }

    @Test
    void whatIsKeptWithASessionIsBoundedAndStaysAsItWasWhereMoreIsRefused() {
        String query = "client=" + client("u");
        String half = "{\"%s\":\"" + "x".repeat(SessionData.MAX_BYTES / 2) + "\"}";
        assertEquals(200, send("PATCH", "/sessions", query, half.formatted("a")).status());
        assertEquals(413, send("PATCH", "/sessions", query, half.formatted("b")).status());
        assertEquals(
                413,
                send("PUT", "/sessions", query, half.formatted("x".repeat(SessionData.MAX_BYTES / 2)))
                        .status());
        assertTrue(json(send("GET", "/sessions", query, "")).keySet().equals(Set.of("a")));
    }

    @Test
    void aCallThatASealOvertakesIs503AndNoFault() {
        try (LoggedLines log = new LoggedLines()) {
            gateway.seal();
            Answer answer = send("POST", "/push", "", "{\"to\":{\"all\":true},\"message\":{}}");
            assertEquals(503, answer.status());
            assertTrue(answer.headers().containsKey("Retry-After"));
            assertEquals(List.of(), log.starting("Fault"));
        }
    }

    @Test
    void aGatewayThatStopsAnswers503() {
        gateway.stop();
        Answer answer = send("GET", "/clients", "", "");
        assertEquals(503, answer.status());
        assertEquals("1", answer.headers().get("Retry-After"));
        assertEquals("10008", json(answer).getString("code"));
        assertEquals(
                401, send(api, "GET", "/clients", "", "", JSON, new byte[0]).status());
    }

    @Test
    void aDrainBeginsAndTheCallerDoesNotWaitForIt() {
        int before = DRAINS.get();
        assertEquals(202, send("POST", "/drain", "", "").status());
        assertEquals(before + 1, DRAINS.get());
        assertEquals(405, send("GET", "/drain", "", "").status());
    }

    @Test
    void aDrainWaitsForACallThatHasBegun() {
        List<Boolean> ended = new ArrayList<>();
        Presence presence = Intercepted.of(Presence.class, gateway.presence, (method, returned, call) -> {
            gateway.lifecycle.drain();
            ended.add(gateway.lifecycle.callsEnded().toCompletableFuture().isDone());
            return call.proceed();
        });
        Api api = api(gateway, presence);
        assertEquals(
                404,
                send(api, "GET", "/sessions", "client=x", "Bearer " + KEY, JSON, new byte[0])
                        .status());
        assertEquals(List.of(false), ended);
        assertTrue(gateway.lifecycle.callsEnded().toCompletableFuture().isDone());
    }

    @Test
    void whatFailsOrDoesNotComeInTimeIs503AndAFaultIs500() {
        Map<CompletableFuture<Object>, Integer> statuses =
                Map.of(CompletableFuture.failedFuture(new IOException("cut off")), 503, new CompletableFuture<>(), 503);
        statuses.forEach(
                (stage, status) -> assertEquals(status, withPresence(stage).status()));
        assertEquals(500, withPresence(null).status());
    }

    private Answer withPresence(@Nullable CompletableFuture<Object> stage) {
        Presence presence = Intercepted.of(Presence.class, gateway.presence, (method, returned, call) -> stage);
        return send(api(gateway, presence), "GET", "/sessions", "client=x", "Bearer " + KEY, JSON, new byte[0]);
    }

    @Test
    void aBodyThatBreaksOffIsTheCallersFault() {
        InputStream breaks = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new EOFException();
            }
        };
        Answer answer = api.answer(new Api.Received("POST", "/push", null, "Bearer " + KEY, JSON, breaks));
        assertEquals(400, answer.status());
        assertEquals("10012", json(answer).getString("code"));
    }
}
