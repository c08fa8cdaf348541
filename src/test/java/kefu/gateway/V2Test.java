package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import kefu.backend.Backend;
import kefu.connection.FakeWire;
import kefu.protocol.Channel;
import kefu.protocol.Version;
import org.junit.jupiter.api.Test;

/** Protocol v2, through a whole gateway. */
class V2Test extends V2Testbed {
    @Test
    void aLoginIsAnsweredWithWhatTheSessionIsAndHears() {
        TestGateway gateway = desk();
        TestGateway.Client old = gateway.connect();
        old.login("g", "old");
        TestGateway.Client client = v2(gateway);
        JsonObject answer = login(client, "g", "a&b", "");
        assertEquals(200, answer.getInt("code"));
        assertEquals("l", answer.getString("id"));
        assertEquals("<a&b>", answer.getString("customer_name"), "text is text");
        assertEquals(30, answer.getInt("grace"));
        assertTrue(answer.getString("ticket").length() > 40);
        JsonObject channels = answer.getJsonObject("channels");
        assertEquals(Set.of("all", "u:a&b", "c:" + answer.getString("client"), "g:g"), channels.keySet());
        assertEquals(2, channels.getJsonObject("g:g").getInt("off"));
        List<JsonObject> list = answer.getJsonArray("customer_list").stream()
                .map(JsonValue::asJsonObject)
                .toList();
        assertEquals(
                List.of("old", "a&b"),
                list.stream().map(e -> e.getString("customer_id")).toList());
        assertEquals(old.connection.client(), list.get(0).getString("client"));
        assertEquals(answer.getString("client"), list.get(1).getString("client"));
        // and the client of v1 is told in its own protocol
        JsonObject heard = last(old);
        assertEquals(Set.of("method", "customer_id", "customer_name", "timestamp"), heard.keySet());
        assertEquals("&lt;a&amp;b&gt;", heard.getString("customer_name"));
    }

    @Test
    void bothProtocolsHearEachOtherInOneGroup() {
        TestGateway gateway = desk();
        TestGateway.Client one = gateway.connect();
        one.login("g", "one");
        TestGateway.Client two = v2(gateway);
        login(two, "g", "two", "");
        one.send("{\"method\":\"say\",\"to\":\"all\",\"content\":\"<1>\"}");
        JsonObject heard = last(two);
        assertEquals("g:g", heard.getString("ch"));
        assertEquals(3, heard.getInt("off"));
        assertEquals("<1>", heard.getJsonObject("push").getString("content"));
        two.send("{\"method\":\"say\",\"id\":\"s\",\"to\":\"one\",\"content\":\"<2>\"}");
        assertEquals("&lt;2&gt;", last(one).getString("content"));
        long timestamp = last(one).getJsonNumber("timestamp").longValue();
        assertEquals(
                object(
                        "{\"id\":\"s\",\"method\":\"say\",\"code\":200,\"data\":{\"method\":\"say\",\"code\":0,\"delivered\":1,\"timestamp\":%d}}"
                                .formatted(timestamp)),
                last(two));
        push(gateway, group("g"), "{\"html\":\"<b>\"}");
        assertEquals(object("{\"html\":\"<b>\"}"), last(one), "what a backend pushes is escaped for nobody");
        assertEquals(object("{\"html\":\"<b>\"}"), last(two).getJsonObject("push"));
        one.close();
        assertEquals("logout_push", last(two).getJsonObject("push").getString("method"));
        assertEquals(one.connection.client(), last(two).getJsonObject("push").getString("client"));
    }

