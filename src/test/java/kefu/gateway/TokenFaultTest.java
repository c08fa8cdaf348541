package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.sun.net.httpserver.HttpServer;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import kefu.Await;
import kefu.auth.SignedTokens;
import kefu.connection.FakeWire;
import kefu.protocol.Version;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whichever look at a token fails: the request is answered with 10008, and the agent keeps or gets what is theirs. */
class TokenFaultTest {
    private final KeyPair key = SignedTokens.ec("secp256r1");
    private HttpServer keys;
    private TestGateway gateway;
    private volatile boolean fails;

    @BeforeEach
    void open() throws IOException {
        String set = "{\"keys\":["
                + new ECKey.Builder(Curve.P_256, (ECPublicKey) key.getPublic())
                        .keyID("k")
                        .build()
                        .toJSONString() + "]}";
        keys = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        keys.createContext("/", exchange -> {
            byte[] body = set.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        keys.start();
        String url = "http://127.0.0.1:" + keys.getAddress().getPort() + "/";
        gateway = new TestGateway(
                Map.of("kefu.auth.jwks-url", url, "kefu.agent.connections", "1"),
                none -> new SlowBackend(),
                new FailingExecutor());
    }

    @AfterEach
    void close() {
        gateway.close();
        keys.stop(0);
    }

    /** Tokens are looked at by an executor that takes no task while it fails. */
    private final class FailingExecutor implements TestGateway.Between {
        @Override
        public <T> T use(Class<T> type, T real) {
            if (type != Executor.class) {
                return real;
            }
            Executor failing = task -> {
                if (fails) {
                    throw new RejectedExecutionException();
                }
                ((Executor) real).execute(task);
            };
            return type.cast(failing);
        }
    }

    private String token() {
        return SignedTokens.signed(
                "{\"alg\":\"ES256\",\"kid\":\"k\"}",
                "{\"sub\":\"17\",\"bid\":3,\"exp\":" + SignedTokens.in(1000) + "}",
                "SHA256withECDSAinP1363Format",
                key.getPrivate());
    }

    private JsonObject ask(TestGateway.Client client, String request) {
        int before = client.frames().size();
        client.send(request.replace("}", ",\"token\":\"" + token() + "\"}"));
        Await.until(() -> client.frames().size() > before);
        return client.frames().get(before);
    }

    private static String code(JsonObject answer) {
        return answer.containsKey("code") ? answer.get("code").toString().replace("\"", "") : "";
    }

    @Test
    void theRequestIsAnsweredAndTheNextOneSucceeds() {
        String login = "{\"method\":\"login\",\"bid\":3,\"customer_id\":17,\"customer_name\":\"n\"}";
        TestGateway.Client client = gateway.connect(new FakeWire(), Version.V2);
        fails = true;
        assertEquals("10008", code(ask(client, login)));
        fails = false;
        String ticket = ask(client, login).getString("ticket"); // the agent has one place, and it was free
        fails = true;
        assertEquals("10008", code(ask(client, "{\"method\":\"token\"}")));
        fails = false;
        assertEquals("200", code(ask(client, "{\"method\":\"token\"}")));
        client.lose();
        TestGateway.Client again = gateway.connect(new FakeWire(), Version.V2);
        fails = true;
        assertEquals("10008", code(ask(again, resume(ticket, 1))));
        fails = false;
        assertEquals("200", code(ask(again, resume(ticket, 1))), "the attempt was not taken");
        assertEquals(1, gateway.connections.count());
    }

    private static String resume(String ticket, int attempt) {
        return "{\"method\":\"resume\",\"ticket\":\"" + ticket + "\",\"try\":" + attempt + "}";
    }
}
