package kefu.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.Key;
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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import kefu.Await;
import kefu.config.Settings;
import kefu.protocol.Json;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublishedKeysTest {
    private static final KeyPair FIRST = SignedTokens.rsa(2048);
    private static final KeyPair SECOND = SignedTokens.ec("secp256r1");
    private static final KeyPair THIRD = SignedTokens.ed25519();
    private final List<JWK> published = new ArrayList<>();
    private final AtomicInteger fetched = new AtomicInteger();
    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private final List<String> unreadable = new ArrayList<>();
    private final Logger logger =
            Logger.getLogger(JwkSetRetriever.class.getName()); // held, or its handler would be forgotten
    private final List<String> logged = new CopyOnWriteArrayList<>();
    private final Handler log = new Handler() {
        @Override
        public void publish(LogRecord line) {
            logged.add(line.getLevel() + " " + line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };
    private boolean compressed;
    private String extra = "";
    private HttpServer server;
    private TokenVerifier verifier;

    @BeforeEach
    void publish() throws Exception {
        published.add(new RSAKey.Builder((RSAPublicKey) FIRST.getPublic())
                .keyID("first")
                .build());
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/jwks.json", exchange -> {
            fetched.incrementAndGet();
            String keys = Stream.concat(unreadable.stream(), published.stream().map(JWK::toJSONString))
                    .collect(Collectors.joining(",", "{\"keys\":[", "]}"));
            byte[] body = (keys + extra).getBytes(StandardCharsets.UTF_8);
            if (compressed) {
                body = gzip(body);
                exchange.getResponseHeaders().add("Content-Encoding", "gzip");
            }
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        logger.addHandler(log);
        verifier = verifier();
    }

    @AfterEach
    void stop() {
        logger.removeHandler(log);
        server.stop(0);
        threads.shutdownNow();
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
            out.write(bytes);
        }
        return compressed.toByteArray();
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
        published.add(new ECKey.Builder(Curve.P_256, (ECPublicKey) SECOND.getPublic())
                .keyID("second")
                .build());
        byte[] der = THIRD.getPublic().getEncoded();
        byte[] x = Arrays.copyOfRange(der, der.length - 32, der.length);
        published.add(new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(x))
                .keyID("third")
                .build());
    }

    @Test
    void theSetIsFetchedOnce() throws Exception {
        for (int i = 0; i < 20; i++) {
            assertEquals(true, isLetIn(token("RS256", "first", "SHA256withRSA", FIRST)));
        }
        assertEquals(1, fetched.get());
    }

    @Test
    void aKeyThatIsNewIsFetched() throws Exception {
        assertEquals(true, isLetIn(token("RS256", "first", "SHA256withRSA", FIRST)));
        publishTheOthers();
        assertEquals(true, isLetIn(token("ES256", "second", "SHA256withECDSAinP1363Format", SECOND)));
        assertEquals(true, isLetIn(token("EdDSA", "third", "Ed25519", THIRD)));
        assertEquals(2, fetched.get());
    }

    @Test
    void unknownKeysDoNotMakeItBeFetchedAgainAndAgain() throws Exception {
        for (int i = 0; i < 50; i++) {
            assertEquals(false, isLetIn(token("RS256", "unknown" + i, "SHA256withRSA", FIRST)));
        }
        assertEquals(true, isLetIn(token("RS256", "first", "SHA256withRSA", FIRST)), "known ones count as before");
        assertEquals(2, fetched.get());
    }

    @Test
    void whileItIsAwayTheLastOneCounts() throws Exception {
        assertEquals(true, isLetIn(token("RS256", "first", "SHA256withRSA", FIRST)));
        server.stop(0);
        assertEquals(false, isLetIn(token("ES256", "second", "SHA256withECDSAinP1363Format", SECOND)));
        assertEquals(true, isLetIn(token("RS256", "first", "SHA256withRSA", FIRST)));
    }

    @Test
    void soItDoesWhenItIsLongOutOfDate() throws Exception {
        Keys keys = new Keys.Published(url(), Duration.ofMillis(20), Duration.ofMillis(10));
        JWSHeader header =
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("first").build();
        assertEquals(List.of(FIRST.getPublic()), keys.candidates(header));
        server.stop(0);
        int asked = fetched.get();
        long until = System.nanoTime() + Duration.ofMillis(200).toNanos(); // ten times as long as it is kept
        while (System.nanoTime() < until) {
            assertEquals(List.of(FIRST.getPublic()), keys.candidates(header));
        }
        assertEquals(asked, fetched.get());
    }

    @Test
    void whereItWasNeverThereNobodyIsLetIn() throws Exception {
        server.stop(0);
        assertEquals(false, isLetIn(token("RS256", "first", "SHA256withRSA", FIRST)));
    }

    @Test
    void whatIsTooLongIsNotRead() throws Exception {
        extra = " ".repeat(300 << 10);
        assertEquals(false, isLetIn(token("RS256", "first", "SHA256withRSA", FIRST)));
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'kty':'EC','crv':'P-256','kid':'x','x':'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU'}",
                "{'kty':'RSA','e':'AQAB','kid':'x'}",
                "{'kty':'EC','crv':'P-999','kid':'x','x':'AA','y':'AA'}",
                "{'kty':'AKP','alg':'ML-DSA-44','pub':'AA','kid':'x'}",
                "{'kid':'x','e':'AQAB','n':'AA'}",
                "{'kty':17}",
                "{'kty':'RSA','n':'AQAB','e':'AQAB','x5c':['no certificate']}",
                "{'kty':'RSA','n':'','e':'','kid':7}",
                "{}",
                "null",
                "'text'",
                "[]",
                "1",
            })
    void aKeyThatCannotBeReadIsLeftOutAndTheOthersCount(String key) throws Exception {
        unreadable.add(key.replace('\'', '"'));
        publishTheOthers();
        assertEquals(true, isLetIn(token("RS256", "first", "SHA256withRSA", FIRST)));
        assertEquals(true, isLetIn(token("ES256", "second", "SHA256withECDSAinP1363Format", SECOND)));
        assertEquals(true, isLetIn(token("EdDSA", "third", "Ed25519", THIRD)));
    }

    @Test
    void whatCannotBeReadIsLoggedOnceUntilItChanges() throws Exception {
        unreadable.add("{\"kid\":\"no\\nkind\"}");
        Keys keys = new Keys.Published(url(), Duration.ofMillis(2), Duration.ofMillis(1));
        JWSHeader header =
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("first").build();
        Await.until(() -> FIRST.getPublic().equals(candidate(keys, header)) && fetched.get() > 5);
        assertEquals(1, logged.size(), logged.toString());
        assertTrue(
                logged.get(0)
                        .startsWith("WARNING Keys url=\"" + url()
                                + "\" problem=\"keys cannot be read, the others count: number 1 "),
                logged.get(0));
        assertTrue(logged.get(0).contains("no\\\\nkind"), logged.get(0));
        assertFalse(logged.get(0).contains("\n"), logged.get(0));
        unreadable.add("null");
        Await.until(() -> FIRST.getPublic().equals(candidate(keys, header)) && logged.size() > 1);
        assertTrue(logged.get(1).contains("number 2"), logged.get(1));
    }

    private static Key candidate(Keys keys, JWSHeader header) {
        try {
            return keys.candidates(header).get(0);
        } catch (JOSEException notThere) {
            throw new AssertionError(notThere);
        }
    }

    @Test
    void whereNoKeyCanBeReadTheLastOnesCount() throws Exception {
        Keys keys = new Keys.Published(url(), Duration.ofMillis(2), Duration.ofMillis(1));
        JWSHeader header =
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("first").build();
        assertEquals(FIRST.getPublic(), candidate(keys, header));
        published.clear();
        unreadable.add("{}");
        Await.until(() -> FIRST.getPublic().equals(candidate(keys, header)) && !logged.isEmpty());
        assertTrue(logged.get(0).contains("no key can be read"), logged.get(0));
    }

    @Test
    void aSetThatIsCompressedUnaskedIsRead() throws Exception {
        compressed = true;
        assertEquals(true, isLetIn(token("RS256", "first", "SHA256withRSA", FIRST)));
    }

    @Test
    void oneThatIsSmallCompressedAndLongIsNot() throws Exception {
        compressed = true;
        extra = " ".repeat(300 << 10);
        assertEquals(false, isLetIn(token("RS256", "first", "SHA256withRSA", FIRST)));
    }

    @Test
    void oneThatComesTooSlowlyIsNotWaitedFor() {
        extra = " ".repeat(100 << 10);
        AtomicLong clock = new AtomicLong();
        JwkSetRetriever slow = new JwkSetRetriever(
                Duration.ofSeconds(2),
                () -> clock.getAndAdd(Duration.ofSeconds(1).toNanos()));
        IOException late = assertThrows(IOException.class, () -> slow.retrieveResource(url().toURL()));
        assertTrue(String.valueOf(late.getMessage()).contains("not there within"), late.toString());
    }

    @Test
    void whatIsNoSetIsLogged() throws Exception {
        extra = "x";
        assertEquals(false, isLetIn(token("RS256", "first", "SHA256withRSA", FIRST)));
        assertTrue(logged.get(0).contains("no JWK set"), logged.toString());
    }
}
