package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kefu.Await;
import kefu.auth.SignedTokens;
import kefu.backend.Backend;
import kefu.config.Settings;
import kefu.connection.FakeWire;
import kefu.connection.Heartbeat;
import kefu.protocol.CloseCode;
import kefu.protocol.Version;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthTest {
    private final SlowBackend backend = new SlowBackend();
    private final List<TestGateway> gateways = new ArrayList<>();
    private final Map<String, String> settings = new HashMap<>();

    @AfterEach
    void close() {
        gateways.forEach(TestGateway::close);
    }

    private TestGateway gateway(String mode) {
        settings.put("kefu.auth.mode", mode);
        settings.put(
                mode.equals("jwt") ? "kefu.auth.secret" : "kefu.backend.url",
                mode.equals("jwt") ? SignedTokens.SECRET : "http://127.0.0.1:9/");
        gateways.add(new TestGateway(settings, none -> backend));
        return gateways.get(0);
    }

    private static void login(TestGateway.Client client, String token) {
        client.send("{\"method\":\"login\",\"bid\":\"3\",\"customer_id\":17,\"customer_name\":\"n\",\"token\":\""
                + token + "\"}");
    }

    private TestGateway.Client loggedIn() {
        TestGateway.Client client = gateway("jwt").connect();
        login(client, SignedTokens.of("17", "3", 1000));
        assertEquals("login", last(client).getString("method"));
        return client;
    }

    private static JsonObject last(TestGateway.Client client) {
        List<JsonObject> frames = client.frames();
        return frames.get(frames.size() - 1);
    }

    private static String code(TestGateway.Client client) {
        return String.valueOf(last(client).get("code")).replace("\"", "");
    }

    @ParameterizedTest
    @CsvSource({"jwt, V1", "jwt, V2", "backend, V1", "backend, V2"})
    void aRequestBeforeALoginReachesNobody(String mode, Version version) {
        TestGateway.Client client = gateway(mode).connect(new FakeWire(), version);
        client.send("{\"method\":\"order/list\"}");
        assertEquals("10004", code(client));
        assertEquals(List.of(), backend.methods());
    }

    private static void resume(TestGateway.Client client, String ticket, int attempt, String token) {
        client.send(
                "{\"method\":\"resume\",\"ticket\":\"%s\",\"try\":%d,\"token\":%s}".formatted(ticket, attempt, token));
    }

    @Test
    void aTicketIsNotEnoughWithoutItsAgentsToken() {
        TestGateway gateway = gateway("jwt");
        TestGateway.Client agent = gateway.connect(new FakeWire(), Version.V2);
        login(agent, SignedTokens.of("17", "3", 1000));
        String ticket = last(agent).getString("ticket");
        TestGateway.Client thief = gateway.connect(new FakeWire(), Version.V2);
        for (String bad : List.of(
                "null",
                "\"\"",
                "\"" + SignedTokens.of("18", "3", 1000) + "\"",
                "\"" + SignedTokens.of("17", "4", 1000) + "\"",
                "\"" + SignedTokens.of("17", "3", -1000) + "\"")) {
            resume(thief, ticket, 9, bad);
            assertEquals("10006", code(thief), bad);
        }
        thief.send("{\"method\":\"m\"}");
        assertEquals("10004", code(thief));
        assertEquals(Optional.empty(), agent.wire.closed());
        agent.lose();
        TestGateway.Client again = gateway.connect(new FakeWire(), Version.V2);
        resume(again, ticket, 1, "\"" + SignedTokens.of("17", "3", 1000) + "\"");
        assertEquals("200", code(again), "what the thief tried has not counted");
    }

    @Test
    void whoHasResumedIsNoStrangerWhoHasToLogIn() {
        settings.put("kefu.login.timeout", "1s");
        settings.put("kefu.heartbeat.interval", "100ms");
        settings.put("kefu.heartbeat.text", ""); // else it may come behind an answer
        TestGateway gateway = gateway("jwt");
        TestGateway.Client agent = gateway.connect(new FakeWire(), Version.V2);
        login(agent, SignedTokens.of("17", "3", 1000));
        String ticket = last(agent).getString("ticket");
        agent.lose();
        TestGateway.Client again = gateway.connect(new FakeWire(), Version.V2);
        resume(again, ticket, 1, "\"" + SignedTokens.of("17", "3", 1000) + "\"");
        TestGateway.Client stranger = gateway.connect(new FakeWire(), Version.V2);
        Await.until(() -> stranger.wire.closed().isPresent());
        assertEquals(Optional.empty(), again.wire.closed());
    }

    @Test
    void inOpenModeItReachesTheBackendAsInTheOriginal() {
        gateways.add(new TestGateway(settings, none -> backend));
        TestGateway.Client client = gateways.get(0).connect();
        client.send("{\"method\":\"order/list\",\"customer_id\":\"anybody\"}");
        client.send("{\"method\":\"token\"}");
        backend.answer(0, "{}");
        assertEquals(List.of("order/list", "token"), backend.methods(), "token is no method of the gateway's own");
    }

    @Test
    void withoutAGoodTokenNobodyIsLoggedInAndNobodyHearsOfIt() {
        TestGateway gateway = gateway("jwt");
        TestGateway.Client other = gateway.connect();
        login(other, SignedTokens.of("17", "3", 1000));
        TestGateway.Client client = gateway.connect();
        for (String bad : List.of("", SignedTokens.of("18", "3", 1000), SignedTokens.of("17", "4", 1000))) {
            login(client, bad);
            assertEquals("10006", code(client));
        }
        client.send("{\"method\":\"login\",\"bid\":\"3\",\"customer_id\":17,\"customer_name\":\"n\"}");
        assertEquals("10006", code(client));
        client.send("{\"method\":\"m\"}");
        assertEquals("10004", code(client));
        assertEquals(1, other.frames().size(), "its own login");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"customer_id\":18",
                "\"bid\":4",
                "\"customer_id\":null",
                "\"bid\":[3]",
                "\"customer_id\":\"\"",
                "\"customer_id\":17,\"bid\":\"03\""
            })
    void whoSpeaksOfAnotherIsRefused(String member) {
        TestGateway.Client client = loggedIn();
        client.send("{\"method\":\"m\"," + member + "}");
        assertEquals("10006", code(client));
        assertEquals(List.of(), backend.methods());
    }

    @Test
    void whoSpeaksOfThemselvesIsNotAndTheBodyIsNotRewritten() {
        TestGateway.Client client = loggedIn();
        String body = "{\"method\":\"m\",\"customer_id\":\"17\",\"bid\":3,\"n\":1.50}";
        client.send(body);
        assertEquals(body, backend.calls.get(0).body().toString());
    }

    @Test
    void aMethodThatIsListedMayNameAnother() {
        settings.put("kefu.auth.foreign-id-methods", "order/transfer");
        TestGateway.Client client = loggedIn();
        client.send("{\"method\":\"order/transfer\",\"customer_id\":18}");
        backend.answer(0, "{}");
        client.send("{\"method\":\"order\",\"customer_id\":18}");
        assertEquals(List.of("order/transfer"), backend.methods());
        assertEquals("10006", code(client));
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void anotherTokenOfTheSameAgentRenews(Version version) {
        settings.put("kefu.heartbeat.interval", "100ms");
        settings.put("kefu.heartbeat.text", ""); // else it may come behind an answer
        TestGateway.Client client = gateway("jwt").connect(new FakeWire(), version);
        login(client, SignedTokens.of("17", "3", 3)); // a busy machine takes a second for the next lines
        client.send("{\"method\":\"token\",\"token\":\"" + SignedTokens.of("18", "3", 1000) + "\"}");
        assertEquals("10006", code(client));
        client.send("{\"method\":\"token\",\"token\":\"" + SignedTokens.of("17", "[4,5]", 1000) + "\"}");
        assertEquals("10006", code(client));
        client.send("{\"method\":\"token\",\"token\":\"" + SignedTokens.of("17", "[3,4]", 1000) + "\"}");
        assertEquals("200", code(client));
        assertEquals("token", last(client).getString("method"));
        int pings = client.wire.pings();
        Await.until(() -> client.wire.pings() >= pings + 35);
        assertEquals(Optional.empty(), client.wire.closed(), "the first one has ended meanwhile");
    }

    @Test
    void aTokenOfNobodyWhoIsLoggedInRenewsNothing() {
        TestGateway.Client client = gateway("jwt").connect();
        client.send("{\"method\":\"token\",\"token\":\"" + SignedTokens.of("17", "3", 1000) + "\"}");
        assertEquals("10004", code(client));
    }

    @Test
    void whoseTokenEndsIsAskedForAnotherAndThenClosed() {
        settings.put("kefu.heartbeat.interval", "300ms"); // it is asked at a beat, which may be late
        TestGateway.Client client = gateway("jwt").connect();
        login(client, SignedTokens.of("17", "3", 3));
        Await.until(() -> client.frames().stream()
                .anyMatch(frame -> frame.getString("method", "").equals("token_expiring")));
        Await.until(() -> client.wire.closed().equals(Optional.of(CloseCode.NOT_ALLOWED)));
        assertEquals(
                1,
                client.frames().stream()
                        .filter(frame -> frame.getString("method", "").equals("token_expiring"))
                        .count());
    }

    @Test
    void whoDoesNotLogInIsClosed() {
        settings.put("kefu.login.timeout", "100ms");
        settings.put("kefu.heartbeat.interval", "100ms");
        TestGateway gateway = gateway("jwt");
        TestGateway.Client agent = gateway.connect();
        login(agent, SignedTokens.of("17", "3", 1000));
        TestGateway.Client stranger = gateway.connect();
        Await.until(() -> stranger.wire.closed().equals(Optional.of(CloseCode.NOT_ALLOWED)));
        assertFalse(agent.connection.hasEnded());
    }

    @Test
    void whoOnlyTriesIsClosedTooWhateverItTries() {
        settings.put("kefu.login.timeout", "1s");
        settings.put("kefu.heartbeat.interval", "100ms");
        TestGateway.Client stranger = gateway("jwt").connect(new FakeWire(), Version.V2);
        int[] tries = new int[1];
        Await.until(() -> {
            if (stranger.wire.pings() > tries[0]) { // several times a second
                tries[0] = stranger.wire.pings();
                stranger.send("{\"method\":\"logout\"}");
                login(stranger, SignedTokens.of("18", "3", 1000));
                resume(stranger, "none", 1, "\"" + SignedTokens.of("18", "3", 1000) + "\"");
            }
            return stranger.wire.closed().equals(Optional.of(CloseCode.NOT_ALLOWED));
        });
        assertTrue(tries[0] > 2, "tried " + tries[0] + " times");
    }

    /** The year 9999, and a date in milliseconds, in microseconds. */
    @ParameterizedTest
    @ValueSource(longs = {253402300799L, 1_790_000_000_000L, 1_790_000_000_000_000L})
    void aTokenThatEndsInThousandsOfYearsIsGoodForEveryMethod(long exp) {
        TestGateway gateway = gateway("jwt");
        String token = SignedTokens.hs256("{\"sub\":\"17\",\"bid\":3,\"exp\":" + exp + "}");
        TestGateway.Client agent = gateway.connect(new FakeWire(), Version.V2);
        login(agent, token);
        String ticket = last(agent).getString("ticket");
        agent.send("{\"method\":\"token\",\"token\":\"" + token + "\"}");
        assertEquals("200", code(agent));
        agent.lose();
        TestGateway.Client again = gateway.connect(new FakeWire(), Version.V2);
        resume(again, ticket, 1, "\"" + token + "\"");
        assertEquals("200", code(again));
        again.connection.check(Heartbeat.of(Settings.from(key -> Optional.empty())));
        assertFalse(again.connection.hasEnded());
        assertEquals("resume", last(again).getString("method"), "it is not asked for another token");
    }

    @Test
    void inOpenModeAStrangerMayStay() {
        settings.put("kefu.login.timeout", "100ms");
        settings.put("kefu.heartbeat.interval", "100ms");
        gateways.add(new TestGateway(settings, none -> backend));
        TestGateway.Client stranger = gateways.get(0).connect();
        Await.until(() -> stranger.wire.pings() > 5);
        assertFalse(stranger.connection.hasEnded());
    }

    @Test
    void withoutProtocolV1ItsClientsAreClosed() {
        settings.put("kefu.protocol.v1", "false");
        settings.put("kefu.login.timeout", "1h");
        TestGateway gateway = gateway("jwt");
        TestGateway.Client old = gateway.connect();
        Await.until(() -> old.wire.closed().equals(Optional.of(CloseCode.NOT_ALLOWED)));
        TestGateway.Client client = gateway.connect(new FakeWire(), Version.V2);
        login(client, SignedTokens.of("17", "3", 1000));
        assertEquals("login", last(client).getString("method"));
    }

    @Test
    void theBackendSaysWhoALoginIs() {
        TestGateway gateway = gateway("backend");
        TestGateway.Client client = gateway.connect();
        client.send("{\"method\":\"login\",\"user\":\"zhang\",\"password\":\"secret\"}");
        client.send("{\"method\":\"early\"}");
        assertEquals(List.of("login"), backend.methods(), "what comes behind a login waits for it");
        assertEquals("secret", backend.calls.get(0).body().getString("password"));
        assertTrue(backend.calls.get(0).member().isEmpty());
        backend.answer(0, "{\"customer_id\":17,\"customer_name\":\"张三\",\"bid\":3,\"more\":[]}");
        assertEquals(17, last(client).getInt("customer_id"));
        assertEquals("张三", last(client).getString("customer_name"));
        assertEquals(List.of("login", "early"), backend.methods());
        assertEquals("3", backend.calls.get(1).member().orElseThrow().group().key());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"customer_id\":17,\"customer_name\":\"n\"}",
                "{\"customer_id\":[],\"customer_name\":\"n\",\"bid\":3}",
                "{\"customer_id\":17,\"bid\":3}"
            })
    void whatElseItAnswersLetsNobodyIn(String body) {
        TestGateway.Client client = gateway("backend").connect();
        login(client, "");
        backend.answer(0, body);
        assertEquals("10006", code(client));
        client.send("{\"method\":\"m\"}");
        assertEquals("10004", code(client));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 401, 500})
    void aBackendThatIsDownLetsNobodyIn(int status) {
        TestGateway.Client client = gateway("backend").connect();
        login(client, "");
        backend.answers.get(0).complete(new Backend.Failed(status));
        assertEquals("10006", code(client));
    }

    @Test
    void whoHasGoneMeanwhileIsNotLoggedIn() {
        TestGateway gateway = gateway("backend");
        TestGateway.Client other = gateway.connect();
        login(other, "");
        backend.answer(0, "{\"customer_id\":18,\"customer_name\":\"n\",\"bid\":3}");
        TestGateway.Client client = gateway.connect();
        login(client, "");
        client.close();
        backend.answer(1, "{\"customer_id\":17,\"customer_name\":\"n\",\"bid\":3}");
        TestGateway.Client third = gateway.connect();
        login(third, "");
        backend.answer(2, "{\"customer_id\":19,\"customer_name\":\"n\",\"bid\":3}");
        assertEquals(2, last(third).getJsonArray("customer_list").size());
    }
}
