package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import kefu.Await;
import kefu.backend.Backend;
import kefu.broker.Audience;
import kefu.broker.Publication;
import kefu.protocol.Channel;
import kefu.protocol.CloseCode;
import kefu.protocol.Id;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A session of protocol v2 outlives its connection, and goes on on another one. */
class ResumeTest extends V2Testbed {
    private static final String LONG = "10m";

    private TestGateway gateway(String grace) {
        gateways.add(new TestGateway(
                Map.of("kefu.session.grace", grace),
                desk -> new kefu.desk.Desk(desk.broker, java.time.Clock.systemUTC())));
        return gateways.get(0);
    }

    private static List<String> listed(JsonObject answer) {
        return answer.getJsonArray("customer_list").stream()
                .map(JsonValue::asJsonObject)
                .map(entry -> entry.getString("client"))
                .toList();
    }

    /** The methods of what a group was told. */
    private static List<String> told(TestGateway.Client client) {
        return frames(client).stream()
                .filter(frame -> frame.containsKey("push"))
                .map(frame -> frame.getJsonObject("push").getString("method", ""))
                .filter(method -> method.endsWith("_push"))
                .toList();
    }

    private static String code(TestGateway.Client client) {
        return String.valueOf(last(client).get("code")).replace("\"", "");
    }

    @Test
    void whoseConnectionIsLostStaysListedAndNobodyHearsAnything() {
        TestGateway gateway = gateway(LONG);
        TestGateway.Client bob = v2(gateway);
        login(bob, "g", "bob", "");
        TestGateway.Client ann = v2(gateway);
        JsonObject session = login(ann, "g", "ann", "");
        assertEquals(600, session.getInt("grace"));
        ann.lose();
        TestGateway.Client again = v2(gateway);
        resume(again, session.getString("ticket"), 1, "{}");
        JsonObject answer = last(again);
        assertEquals(
                Set.of("heartbeat", "methods", "method", "code", "id", "client", "customer_list", "channels"),
                answer.keySet());
        assertEquals(200, answer.getInt("code"));
        assertEquals("r", answer.getString("id"));
        assertEquals(session.getString("client"), answer.getString("client"));
        assertEquals(listed(session), listed(answer), "in their places");
        assertEquals(List.of("login_push"), told(bob));
        assertEquals(1, gateway.connections.count() - 1, "bob's and the new one");
    }

    @Test
    void whatWasMissedComesOnceInOrderBehindTheAnswerAndThenWhatIsNew() {
        TestGateway gateway = gateway(LONG);
        TestGateway.Client ann = v2(gateway);
        JsonObject session = login(ann, "g", "ann", "");
        String agent = "u:ann";
        String own = "c:" + session.getString("client");
        push(gateway, group("g"), "{\"n\":0}");
        ann.lose();
        for (int n = 1; n < 300; n++) {
            push(gateway, group("g"), "{\"n\":" + n + "}");
        }
        push(gateway, Channel.client(session.getString("client")), "{\"n\":7}");
        push(gateway, Channel.agent(Id.ofText("ann").orElseThrow()), "{\"n\":8}");
        JsonObject knew = session.getJsonObject("channels");
        TestGateway.Client again = v2(gateway);
        resume(
                again,
                session.getString("ticket"),
                1,
                "{\"g:g\":{\"epoch\":\"%s\",\"off\":2},\"%s\":%s,\"g:other\":{\"epoch\":\"x\",\"off\":1}}"
                        .formatted(knew.getJsonObject("g:g").getString("epoch"), own, knew.get(own)));
        push(gateway, group("g"), "{\"n\":300}");
        push(gateway, Channel.ALL, "{\"n\":9}");
        Await.until(() -> heard(again, "g:g").size() == 300);
        assertEquals(IntStream.rangeClosed(1, 300).boxed().toList(), heard(again, "g:g"), "0 it had heard");
        assertEquals(List.of(7), heard(again, own));
        assertEquals(List.of(9), heard(again, "all"));
        assertEquals(List.of(), heard(again, agent), "the client said no position: it loads anew");
        JsonObject answer = frames(again).get(0);
        assertEquals("resume", answer.getString("method"), "the answer comes first");
        JsonObject channels = answer.getJsonObject("channels");
        assertEquals(Set.of("all", agent, own, "g:g"), channels.keySet());
        assertEquals(2, channels.getJsonObject("g:g").getInt("off"));
        assertEquals(301, channels.getJsonObject("g:g").getInt("top"));
        assertTrue(channels.getJsonObject("g:g").getBoolean("recovered"));
        assertFalse(channels.getJsonObject(agent).getBoolean("recovered"));
        assertEquals(1, channels.getJsonObject(agent).getInt("off"));
    }