    @Test
    void theBackendsAnswersComeInAnEnvelope() {
        TestGateway gateway = slow(Map.of());
        TestGateway.Client client = v2(gateway);
        backend.answer("json", new Backend.Answered(" {\"n\":1e999999999,\"a\":[]} "));
        backend.answer("text", new Backend.Answered("no \"json\""));
        backend.answer("empty", new Backend.Answered(""));
        backend.answer("failed", new Backend.Failed(503));
        for (String method : List.of("json", "text", "empty", "failed")) {
            client.send("{\"method\":\"" + method + "\",\"id\":\"i-" + method + "\"}");
        }
        client.send("{\"method\":\"text\"}");
        assertEquals(
                List.of(
                        object(
                                "{\"code\":200,\"id\":\"i-json\",\"method\":\"json\",\"data\":{\"n\":1e999999999,\"a\":[]}}"),
                        object("{\"code\":200,\"id\":\"i-text\",\"method\":\"text\",\"data\":\"no \\\"json\\\"\"}"),
                        object("{\"code\":200,\"id\":\"i-empty\",\"method\":\"empty\",\"data\":\"\"}"),
                        object("{\"code\":503,\"id\":\"i-failed\",\"method\":\"failed\",\"msg\":\"请求失败，请稍后再试\"}"),
                        object("{\"code\":200,\"method\":\"text\",\"data\":\"no \\\"json\\\"\"}")),
                frames(client));
        assertTrue(client.wire.received().get(0).contains("1e999999999"), "numbers keep their digits");
        assertEquals(Optional.of("i-json"), backend.calls.get(0).id());
        assertEquals(Optional.empty(), backend.calls.get(4).id());
    }

    @Test
    void requestsWithAnIdGoSideBySideUpToTheBoundAndALoginWaitsForAll() {
        TestGateway gateway = slow(Map.of("kefu.parallel-requests", "3"));
        TestGateway.Client client = v2(gateway);
        for (int i = 0; i < 5; i++) {
            client.send("{\"method\":\"p" + i + "\",\"id\":\"" + i + "\"}");
        }
        client.send("{\"method\":\"o1\"}");
        client.send("{\"method\":\"o2\"}");
        client.send("{\"method\":\"login\",\"bid\":\"g\",\"customer_id\":\"a\",\"customer_name\":\"a\"}");
        client.send("{\"method\":\"after\",\"id\":\"x\"}");
        assertEquals(List.of("p0", "p1", "p2", "o1"), backend.methods());
        backend.answer("p1", new Backend.Answered("1"));
        backend.answer("o1", new Backend.Answered("1"));
        assertEquals(List.of("p0", "p1", "p2", "o1", "p3", "o2"), backend.methods());
        for (String method : List.of("p4", "p0", "p2", "p3", "o2")) {
            assertFalse(backend.methods().contains("after"));
            backend.answer(method, new Backend.Answered("1"));
        }
        gateway.settle();
        assertEquals("after", backend.methods().get(backend.calls.size() - 1));
        assertTrue(backend.calls.get(backend.calls.size() - 1).member().isPresent(), "the login came before");
    }

    @Test
    void aLogoutEndsTheSessionAndTheConnectionGoesOn() {
        TestGateway gateway = desk();
        TestGateway.Client observer = gateway.connect();
        observer.login("g", "observer");
        TestGateway.Client client = v2(gateway);
        JsonObject first = login(client, "g", "a", "");
        client.send("{\"method\":\"logout\",\"id\":\"o\"}");
        assertEquals(object("{\"code\":200,\"id\":\"o\",\"method\":\"logout\"}"), last(client));
        assertEquals("logout_push", last(observer).getString("method"));
        push(gateway, group("g"), "{}");
        push(gateway, Channel.ALL, "{}");
        assertEquals("logout", last(client).getString("method"), "it hears nothing more");
        client.send("{\"method\":\"resume\",\"ticket\":\"" + first.getString("ticket") + "\",\"try\":1,\"id\":\"r\"}");
        assertEquals("10005", last(client).getString("code"));
        assertEquals("r", last(client).getString("id"));
        client.send("{\"method\":\"logout\"}");
        assertEquals(object("{\"code\":200,\"method\":\"logout\"}"), last(client), "there is nobody to log out");
        assertEquals(3, login(client, "g", "a", "").getJsonObject("channels").size() - 1);
    }

    @Test
    void aLoginAndAResumeTellTheHeartbeatAndWhatTheGatewayAnswersItself() {
        TestGateway desk = desk();
        TestGateway.Client client = v2(desk);
        JsonObject login = login(client, "g", "a", "");
        assertEquals(3600, login.getInt("heartbeat"));
        assertEquals(
                "[\"kefu.leaving\",\"kefu.ping\",\"kefu.status\",\"login\",\"logout\",\"resume\",\"say\"]",
                login.getJsonArray("methods").toString());
        client.lose();
        TestGateway.Client again = v2(desk);
        resume(again, login.getString("ticket"), 1, "{}");
        assertEquals(3600, last(again).getInt("heartbeat"));
        assertEquals(login.get("methods"), last(again).get("methods"));
    }

