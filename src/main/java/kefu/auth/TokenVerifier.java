package kefu.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.security.Key;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.logging.Logger;
import kefu.config.AuthMode;
import kefu.config.AuthSettings;
import kefu.config.Settings;
import kefu.protocol.ErrorCode;
import kefu.protocol.Id;
import kefu.protocol.Json;
import org.jspecify.annotations.Nullable;

/**
 * Authenticates agents by a signed token (JWT, RFC 7519) in their login. The signature must be HS256, RS256, ES256 or Ed25519.
 * The token must be valid now, from {@code kefu.auth.issuer}, and for {@code kefu.auth.audience}. Clocks may differ by 30 s.
 * {@code sub} is the agent's id, {@code bid} the groups they may be in, {@code name} their name. Thread-safe.
 */
public final class TokenVerifier implements Authentication {
    private static final Logger LOG = Logger.getLogger(TokenVerifier.class.getName());
    private static final Duration LEEWAY = Duration.ofSeconds(30);

    /**
     * The longest validity that is used. An issuer may write the year 9999 for "never", or milliseconds: such a time would
     * overflow the clock of the deadlines.
     */
    private static final Duration FOREVER = Duration.ofDays(3650);

    /** The longest token. Most web servers limit headers to 8 KiB, so a token that was sent in a header is not longer. */
    private static final int MAX_CHARS = 8 << 10;

    private final Keys keys;
    private final Executor executor;
    private final Clock clock;
    private final DefaultJWTClaimsVerifier<?> claims;

    /**
     * @param settings mode jwt
     * @param executor fetches keys, which may take seconds; not used if the key is in the settings
     */
    public TokenVerifier(Settings settings, Executor executor, Clock clock) {
        this.keys = Keys.of(settings);
        this.executor = keys.mayBlock() ? executor : Runnable::run;
        this.clock = clock;
        String audience = settings.get(AuthSettings.AUDIENCE);
        String issuer = settings.get(AuthSettings.ISSUER);
        JWTClaimsSet.Builder exact = new JWTClaimsSet.Builder();
        if (!issuer.isEmpty()) {
            exact.issuer(issuer);
        }
        this.claims = new ClaimsVerifier(audience.isEmpty() ? null : audience, exact.build(), clock);
    }

    @Override
    public AuthMode mode() {
        return AuthMode.JWT;
    }

    @Override
    public Optional<TokenVerifier> tokens() {
        return Optional.of(this);
    }

    @Override
    public CompletionStage<AuthResult> identify(Credentials claim, String client) {
        return verify(claim.frame(), client).thenApply(good -> good.map(token -> token.identify(claim))
                .orElse(new AuthResult.Refused(ErrorCode.NOT_ALLOWED)));
    }

    /** Checks a new token of a logged-in agent. @return when the token ends; empty: it is invalid, or another agent's */
    public CompletionStage<Optional<Instant>> renew(JsonObject frame, Id group, Id uid, String client) {
        return verify(frame, client)
                .thenApply(good -> good.filter(token -> token.isOf(uid, group)).map(Token::until));
    }

    private CompletionStage<Optional<Token>> verify(JsonObject frame, String client) {
        return frame.get("token") instanceof JsonString token
                        && token.getChars().length() <= MAX_CHARS
                ? CompletableFuture.supplyAsync(() -> verify(token.getString(), client), executor)
                : CompletableFuture.completedFuture(Optional.empty());
    }

    private Optional<Token> verify(String text, String client) {
        try {
            SignedJWT jwt = SignedJWT.parse(text);
            for (Key key : keys.candidates(jwt.getHeader())) {
                if (Signatures.isSignedWith(jwt, key)) {
                    return checked(jwt);
                }
            }
            LOG.fine(() -> "The token of client " + client + " is signed with no key that is known");
        } catch (ParseException
                | JOSEException
                | BadJWTException
                | RuntimeException bad) { // a client may send anything
            // the message of the library may contain a part of the token
            LOG.fine(() -> "The token of client " + client + " is not good: "
                    + bad.getClass().getSimpleName());
        }
        return Optional.empty();
    }

    private Optional<Token> checked(SignedJWT jwt) throws ParseException, BadJWTException {
        claims.verify(jwt.getJWTClaimsSet(), null);
        Instant now = clock.instant();
        Instant end = jwt.getJWTClaimsSet().getExpirationTime().toInstant();
        // the token has ended by this clock, but perhaps not by the clock of the issuer
        Instant until = end.isAfter(now) ? earlier(end, now.plus(FOREVER)) : end.plus(LEEWAY);
        return Json.parse(jwt.getPayload().toString())
                .filter(JsonObject.class::isInstance)
                .flatMap(payload -> Token.of(payload.asJsonObject(), until));
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static final class ClaimsVerifier extends DefaultJWTClaimsVerifier<com.nimbusds.jose.proc.SecurityContext> {
        private final Clock clock;

        ClaimsVerifier(@Nullable String audience, JWTClaimsSet exact, Clock clock) {
            super(audience, exact, Set.of("exp", "sub"));
            this.clock = clock;
            setMaxClockSkew((int) LEEWAY.toSeconds());
        }

        @Override
        protected Date currentTime() {
            return Date.from(clock.instant());
        }
    }
}
