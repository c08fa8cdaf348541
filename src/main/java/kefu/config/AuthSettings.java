package kefu.config;

import java.net.URI;
import java.security.PublicKey;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** The settings of authentication. */
public final class AuthSettings {
    public static final Setting<Optional<AuthMode>> MODE = new Setting<>(
            "kefu.auth.mode",
            "",
            "open, jwt or backend; jwt needs exactly one of kefu.auth.secret, kefu.auth.public-key and kefu.auth.jwks-url, the others allow none; backend needs kefu.backend.url",
            "how it is known who an agent is. open: it is not; jwt: by a signed token in the login; backend: the backend's method login says it. Empty: jwt where a key is set, else open",
            false,
            Values::authMode);

    /** At least as long as the hash (RFC 7518, 3.2). */
    public static final Setting<Optional<byte[]>> SECRET = new Setting<>(
            "kefu.auth.secret",
            "",
            "a text of 32 bytes or more in UTF-8",
            "the secret by which tokens are signed with HS256; shown nowhere",
            true,
            Values::authSecret);

    public static final Setting<Optional<PublicKey>> PUBLIC_KEY = new Setting<>(
            "kefu.auth.public-key",
            "",
            "an RSA key of 2048 bits or more (RS256), an EC key on P-256 (ES256) or an Ed25519 key, as PEM or the Base64 of its DER (SubjectPublicKeyInfo)",
            "the public key to the one by which tokens are signed",
            false,
            PublicKeys::parse);

    public static final Setting<Optional<URI>> JWKS_URL = new Setting<>(
            "kefu.auth.jwks-url",
            "",
            "an absolute http or https address without query or user, e.g. https://id.example/jwks.json",
            "where the public keys to those by which tokens are signed are published as a JWK set",
            false,
            Values::httpAddress);

    public static final Setting<String> ISSUER = new Setting<>(
            "kefu.auth.issuer", "", "any text", "what a token must have as iss. Empty: anything", false, String::trim);

    public static final Setting<String> AUDIENCE = new Setting<>(
            "kefu.auth.audience",
            "",
            "any text",
            "what a token must have in aud. Empty: anything",
            false,
            String::trim);

    /** None: only the backend knows what a method does with the id of another agent. */
    public static final Setting<Set<String>> FOREIGN_ID_METHODS = new Setting<>(
            "kefu.auth.foreign-id-methods",
            "",
            "methods apart by commas, e.g. order/transfer; *: every method",
            "methods whose requests may name another agent or group than the session's own in customer_id and bid (modes jwt and backend)",
            false,
            Values::names);

    /** The page logs in within milliseconds after it has connected. A person types the login before that. */
    public static final Setting<Duration> LOGIN_TIMEOUT = new Setting<>(
            "kefu.login.timeout",
            "10s",
            "100ms to 1h, as 500ms, 10s, 1m",
            "how long a client may be connected and not logged in; longer closes its connection with 4003 (modes jwt and backend)",
            false,
            Values.duration(Duration.ofMillis(100), Duration.ofHours(1)));

    public static final Setting<Boolean> PROTOCOL_V1 = new Setting<>(
            "kefu.protocol.v1",
            "true",
            "true or false",
            "whether clients of protocol v1 are served; false closes their connections with 4003",
            false,
            Values::bool);

    private AuthSettings() {}

    /** Checks that the mode and the keys fit together. @throws BadSettingException if not */
    static void check(Settings settings) {
        int keys = count(settings.get(SECRET)) + count(settings.get(PUBLIC_KEY)) + count(settings.get(JWKS_URL));
        AuthMode mode = mode(settings);
        boolean possible =
                switch (mode) {
                    case OPEN -> keys == 0;
                    case JWT -> keys == 1;
                    case BACKEND ->
                        keys == 0 && settings.get(BackendSettings.URL).isPresent();
                };
        if (!possible) {
            throw new BadSettingException(MODE, mode.toString());
        }
    }

    private static int count(Optional<?> set) {
        return set.isPresent() ? 1 : 0;
    }

    /** The mode of the setting; without the setting the mode that follows from the keys. */
    public static AuthMode mode(Settings settings) {
        boolean hasKey = settings.get(SECRET).isPresent()
                || settings.get(PUBLIC_KEY).isPresent()
                || settings.get(JWKS_URL).isPresent();
        return settings.get(MODE).orElse(hasKey ? AuthMode.JWT : AuthMode.OPEN);
    }
}
