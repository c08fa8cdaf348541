package kefu.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import java.net.MalformedURLException;
import java.net.URI;
import java.security.Key;
import java.security.PublicKey;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import kefu.config.AuthSettings;
import kefu.config.PublicKeys;
import kefu.config.Settings;

/** The keys that verify tokens: one from the settings, or those published at a URL. Thread-safe. */
interface Keys {
    /** The keys that match a token's header. @throws JOSEException if no keys can be fetched and none are known from before */
    List<Key> candidates(JWSHeader header) throws JOSEException;

    /** Whether {@link #candidates} may wait for the network. */
    boolean mayBlock();

    static Keys of(Settings settings) {
        Optional<Key> secret = settings.get(AuthSettings.SECRET).map(bytes -> new SecretKeySpec(bytes, "HmacSHA256"));
        return settings.get(AuthSettings.JWKS_URL)
                .<Keys>map(Published::new)
                .orElseGet(() -> new Set(
                        secret.or(() -> settings.get(AuthSettings.PUBLIC_KEY)).orElseThrow()));
    }

    /** One key from the settings. It is used for every token, whatever key id the token has. */
    record Set(Key key) implements Keys {
        @Override
        public List<Key> candidates(JWSHeader header) {
            return List.of(key);
        }

        @Override
        public boolean mayBlock() {
            return false;
        }
    }

    /**
     * A published set. It is cached for 5 minutes. A token with an unknown key id makes it be fetched again, at most twice in
     * 10 s. If the URL does not answer, the last set is used.
     */
    final class Published implements Keys {
        private static final Duration KEPT = Duration.ofMinutes(5);
        private static final Duration FETCHED_AGAIN = Duration.ofSeconds(10);
        private static final Duration TIMEOUT = Duration.ofSeconds(2);

        /** The DER prefix of the 32 bytes of an Ed25519 key in a SubjectPublicKeyInfo (RFC 8410, 10.1). */
        private static final byte[] ED25519 = HexFormat.of().parseHex("302a300506032b6570032100");

        private final JWKSource<SecurityContext> source;

        Published(URI url) {
            this(url, KEPT, FETCHED_AGAIN);
        }

        /** @param fetchedAgain shorter than {@code kept} */
        Published(URI url, Duration kept, Duration fetchedAgain) {
            try {
                source = JWKSourceBuilder.create(url.toURL(), new JwkSetRetriever(TIMEOUT, System::nanoTime))
                        .cache(kept.toMillis(), TIMEOUT.toMillis())
                        .refreshAheadCache(false) // it would start its own threads
                        .rateLimited(fetchedAgain.toMillis())
                        .outageTolerantForever()
                        .build();
            } catch (MalformedURLException never) { // every Java platform knows http and https
                throw new IllegalArgumentException(never);
            }
        }

        @Override
        public List<Key> candidates(JWSHeader header) throws JOSEException {
            JWKMatcher.Builder matcher = new JWKMatcher.Builder().keyUses(KeyUse.SIGNATURE, null);
            if (header.getKeyID() != null) {
                matcher.keyID(header.getKeyID());
            }
            return source.get(new JWKSelector(matcher.build()), null).stream()
                    .flatMap(Published::publicKey)
                    .<Key>map(key -> key)
                    .toList();
        }

        @Override
        public boolean mayBlock() {
            return true;
        }

        private static Stream<PublicKey> publicKey(JWK jwk) {
            try {
                PublicKey key = null;
                if (jwk instanceof RSAKey rsa) {
                    key = rsa.toRSAPublicKey();
                } else if (jwk instanceof ECKey ec) {
                    key = ec.toECPublicKey();
                } else if (jwk instanceof OctetKeyPair ed && ed.getCurve().equals(Curve.Ed25519)) {
                    key = ed25519(ed.getDecodedX());
                }
                return Stream.ofNullable(key).filter(PublicKeys::isAllowed);
            } catch (JOSEException | IllegalArgumentException malformed) { // the other keys of the set are still used
                return Stream.of();
            }
        }

        private static PublicKey ed25519(byte[] x) {
            byte[] der = new byte[ED25519.length + x.length];
            System.arraycopy(ED25519, 0, der, 0, ED25519.length);
            System.arraycopy(x, 0, der, ED25519.length, x.length);
            return PublicKeys.ofDer(der);
        }
    }
}
