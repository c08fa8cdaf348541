package kefu.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import kefu.Await;
import kefu.auth.SignedTokens;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The built WAR where agents have tokens, behind a proxy that says where they come from. */
@ArquillianTest
class AuthIT {
    @BeforeEach
    void nobodyIsConnected() {
        Await.until(() -> CHAT.connections() == 0);
    }

    private static final BuiltWar CHAT = new BuiltWar("auth");

    @Deployment(testable = false)
    static WebArchive auth() {
        return CHAT.with("""
                kefu.backend.url=
                kefu.auth.secret=%s
                kefu.login.timeout=5s
                kefu.proxies=127.0.0.1
                kefu.address.connections=3
                kefu.address.handshakes=1
                kefu.connections=30
                kefu.api.origins=https://ops.example
                """.formatted(SignedTokens.SECRET));
    }

    private static String login(String token) {
        return "{\"method\":\"login\",\"bid\":\"三\",\"customer_id\":17,\"customer_name\":\"n\",\"token\":\"" + token
                + "\"}";
    }

    private static RawClient from(String address) throws IOException {
        return new RawClient(CHAT.socket(), "X-Forwarded-For: 198.51.100.7, " + address);
    }

    private static String refusal(String address) {
        return String.valueOf(
                assertThrows(IOException.class, () -> from(address)).getMessage());
    }

    @Test
    void whoHasNoGoodTokenIsNotLetIn() throws Exception {
        try (RawClient client = from("192.0.2.1")) {
            client.send("{\"method\":\"say\",\"to\":\"all\",\"content\":\"x\"}");
            assertTrue(client.read().contains("\"10004\""));
            client.send(login("x.y.z"));
            assertTrue(client.read().contains("\"10006\""));
            client.send(login(SignedTokens.of("18", "\"三\"", 100)));
            assertTrue(client.read().contains("\"10006\""));
            String token = SignedTokens.of("17", "[\"三\"]", 100);
            client.send(login(token));
            assertTrue(client.read().contains("\"customer_list\""));
            client.send("{\"method\":\"say\",\"customer_id\":18,\"to\":\"all\",\"content\":\"x\"}");
            assertTrue(client.read().contains("\"10006\""));
            client.send("{\"method\":\"say\",\"to\":\"all\",\"content\":\"x\"}");
            List<String> heard = List.of(client.read(), client.read());
            assertTrue(heard.stream().anyMatch(frame -> frame.contains("say_push")), heard.toString());
            String log = ContainerLog.text();
            for (String secret : List.of(token, "x.y.z", SignedTokens.SECRET)) {
                assertFalse(log.contains(secret), secret);
            }
        }
    }

    @Test
    void whoDoesNotLogInIsClosedAndWhoseTokenEndsToo() throws Exception {
        try (RawClient stranger = from("192.0.2.2");
                RawClient agent = from("192.0.2.3")) {
            agent.send(login(SignedTokens.of("17", "\"三\"", 4)));
            assertTrue(agent.read().contains("\"customer_list\""));
            assertEquals(4003, stranger.closeCode());
            assertTrue(agent.read().contains("token_expiring"));
            assertEquals(4003, agent.closeCode());
        }
    }

    @Test
    void anAddressHasSoManyConnectionsAndTheOthersAreServed() throws Exception {
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                clients.add(from("203.0.113.1"));
            }
            Await.until(() -> CHAT.connections() == 3); // the handshake comes before
            String refused = refusal("203.0.113.1");
            assertTrue(refused.startsWith("HTTP/1.1 429"), refused);
            assertTrue(refused.contains("Retry-After: 5"), refused);
            clients.add(from("203.0.113.2"));
            clients.remove(0).close();
            Await.until(() -> {
                try {
                    clients.add(from("203.0.113.1"));
                    return true;
                } catch (IOException stillThere) {
                    return false;
                }
            });
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
        assertTrue(CHAT.get("/metrics").body().contains("kefu_bounds_hit_total{bound=\"address_connections\"}"));
    }

    @Test
    void thereIsRoomForSoManyInAll() throws Exception {
        List<RawClient> clients = new ArrayList<>();
        String refused = "";
        try {
            while (refused.isEmpty()) {
                try {
                    clients.add(new RawClient(CHAT.socket()));
                    Await.until(() -> CHAT.connections() == clients.size());
                } catch (IOException full) {
                    refused = String.valueOf(full.getMessage());
                }
            }
            assertTrue(refused.startsWith("HTTP/1.1 503"), refused);
            assertTrue(refused.contains("Retry-After: 5"), refused);
            assertEquals(30, clients.size());
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void anAddressHasSoManyHandshakes() throws Exception {
        String refused = "";
        for (int i = 0; i < 50 && refused.isEmpty(); i++) { // 10 at once, and one a second
            try (RawClient client = from("203.0.113.9")) {
                client.send("beat");
                client.send("{}");
            } catch (IOException tooMany) {
                refused = String.valueOf(tooMany.getMessage());
            }
        }
        assertTrue(refused.startsWith("HTTP/1.1 429"), refused);
    }

    private static HttpResponse<String> call(String verb, String origin) throws Exception {
        URI url = URI.create("http://127.0.0.1:" + CHAT.port() + "/auth/api/groups");
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(url)
                                .method(verb, HttpRequest.BodyPublishers.noBody())
                                .header("Origin", origin)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aPageThatIsListedMayCallTheApiWithItsKeyAndNoOther() throws Exception {
        String permission = "Access-Control-Allow-Origin";
        HttpResponse<String> asked = call("OPTIONS", "https://ops.example");
        assertEquals(204, asked.statusCode());
        assertEquals(
                "https://ops.example", asked.headers().firstValue(permission).orElse("none"));
        assertTrue(asked.headers()
                .firstValue("Access-Control-Allow-Headers")
                .orElse("none")
                .contains("Authorization"));
        HttpResponse<String> called = call("GET", "https://ops.example");
        assertEquals(401, called.statusCode());
        assertEquals("Origin", called.headers().firstValue("Vary").orElse("none"));
        for (String other : List.of("https://evil.example", "https://ops.example.evil.example", "null")) {
            assertEquals(List.of(), call("GET", other).headers().allValues(permission), other);
            HttpResponse<String> refused = call("OPTIONS", other);
            assertEquals(401, refused.statusCode());
            assertEquals(List.of(), refused.headers().allValues(permission), other);
        }
    }

    @Test
    void thePageIsToldHowAgentsAreKnown() {
        HttpResponse<String> answer = CHAT.get("/auth");
        assertEquals("{\"mode\":\"jwt\"}", answer.body());
        assertEquals("no-store", answer.headers().firstValue("Cache-Control").orElse("none"));
        assertTrue(CHAT.get("/health/ready").body().contains("\"auth\":\"jwt\""));
    }
}