    @Test
    void aResumeClosesTheOlderConnectionWhichHearsNothingMore() {
        TestGateway gateway = gateway(LONG);
        TestGateway.Client stale = v2(gateway);
        JsonObject session = login(stale, "g", "ann", "");
        TestGateway.Client again = v2(gateway);
        resume(again, session.getString("ticket"), 1, "{}");
        Await.until(() -> stale.wire.closed().equals(Optional.of(CloseCode.TAKEN_OVER)));
        stale.connection.ended(4001);
        push(gateway, group("g"), "{\"n\":1}");
        assertEquals(List.of(1), heard(again, "g:g"));
        assertEquals(List.of(), heard(stale, "g:g"));
        stale.send("{\"method\":\"logout\"}");
        stale.send("{\"method\":\"login\",\"bid\":\"g\",\"customer_id\":\"eve\",\"customer_name\":\"n\"}");
        push(gateway, group("g"), "{\"n\":2}");
        assertEquals(List.of(1, 2), heard(again, "g:g"));
        assertEquals(List.of(), told(again), "what still waited on the old connection ends no session");
    }

    @Test
    void ofTheOlderConnectionNothingStays() {
        TestGateway gateway = gateway(LONG);
        TestGateway.Client ann = v2(gateway);
        String ticket = login(ann, "g", "ann", "").getString("ticket");
        for (int attempt = 1; attempt <= 3; attempt++) {
            resume(v2(gateway), ticket, attempt, "{}");
        }
        assertTrue(gateway.metrics.scrape().contains("\nkefu_sessions 1.0"), gateway.metrics.scrape());
    }

    @Test
    void aResumeOnAConnectionThatHasEndedMeanwhileWaitsForTheNext() throws Exception {
        TestGateway gateway = gateway(LONG);
        TestGateway.Client ann = v2(gateway);
        String ticket = login(ann, "g", "ann", "").getString("ticket");
        ann.lose();
        TestGateway.Client gone = v2(gateway);
        gone.lose();
        resume(gone, ticket, 1, "{}");
        var kept = gateway.broker
                .publish(group("g"), Publication.byBackend("{}", Audience.EVERYBODY, Optional.empty()))
                .toCompletableFuture()
                .get();
        assertEquals(0, kept.delivered(), "it is not there");
        TestGateway.Client again = v2(gateway);
        resume(again, ticket, 2, "{}");
        assertEquals("200", code(again));
    }

    @Test
    void anAttemptThatIsNotAboveTheLastChangesNothing() {
        TestGateway gateway = gateway(LONG);
        TestGateway.Client ann = v2(gateway);
        String ticket = login(ann, "g", "ann", "").getString("ticket");
        ann.lose();
        TestGateway.Client second = v2(gateway);
        resume(second, ticket, 7, "{}");
        for (long attempt : List.of(6L, 7L)) {
            TestGateway.Client stalled = v2(gateway);
            resume(stalled, ticket, attempt, "{}");
            assertEquals("10005", code(stalled));
            assertEquals(Optional.empty(), stalled.wire.closed());
        }
        push(gateway, group("g"), "{\"n\":1}");
        assertEquals(List.of(1), heard(second, "g:g"));
        assertEquals(Optional.empty(), second.wire.closed());
    }

