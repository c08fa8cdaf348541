package kefu.config;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Reads public keys, and decides which kinds may verify a token's signature. */
public final class PublicKeys {
    private static final int MIN_RSA_BITS = 2048; // RFC 7518, 3.3
    private static final int P256_BITS = 256;

    private PublicKeys() {}

    /** Reads a PEM. @throws IllegalArgumentException if it is no allowed key */
    static Optional<PublicKey> parse(String text) {
        if (text.isBlank()) {
            return Optional.empty();
        }
        // in an environment file a PEM is one line, with a literal \n for each line end, and perhaps in quotes
        String base64 = text.replaceAll("-----(BEGIN|END) PUBLIC KEY-----", "").replaceAll("\\s|\\\\[rn]|[\"']", "");
        return Optional.of(ofDer(Base64.getDecoder().decode(base64)));
    }

    /** @param der a SubjectPublicKeyInfo (RFC 5280, 4.1). @throws IllegalArgumentException if it is no allowed key */
    public static PublicKey ofDer(byte[] der) {
        for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
            try {
                PublicKey key = KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der));
                if (isAllowed(key)) {
                    return key;
                }
            } catch (GeneralSecurityException another) {
                // perhaps it is a key of the next algorithm
            }
        }
        throw new IllegalArgumentException("no key that is allowed");
    }

    /** Whether an RSA key is long enough, and an EC key has the curve of a token's algorithm. */
    public static boolean isAllowed(PublicKey key) {
        if (key instanceof RSAPublicKey rsa) {
            return rsa.getModulus().bitLength() >= MIN_RSA_BITS;
        }
        if (key instanceof ECPublicKey ec) {
            return ec.getParams().getCurve().getField().getFieldSize() == P256_BITS;
        }
        return key instanceof EdECPublicKey ed && ed.getParams().getName().equals(NamedParameterSpec.ED25519.getName());
    }
}
