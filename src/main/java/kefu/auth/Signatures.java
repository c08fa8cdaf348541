package kefu.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.SignedJWT;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Set;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * Checks signatures. Each kind of key has exactly one algorithm. Otherwise an attacker could sign with HS256 and use the public
 * key as the secret.
 */
final class Signatures {
    private static final Set<JWSAlgorithm> ED25519 = Set.of(JWSAlgorithm.EdDSA, JWSAlgorithm.Ed25519);

    private Signatures() {}

    static boolean isSignedWith(SignedJWT jwt, Key key) throws JOSEException {
        JWSHeader header = jwt.getHeader();
        if (key instanceof EdECPublicKey ed) {
            // RFC 7515, 4.1.11: a token with a critical header that is not understood is invalid. The library
            // would need another class for this check
            return ED25519.contains(header.getAlgorithm()) && header.getCriticalParams() == null && isEd25519(jwt, ed);
        }
        JWSVerifier verifier = verifier(header.getAlgorithm(), key);
        return verifier != null && jwt.verify(verifier);
    }

    private static @Nullable JWSVerifier verifier(JWSAlgorithm algorithm, Key key) throws JOSEException {
        if (key instanceof SecretKey secret && algorithm.equals(JWSAlgorithm.HS256)) {
            return new MACVerifier(secret);
        }
        if (key instanceof RSAPublicKey rsa && algorithm.equals(JWSAlgorithm.RS256)) {
            return new RSASSAVerifier(rsa);
        }
        return key instanceof ECPublicKey ec && algorithm.equals(JWSAlgorithm.ES256) ? new ECDSAVerifier(ec) : null;
    }

    private static boolean isEd25519(SignedJWT jwt, PublicKey key) throws JOSEException {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initVerify(key);
            signature.update(jwt.getSigningInput());
            return signature.verify(jwt.getSignature().decode());
        } catch (GeneralSecurityException malformed) {
            throw new JOSEException(malformed.getMessage(), malformed);
        }
    }
}
