package kefu.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import kefu.config.Settings;
import kefu.protocol.ErrorCode;
import kefu.protocol.Id;
import kefu.protocol.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenVerifierTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);
    private static final AuthResult NOT_ALLOWED = new AuthResult.Refused(ErrorCode.NOT_ALLOWED);
    private static final AuthResult BAD_LOGIN = new AuthResult.Refused(ErrorCode.BAD_LOGIN);
    private static final String FRAME = "{\"bid\":3,\"customer_id\":17,\"customer_name\":\"张三\"}";

    private final Map<String, String> settings = new HashMap<>(Map.of("kefu.auth.secret", SignedTokens.SECRET));

    private AuthResult identify(String token, String frame) {
        return new TokenVerifier(
                        Settings.from(key -> Optional.ofNullable(settings.get(key))),
                        task -> {
                            throw new AssertionError("a key that is set needs no thread");
                        },
                        Clock.fixed(NOW, ZoneOffset.UTC))
                .identify(claim(token, frame), "client")
                .toCompletableFuture()
                .join();
    }

    private static Credentials claim(String token, String frame) {
        Map<String, jakarta.json.JsonValue> members =
                new HashMap<>(Json.parse(frame).orElseThrow().asJsonObject());
        members.put("token", Json.text(token));
        return Credentials.of(Json.object(members)).orElseThrow();
    }

    private static String claims(String more) {
        return "{\"sub\":\"17\",\"bid\":[3,\"四\"],\"exp\":" + (NOW.getEpochSecond() + 100) + more + "}";
    }

    private Identity let(String token, String frame) {
        return assertInstanceOf(Identity.class, identify(token, frame));
    }

    @Test
    void whoHasAGoodTokenIsWhoItSays() {
        Identity who = let(SignedTokens.hs256(claims("")), FRAME);
        assertEquals(Id.ofText("3").orElseThrow(), who.group());
        assertEquals("17", who.uid().json().toString(), "by the JSON type of the login");
        assertEquals("张三", who.name());
        assertEquals(Optional.of(NOW.plusSeconds(100)), who.until());
    }

    @Test
    void whatTheLoginLeavesOutTheTokenSays() {
        String token = SignedTokens.hs256(
                "{\"sub\":\"17\",\"bid\":41,\"name\":\"李四\",\"exp\":" + (NOW.getEpochSecond() + 100) + "}");
        assertEquals(let(token, "{}"), let(token, "{\"bid\":null,\"customer_id\":null,\"customer_name\":null}"));
        Identity who = let(token, "{}");
        assertEquals("41", who.group().json().toString());
        assertEquals("\"17\"", who.uid().json().toString());
        assertEquals("李四", who.name());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"bid\":3,\"customer_id\":18,\"customer_name\":\"n\"}",
                "{\"bid\":4,\"customer_id\":17,\"customer_name\":\"n\"}",
                "{\"bid\":3,\"customer_id\":17,\"customer_name\":\"another\"}"
            })
    void theLoginCannotClaimAnother(String frame) {
        assertEquals(NOT_ALLOWED, identify(SignedTokens.hs256(claims(",\"name\":\"n\"")), frame));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"customer_id\":17,\"customer_name\":\"n\"}", "{\"bid\":3,\"customer_id\":17}"})
    void whatNeitherSaysIsMissing(String frame) {
        assertEquals(BAD_LOGIN, identify(SignedTokens.hs256(claims("")), frame));
    }

    @ParameterizedTest
    @CsvSource({
        "'3', true",
        "'\"3\"', true",
        "'[\"3\",4]', true",
        "'[]', false",
        "'{}', false",
        "'null', false",
        "'4', false"
    })
    void theGroupsAreTextNumberOrAList(String bid, boolean allowed) {
        String token =
                SignedTokens.hs256("{\"sub\":\"17\",\"bid\":" + bid + ",\"exp\":" + (NOW.getEpochSecond() + 100) + "}");
        assertEquals(allowed, identify(token, FRAME) instanceof Identity);
    }

    @ParameterizedTest
    @CsvSource({"-29, true", "-31, false", "0, true", "1, true"})
    void anEndCountsWithThirtySecondsOfLeeway(long endsIn, boolean allowed) {
        String token = SignedTokens.hs256("{\"sub\":\"17\",\"bid\":3,\"exp\":" + (NOW.getEpochSecond() + endsIn) + "}");
        AuthResult verdict = identify(token, FRAME);
        assertEquals(allowed, verdict instanceof Identity);
        if (verdict instanceof Identity who) {
            assertTrue(who.until().orElseThrow().isAfter(NOW), "who is let in is not thrown out at once");
        }
    }

    @ParameterizedTest
    @CsvSource({"29, true", "31, false"})
    void soDoesABeginning(long beginsIn, boolean allowed) {
        String token = SignedTokens.hs256(claims(",\"nbf\":" + (NOW.getEpochSecond() + beginsIn)));
        assertEquals(allowed, identify(token, FRAME) instanceof Identity);
    }

    @ParameterizedTest
    @CsvSource({
        "'\"iss\":\"here\",\"aud\":\"kefu\"', true",
        "'\"iss\":\"here\",\"aud\":[\"other\",\"kefu\"]', true",
        "'\"iss\":\"there\",\"aud\":\"kefu\"', false",
        "'\"iss\":\"here\",\"aud\":\"other\"', false",
        "'\"iss\":\"here\"', false",
        "'\"aud\":\"kefu\"', false"
    })
    void issuerAndAudienceAreThoseThatAreSet(String more, boolean allowed) {
        settings.put("kefu.auth.issuer", "here");
        settings.put("kefu.auth.audience", "kefu");
        assertEquals(allowed, identify(SignedTokens.hs256(claims("," + more)), FRAME) instanceof Identity);
    }

    static Stream<String> notGood() {
        byte[] secret = SignedTokens.SECRET.getBytes(StandardCharsets.UTF_8);
        String good = SignedTokens.hs256(claims(""));
        return Stream.of(
                "",
                "a.b.c",
                good.substring(0, good.length() - 1),
                good + ".x",
                good.substring(0, good.lastIndexOf('.') + 1),
                SignedTokens.part("{\"alg\":\"none\"}") + "." + SignedTokens.part(claims("")) + ".",
                SignedTokens.hs256("{\"alg\":\"HS256\"}", claims(""), new byte[32]),
                SignedTokens.hs256("{\"alg\":\"HS384\"}", claims(""), secret),
                SignedTokens.hs256("{\"alg\":\"RS256\"}", claims(""), secret),
                SignedTokens.hs256("{\"alg\":\"HS256\",\"crit\":[\"x\"],\"x\":1}", claims(""), secret),
                SignedTokens.hs256("{\"alg\":\"HS256\"}", "no JSON", secret),
                SignedTokens.hs256("{\"alg\":\"HS256\"}", "[".repeat(3000) + "]".repeat(3000), secret),
                SignedTokens.hs256("{\"sub\":\"17\",\"bid\":3}"),
                SignedTokens.hs256("{\"bid\":3,\"exp\":" + (NOW.getEpochSecond() + 100) + "}"),
                SignedTokens.hs256("{\"sub\":17,\"bid\":3,\"exp\":" + (NOW.getEpochSecond() + 100) + "}"),
                SignedTokens.hs256("{\"sub\":\"\",\"bid\":3,\"exp\":" + (NOW.getEpochSecond() + 100) + "}"),
                SignedTokens.hs256("{\"sub\":\"17\",\"bid\":3,\"exp\":\"soon\"}"),
                SignedTokens.hs256(claims(",\"x\":\"" + "x".repeat(7000) + "\"")));
    }

    @ParameterizedTest
    @MethodSource
    void notGood(String token) {
        assertEquals(NOT_ALLOWED, identify(token, FRAME));
    }

    @Test
    void aTokenThatIsNoTextIsNone() {
        Credentials claim = Credentials.of(
                        Json.parse("{\"bid\":3,\"customer_id\":17,\"customer_name\":\"n\",\"token\":{}}")
                                .orElseThrow()
                                .asJsonObject())
                .orElseThrow();
        TokenVerifier verifier = new TokenVerifier(
                Settings.from(key -> Optional.ofNullable(settings.get(key))), Runnable::run, Clock.systemUTC());
        assertEquals(
                NOT_ALLOWED,
                verifier.identify(claim, "client").toCompletableFuture().join());
    }

    static Stream<Arguments> keys() {
        return Stream.of(
                Arguments.of("RS256", "SHA256withRSA", SignedTokens.rsa(2048)),
                Arguments.of("ES256", "SHA256withECDSAinP1363Format", SignedTokens.ec("secp256r1")),
                Arguments.of("EdDSA", "Ed25519", SignedTokens.ed25519()),
                Arguments.of("Ed25519", "Ed25519", SignedTokens.ed25519()));
    }

    @ParameterizedTest
    @MethodSource("keys")
    void aPublicKeyKnowsItsOwnSignatureAndNoOther(String alg, String algorithm, KeyPair pair) {
        settings.remove("kefu.auth.secret");
        settings.put("kefu.auth.public-key", SignedTokens.pem(pair));
        String header = "{\"alg\":\"" + alg + "\",\"kid\":\"any\"}";
        let(SignedTokens.signed(header, claims(""), algorithm, pair.getPrivate()), FRAME);
        KeyPair another =
                switch (alg) {
                    case "RS256" -> SignedTokens.rsa(2048);
                    case "ES256" -> SignedTokens.ec("secp256r1");
                    default -> SignedTokens.ed25519();
                };
        List<String> wrong = new ArrayList<>();
        if (alg.equals("RS256")) { // the only one that a key of RSA signs by
            wrong.add(SignedTokens.signed("{\"alg\":\"RS384\"}", claims(""), "SHA384withRSA", pair.getPrivate()));
        }
        wrong.addAll(List.of(
                SignedTokens.signed(header, claims(""), algorithm, another.getPrivate()),
                // what is public taken for the secret
                SignedTokens.hs256(
                        "{\"alg\":\"HS256\"}", claims(""), pair.getPublic().getEncoded()),
                SignedTokens.signed("{\"alg\":\"HS256\"}", claims(""), algorithm, pair.getPrivate()),
                SignedTokens.signed(
                        "{\"alg\":\"" + alg + "\",\"crit\":[\"x\"],\"x\":1}",
                        claims(""),
                        algorithm,
                        pair.getPrivate())));
        for (String bad : wrong) {
            assertEquals(NOT_ALLOWED, identify(bad, FRAME), bad);
        }
    }
}
