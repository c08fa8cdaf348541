package kefu.gateway;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import kefu.protocol.Id;
import kefu.session.Session;

/**
 * The tickets of the sessions of v2. A ticket is a secret that resumes a session. It names its group, so that the session's
 * record can be found there. Thread-safe.
 */
final class Tickets {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    /** 256 bits: nobody guesses one. */
    private static final int BYTES = 32;

    /** By the tickets' digests, so that the time of a look-up tells nothing about a ticket. */
    private final ConcurrentMap<String, Session> sessions = new ConcurrentHashMap<>();

    static String next(Id group) {
        byte[] secret = new byte[BYTES];
        RANDOM.nextBytes(secret);
        return BASE64.encodeToString(group.key().getBytes(StandardCharsets.UTF_8)) + "."
                + BASE64.encodeToString(secret);
    }

    /** Adds a session. One of v1 has no ticket and is not added. */
    void add(Session session) {
        if (!session.ticket().isEmpty()) {
            sessions.put(digest(session.ticket()), session);
        }
    }

    void remove(Session session) {
        if (!session.ticket().isEmpty()) {
            sessions.remove(digest(session.ticket()), session);
        }
    }

    Optional<Session> session(String ticket) {
        return Optional.ofNullable(sessions.get(digest(ticket)));
    }

    Collection<Session> sessions() {
        return sessions.values();
    }

    int size() {
        return sessions.size();
    }

    private static String digest(String ticket) {
        try {
            return BASE64.encodeToString(
                    MessageDigest.getInstance("SHA-256").digest(ticket.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException none) {
            throw new IllegalStateException("every Java platform has SHA-256", none);
        }
    }
}
