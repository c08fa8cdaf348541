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
 * Knows agents by a signed token (JWT, RFC 7519) that their login carries: signed with HS256, RS256, ES256 or Ed25519, not
 * ended, not before its time, from {@code kefu.auth.issuer} and for {@code kefu.auth.audience}; clocks may differ by 30 s.
 * {@code sub} is the agent's id, {@code bid} the groups they may be in, {@code name} their name. Thread-safe.
 */
public final class TokenVerifier implements Authentication {
    private static final Logger LOG = Logger.getLogger(TokenVerifier.class.getName());
    private static final Duration LEEWAY = Duration.ofSeconds(30);

    /** An issuer may write the year 9999 for "never", or milliseconds. No connection lasts that long, and no clock counts it. */
    private static final Duration FOREVER = Duration.ofDays(3650);

    /** Headers of most web servers have 8 KiB; a token that has been in one is no longer. */
    private static final int MAX_CHARS = 8 << 10;

    private final Keys keys;
    private final Executor executor;
    private final Clock clock;
    private final DefaultJWTClaimsVerifier<?> claims;

    /**
     * @param settings mode jwt
     * @param executor on which keys are fetched, which may take seconds; not used where the key is set
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

    /** Looks at another token of somebody who is logged in. @return until when it counts; empty: it is none of theirs */
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
        } catch (ParseException | JOSEException | BadJWTException | RuntimeException bad) { // whatever is sent
            // what the library says may have a part of the token in it
            LOG.fine(() -> "The token of client " + client + " is not good: "
                    + bad.getClass().getSimpleName());
        }
        return Optional.empty();
    }

    private Optional<Token> checked(SignedJWT jwt) throws ParseException, BadJWTException {
        claims.verify(jwt.getJWTClaimsSet(), null);
        Instant now = clock.instant();
        Instant end = jwt.getJWTClaimsSet().getExpirationTime().toInstant();
        // one that has ended by our clock has not by the issuer's, perhaps
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