    @Test
    void whereTheHeartbeatHasNoTextOrNoDeskIsThereTheLoginSaysSo() {
        TestGateway.Client client = v2(slow(Map.of("kefu.heartbeat.text", "")));
        JsonObject login = login(client, "g", "a", "");
        assertEquals(0, login.getInt("heartbeat"));
        assertEquals(
                "[\"kefu.leaving\",\"kefu.ping\",\"kefu.status\",\"login\",\"logout\",\"resume\"]",
                login.getJsonArray("methods").toString());
    }

    @Test
    void aPingIsAnsweredAtOnceWhateverElseIsServed() {
        TestGateway.Client client = v2(slow(Map.of()));
        String ping = "{\"method\":\"kefu.ping\",\"id\":\"p\"}";
        JsonObject pong = object("{\"code\":200,\"id\":\"p\",\"method\":\"kefu.ping\"}");
        client.send(ping);
        assertEquals(pong, last(client), "before a login too");
        login(client, "g", "a", "");
        client.send("{\"method\":\"slow\",\"id\":\"s\"}");
        client.send(ping);
        assertEquals(pong, last(client));
        assertEquals(List.of("slow"), backend.methods());
        client.send("{\"method\":\"next\",\"id\":\"n\"}");
        assertEquals(List.of("slow", "next"), backend.methods(), "nothing waits for it either");
    }

    @Test
    void aLogoutInSomeSecondsIsHeardThenUnlessTheSessionIsResumed() {
        TestGateway gateway = desk();
        TestGateway.Client observer = gateway.connect();
        observer.login("g", "observer");
        TestGateway.Client client = v2(gateway);
        String ticket = login(client, "g", "a", "").getString("ticket");
        int before = observer.wire.received().size();
        client.send("{\"method\":\"logout\",\"after\":5,\"id\":\"o\"}");
        assertEquals(object("{\"code\":200,\"id\":\"o\",\"method\":\"logout\"}"), last(client));
        client.close();
        gateway.advance(Duration.ofSeconds(3));
        gateway.sessions.expire();
        assertEquals(before, observer.wire.received().size());

        TestGateway.Client reloaded = v2(gateway);
        resume(reloaded, ticket, 1, "{}");
        assertEquals(200, last(reloaded).getInt("code"));
        gateway.advance(Duration.ofSeconds(9));
        gateway.sessions.expire();
        assertEquals(before, observer.wire.received().size(), "it was taken up again");
        reloaded.lose();
        gateway.advance(Duration.ofSeconds(9));
        gateway.sessions.expire();
        assertEquals(before, observer.wire.received().size(), "and has its whole grace");

        TestGateway.Client last = v2(gateway);
        resume(last, ticket, 2, "{}");
        last.send("{\"method\":\"logout\",\"after\":5}");
        gateway.advance(Duration.ofSeconds(6));
        gateway.sessions.expire();
        assertEquals("logout_push", last(observer).getString("method"));
    }

