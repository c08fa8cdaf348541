package kefu.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import kefu.config.Settings;
import kefu.protocol.Json;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PublishedKeysTest {
    private final KeyPair first = SignedTokens.rsa(2048);
    private final KeyPair second = SignedTokens.ec("secp256r1");
    private final KeyPair third = SignedTokens.ed25519();
    private final List<JWK> published = new ArrayList<>();
    private final AtomicInteger fetched = new AtomicInteger();
    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private String extra = "";
    private HttpServer server;
    private TokenVerifier verifier;

    @BeforeEach
    void publish() throws Exception {
        published.add(new RSAKey.Builder((RSAPublicKey) first.getPublic())
                .keyID("first")
                .build());
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/jwks.json", exchange -> {
            fetched.incrementAndGet();
            byte[] body = (new JWKSet(published).toString(true) + extra).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        verifier = verifier();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    private URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/jwks.json");
    }

    private TokenVerifier verifier() {
        String url = url().toString();
        return new TokenVerifier(
                Settings.from(key -> key.equals("kefu.auth.jwks-url") ? Optional.of(url) : Optional.empty()),
                threads,
                Clock.systemUTC());
    }

    private boolean isLetIn(String token) throws Exception {
        Credentials claim = Credentials.of(
                        Json.object(Map.of("customer_name", Json.text("n"), "token", Json.text(token))))
                .orElseThrow();
        return verifier.identify(claim, "client").toCompletableFuture().get(30, TimeUnit.SECONDS) instanceof Identity;
    }

    private String token(String alg, String kid, String algorithm, KeyPair key) {
        return SignedTokens.signed(
                "{\"alg\":\"" + alg + "\",\"kid\":\"" + kid + "\"}",
                "{\"sub\":\"17\",\"bid\":3,\"exp\":" + SignedTokens.in(100) + "}",
                algorithm,
                key.getPrivate());
    }

    private void publishTheOthers() {
        published.add(new ECKey.Builder(Curve.P_256, (ECPublicKey) second.getPublic())
                .keyID("second")
                .build());
        byte[] der = third.getPublic().getEncoded();
        byte[] x = Arrays.copyOfRange(der, der.length - 32, der.length);
        published.add(new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(x))
                .keyID("third")
                .build());
    }

    @Test
    void theSetIsFetchedOnce() throws Exception {
        for (int i = 0; i < 20; i++) {
            assertEquals(true, isLetIn(token("RS256", "first", "SHA256withRSA", first)));
        }
        assertEquals(1, fetched.get());
    }

    @Test
    void aKeyThatIsNewIsFetched() throws Exception {
        assertEquals(true, isLetIn(token("RS256", "first", "SHA256withRSA", first)));
        publishTheOthers();
        assertEquals(true, isLetIn(token("ES256", "second", "SHA256withECDSAinP1363Format", second)));
        assertEquals(true, isLetIn(token("EdDSA", "third", "Ed25519", third)));
        assertEquals(2, fetched.get());
    }

    @Test
    void unknownKeysDoNotMakeItBeFetchedAgainAndAgain() throws Exception {
        for (int i = 0; i < 50; i++) {
            assertEquals(false, isLetIn(token("RS256", "unknown" + i, "SHA256withRSA", first)));
        }
        assertEquals(true, isLetIn(token("RS256", "first", "SHA256withRSA", first)), "known ones count as before");
        assertEquals(2, fetched.get());
    }

    @Test
    void whileItIsAwayTheLastOneCounts() throws Exception {
        assertEquals(true, isLetIn(token("RS256", "first", "SHA256withRSA", first)));
        server.stop(0);
        assertEquals(false, isLetIn(token("ES256", "second", "SHA256withECDSAinP1363Format", second)));
        assertEquals(true, isLetIn(token("RS256", "first", "SHA256withRSA", first)));
    }

    @Test
    void soItDoesWhenItIsLongOutOfDate() throws Exception {
        Keys keys = new Keys.Published(url(), Duration.ofMillis(20), Duration.ofMillis(10));
        JWSHeader header =
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("first").build();
        assertEquals(List.of(first.getPublic()), keys.candidates(header));
        server.stop(0);
        int asked = fetched.get();
        long until = System.nanoTime() + Duration.ofMillis(200).toNanos(); // ten times as long as it is kept
        while (System.nanoTime() < until) {
            assertEquals(List.of(first.getPublic()), keys.candidates(header));
        }
        assertEquals(asked, fetched.get());
    }

    @Test
    void whereItWasNeverThereNobodyIsLetIn() throws Exception {
        server.stop(0);
        assertEquals(false, isLetIn(token("RS256", "first", "SHA256withRSA", first)));
    }

    @Test
    void whatIsTooLongIsNotRead() throws Exception {
        extra = " ".repeat(300 << 10);
        assertEquals(false, isLetIn(token("RS256", "first", "SHA256withRSA", first)));
    }

    @Test
    void aSecretInTheSetIsNoKey() throws Exception {
        byte[] secret = SignedTokens.SECRET.getBytes(StandardCharsets.UTF_8);
        published.add(new OctetSequenceKey.Builder(secret).keyID("secret").build());
        String token = SignedTokens.hs256(
                "{\"alg\":\"HS256\",\"kid\":\"secret\"}",
                "{\"sub\":\"17\",\"bid\":3,\"exp\":" + SignedTokens.in(100) + "}",
                secret);
        assertEquals(false, isLetIn(token));
    }

    @Test
    void aShortKeyIsNone() throws Exception {
        KeyPair shortKey = SignedTokens.rsa(1024);
        published.add(new RSAKey.Builder((RSAPublicKey) shortKey.getPublic())
                .keyID("short")
                .build());
        assertEquals(false, isLetIn(token("RS256", "short", "SHA256withRSA", shortKey)));
    }
}
