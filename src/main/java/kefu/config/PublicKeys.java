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

/** The kinds of public keys by which a token's signature may be checked. */
public final class PublicKeys {
    private static final int MIN_RSA_BITS = 2048; // RFC 7518, 3.3
    private static final int P256_BITS = 256;

    private PublicKeys() {}

    /** @throws IllegalArgumentException on a text that is no such key */
    static Optional<PublicKey> parse(String text) {
        if (text.isBlank()) {
            return Optional.empty();
        }
        // an environment file keeps a PEM in one line: its line ends are written \n, and it may be in quotes
        String base64 = text.replaceAll("-----(BEGIN|END) PUBLIC KEY-----", "").replaceAll("\\s|\\\\[rn]|[\"']", "");
        return Optional.of(ofDer(Base64.getDecoder().decode(base64)));
    }

    /** @param der a SubjectPublicKeyInfo (RFC 5280, 4.1). @throws IllegalArgumentException where it is no key that is allowed */
    public static PublicKey ofDer(byte[] der) {
        for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
            try {
                PublicKey key = KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der));
                if (isAllowed(key)) {
                    return key;
                }
            } catch (GeneralSecurityException another) {
                // the next algorithm may know it
            }
        }
        throw new IllegalArgumentException("no key that is allowed");
    }

    /** Whether it is long enough, and on a curve that a token's algorithm has. */
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