    @Test
    void whatIsNoTicketNoAttemptOrNotTheFirstThingIsRefused() {
        TestGateway gateway = gateway(LONG);
        TestGateway.Client ann = v2(gateway);
        String ticket = login(ann, "g", "ann", "").getString("ticket");
        resume(ann, ticket, 1, "{}");
        assertEquals("10005", code(ann), "it is logged in already");
        ann.lose();
        TestGateway.Client other = v2(gateway);
        resume(other, ticket.substring(0, ticket.length() - 1), 1, "{}");
        assertEquals("10005", code(other));
        for (String bad : List.of(
                "\"try\":1",
                "\"ticket\":1,\"try\":1",
                "\"ticket\":\"" + ticket + "\"",
                "\"ticket\":\"" + ticket + "\",\"try\":\"1\"",
                "\"ticket\":\"" + ticket + "\",\"try\":-1",
                "\"ticket\":\"" + ticket + "\",\"try\":1.5",
                "\"ticket\":\"" + ticket + "\",\"try\":1e3")) {
            other.send("{\"method\":\"resume\"," + bad + "}");
            assertEquals("10012", code(other), bad);
        }
        resume(other, ticket, 1, "{}");
        assertEquals("200", code(other));
    }

    @Test
    void afterTheGraceTheGroupHearsOneLogoutAndTheTicketIsWorthNothing() {
        TestGateway gateway = gateway("1ms");
        TestGateway.Client bob = v2(gateway);
        login(bob, "g", "bob", "");
        TestGateway.Client ann = v2(gateway);
        JsonObject session = login(ann, "g", "ann", "");
        ann.lose();
        Await.until(() -> told(bob).contains("logout_push"));
        TestGateway.Client again = v2(gateway);
        resume(again, session.getString("ticket"), 1, "{}");
        assertEquals("10005", code(again));
        TestGateway.Client carl = v2(gateway);
        assertEquals(2, listed(login(carl, "g", "carl", "")).size());
        Await.until(() -> told(bob).size() > 2);
        assertEquals(List.of("login_push", "logout_push", "login_push"), told(bob));
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1005, 4002, 4003})
    void whoSaysGoodbyeOrMayNotComeBackIsLoggedOutAtOnce(int code) {
        TestGateway gateway = gateway(LONG);
        TestGateway.Client bob = v2(gateway);
        login(bob, "g", "bob", "");
        TestGateway.Client ann = v2(gateway);
        String ticket = login(ann, "g", "ann", "").getString("ticket");
        ann.connection.ended(code);
        assertEquals(List.of("login_push", "logout_push"), told(bob));
        TestGateway.Client again = v2(gateway);
        resume(again, ticket, 1, "{}");
        assertEquals("10005", code(again));
    }

    @ParameterizedTest
    @ValueSource(ints = {1001, 1002, 1006, 1009, 1011, 4007, 4008, 4009})
    void whateverElseEndsAConnectionLeavesTheSession(int code) {
        TestGateway gateway = gateway(LONG);
        TestGateway.Client bob = v2(gateway);
        login(bob, "g", "bob", "");
        TestGateway.Client ann = v2(gateway);
        String ticket = login(ann, "g", "ann", "").getString("ticket");
        ann.connection.ended(code);
        assertEquals(List.of("login_push"), told(bob));
        TestGateway.Client again = v2(gateway);
        resume(again, ticket, 1, "{}");
        assertEquals("200", code(again));
    }

    @Test
    void withoutAGraceAndInProtocolV1ASessionEndsWithItsConnection() {
        TestGateway gateway = gateway("0s");
        TestGateway.Client bob = v2(gateway);
        login(bob, "g", "bob", "");
        TestGateway.Client ann = v2(gateway);
        assertEquals(0, login(ann, "g", "ann", "").getInt("grace"));
        ann.lose();
        assertEquals(List.of("login_push", "logout_push"), told(bob));
        TestGateway old = new TestGateway(Map.of("kefu.session.grace", LONG), none -> backend);
        gateways.add(old);
        TestGateway.Client carl = v2(old);
        login(carl, "g", "carl", "");
        TestGateway.Client v1 = old.connect();
        v1.login("g", "old");
        v1.lose();
        assertEquals(List.of("login_push", "logout_push"), told(carl));
    }

    @Test
    void whereThereAreMoreSessionsThanConnectionsAreAllowedNoneWaits() {
        gateways.add(new TestGateway(Map.of("kefu.connections", "3", "kefu.session.grace", LONG), none -> backend));
        TestGateway gateway = gateways.get(0);
        TestGateway.Client bob = v2(gateway);
        login(bob, "g", "bob", "");
        for (String uid : List.of("a", "b")) {
            TestGateway.Client waits = v2(gateway);
            login(waits, "g", uid, "");
            waits.lose();
        }
        assertEquals(List.of("login_push", "login_push"), told(bob));
        TestGateway.Client fourth = v2(gateway);
        login(fourth, "g", "d", "");
        fourth.lose();
        assertEquals("logout_push", told(bob).get(3));
    }

    @Test
    void anAgentsPlaceIsTakenUntilTheGraceIsOver() {
        gateways.add(
                new TestGateway(Map.of("kefu.agent.connections", "1", "kefu.session.grace", LONG), none -> backend));
        TestGateway gateway = gateways.get(0);
        TestGateway.Client ann = v2(gateway);
        String ticket = login(ann, "g", "ann", "").getString("ticket");
        ann.lose();
        TestGateway.Client second = v2(gateway);
        second.login("g", "ann");
        assertEquals("10007", code(second));
        resume(second, ticket, 1, "{}");
        second.close();
        TestGateway.Client third = v2(gateway);
        third.login("g", "ann");
        assertEquals("200", code(third));
    }

    @Test
    void aRequestThatRunsIsJoinedFromTheNextConnection() {
        TestGateway gateway = slow(Map.of("kefu.session.grace", LONG));
        TestGateway.Client ann = v2(gateway);
        String ticket = login(ann, "g", "ann", "").getString("ticket");
        ann.send("{\"method\":\"order\",\"id\":\"p-1\",\"x\":1}");
        ann.lose();
        TestGateway.Client again = v2(gateway);
        resume(again, ticket, 1, "{}");
        again.send("{\"method\":\"order\",\"id\":\"p-1\",\"x\":1,\"again\":true}");
        backend.answer("order", new Backend.Answered("{\"ok\":1}"));
        assertEquals(List.of("order"), backend.methods(), "once");
        assertEquals(object("{\"ok\":1}"), last(again).getJsonObject("data"));
        assertEquals("p-1", last(again).getString("id"));
    }

    @Test
    void whatIsSaidToWhoWaitsIsHeardWhenTheyAreBack() {
        TestGateway gateway = gateway(LONG);
        TestGateway.Client bob = v2(gateway);
        login(bob, "g", "bob", "");
        TestGateway.Client ann = v2(gateway);
        JsonObject session = login(ann, "g", "ann", "");
        ann.lose();
        bob.send("{\"method\":\"say\",\"to\":\"ann\",\"content\":\"back soon?\"}");
        Await.until(() -> last(bob).getString("method", "").equals("say"));
        assertEquals(0, last(bob).getJsonObject("data").getInt("delivered"), "to nobody yet");
        TestGateway.Client again = v2(gateway);
        resume(
                again,
                session.getString("ticket"),
                1,
                session.getJsonObject("channels").toString());
        Await.until(() -> told(again).contains("say_push"));
    }

    @Test
    void whoLogsInAgainOnTheNextConnectionKeepsTheSession() {
        TestGateway gateway = gateway(LONG);
        TestGateway.Client ann = v2(gateway);
        JsonObject session = login(ann, "g", "ann", "");
        ann.lose();
        TestGateway.Client again = v2(gateway);
        resume(again, session.getString("ticket"), 1, "{}");
        JsonObject renewed = login(again, "g", "ann", "");
        assertEquals(session.getString("ticket"), renewed.getString("ticket"));
        assertEquals(session.getString("client"), renewed.getString("client"));
        again.send("{\"method\":\"logout\"}");
        assertNotEquals(
                session.getString("client"), login(again, "g", "ann", "").getString("client"));
    }
}
