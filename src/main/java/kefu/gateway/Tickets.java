package kefu.gateway;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import kefu.protocol.Id;

/** The secrets with which sessions are resumed. A ticket names its group, in whose presence the session is found. */
final class Tickets {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    /** 256 bits: nobody guesses one. */
    private static final int BYTES = 32;

    private Tickets() {}

    static String next(Id group) {
        byte[] secret = new byte[BYTES];
        RANDOM.nextBytes(secret);
        return BASE64.encodeToString(group.key().getBytes(StandardCharsets.UTF_8)) + "."
                + BASE64.encodeToString(secret);
    }
}