    @Test
    void aClientThatHasSaidThatItLeavesIsGoneAfterSomeSecondsUnlessTheSessionIsResumed() {
        TestGateway gateway = slow(Map.of());
        TestGateway.Client observer = gateway.connect();
        observer.login("g", "observer");
        TestGateway.Client client = v2(gateway);
        String ticket = login(client, "g", "a", "").getString("ticket");
        int before = observer.wire.received().size();
        client.send("{\"method\":\"slow\"}");
        client.send("{\"method\":\"kefu.leaving\",\"after\":5,\"id\":\"l\"}");
        assertEquals(
                object("{\"code\":200,\"id\":\"l\",\"method\":\"kefu.leaving\"}"),
                last(client),
                "it waits for nothing");
        client.goesAway();
        TestGateway.Client reloaded = v2(gateway);
        resume(reloaded, ticket, 1, "{}");
        client.send("{\"method\":\"kefu.leaving\",\"after\":5,\"id\":\"late\"}"); // was stuck on its way
        reloaded.goesAway();
        gateway.advance(Duration.ofSeconds(9));
        gateway.sessions.expire();
        assertEquals(before, observer.wire.received().size(), "a close alone says nothing: a proxy may have sent it");

        TestGateway.Client stays = v2(gateway);
        resume(stays, ticket, 2, "{}");
        stays.send("{\"method\":\"kefu.leaving\",\"after\":5}");
        stays.send("{\"method\":\"kefu.leaving\"}");
        stays.lose();
        gateway.advance(Duration.ofSeconds(9));
        gateway.sessions.expire();
        assertEquals(before, observer.wire.received().size(), "it was taken back");

        TestGateway.Client leaves = v2(gateway);
        resume(leaves, ticket, 3, "{}");
        leaves.send("{\"method\":\"kefu.leaving\",\"after\":5}");
        leaves.goesAway();
        gateway.advance(Duration.ofSeconds(6));
        gateway.sessions.expire();
        assertEquals("logout_push", last(observer).getString("method"));
    }

    @Test
    void whoLeavesInNoNumberOfSecondsOrBeforeALoginIsRefused() {
        TestGateway gateway = desk();
        TestGateway.Client client = v2(gateway);
        client.send("{\"method\":\"kefu.leaving\",\"after\":5}");
        assertEquals("10004", last(client).getString("code"));
        login(client, "g", "a", "");
        client.send("{\"method\":\"kefu.leaving\",\"after\":-1}");
        assertEquals("10012", last(client).getString("code"));
    }

    @Test
    void aLogoutInNoNumberOfSecondsIsRefusedAndEndsNothing() {
        TestGateway gateway = desk();
        TestGateway.Client client = v2(gateway);
        login(client, "g", "a", "");
        for (String bad : List.of("-1", "1.5", "\"5\"", "null")) {
            client.send("{\"method\":\"logout\",\"after\":" + bad + "}");
            assertEquals("10012", last(client).getString("code"), bad);
        }
        client.send("{\"method\":\"say\",\"to\":\"all\",\"content\":\"still here\",\"id\":\"s\"}");
        assertEquals(
                List.of(200),
                frames(client).stream()
                        .filter(frame -> frame.getString("id", "").equals("s"))
                        .map(frame -> frame.getInt("code"))
                        .toList());
    }

    @Test
    void theSameAgentKeepsTheSessionAndAnotherGetsItsOwn() {
        TestGateway gateway = desk();
        TestGateway.Client observer = gateway.connect();
        observer.login("g", "observer");
        TestGateway.Client client = v2(gateway);
        JsonObject first = login(client, "g", "a", "");
        JsonObject again = login(client, "g", "a", "");
        assertEquals(first.getString("client"), again.getString("client"));
        assertEquals(first.getString("ticket"), again.getString("ticket"));
        JsonObject other = login(client, "h", "b", "");
        assertNotEquals(first.getString("client"), other.getString("client"));
        assertNotEquals(first.getString("ticket"), other.getString("ticket"));
        assertEquals("logout_push", last(observer).getString("method"));
        int before = frames(client).size();
        push(gateway, group("g"), "{}");
        push(gateway, Channel.client(first.getString("client")), "{}");
        assertEquals(before, frames(client).size(), "it hears nothing of what it has left");
    }

    @Test
    void whoLosesTheLineAsTheLoginIsAnsweredKeepsTheSession() {
        TestGateway gateway = desk();
        TestGateway.Client observer = v2(gateway);
        login(observer, "g", "observer", "");
        AtomicReference<TestGateway.Client> lost = new AtomicReference<>();
        lost.set(gateway.connect(
                new FakeWire(taken -> {
                    taken.run();
                    Objects.requireNonNull(lost.get()).lose();
                }),
                Version.V2));
        String ticket =
                login(Objects.requireNonNull(lost.get()), "g", "ann", "").getString("ticket");
        TestGateway.Client again = v2(gateway);
        resume(again, ticket, 1, "{}");
        assertEquals(200, last(again).getInt("code"));
        assertTrue(frames(observer).stream().noneMatch(frame -> frame.toString().contains("logout_push")));
    }
}
