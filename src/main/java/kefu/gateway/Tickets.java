package kefu.gateway;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import kefu.protocol.Id;

/**
 * Tickets of protocol v2. A ticket is a secret that resumes a session. It names its group, so that the session's record can be
 * found there. The record has its hash only.
 */
final class Tickets {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final String SEPARATOR = ".";

    /** 256 bits: nobody guesses one. */
    private static final int BYTES = 32;

    private Tickets() {}

    static String next(Id group) {
        byte[] secret = new byte[BYTES];
        RANDOM.nextBytes(secret);
        return BASE64.encodeToString(group.key().getBytes(StandardCharsets.UTF_8))
                + SEPARATOR
                + BASE64.encodeToString(secret);
    }

    /** The group that a ticket names; empty: it is no ticket. */
    static Optional<Id> group(String ticket) {
        int end = ticket.indexOf(SEPARATOR);
        if (end < 0) {
            return Optional.empty();
        }
        try {
            byte[] name = Base64.getUrlDecoder().decode(ticket.substring(0, end));
            return Id.ofText(new String(name, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException noBase64) {
            return Optional.empty();
        }
    }

    /** What a session's record has of its ticket: the time of a look-up tells nothing about a ticket. None: the empty text. */
    static String hash(String ticket) {
        if (ticket.isEmpty()) {
            return "";
        }
        try {
            return BASE64.encodeToString(
                    MessageDigest.getInstance("SHA-256").digest(ticket.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException none) {
            throw new IllegalStateException("every Java platform has SHA-256", none);
        }
    }
}
