package kefu.connection;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kefu.protocol.Frame;
import kefu.protocol.Json;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one client that have an id: those being served, and the latest answers. A request that is sent again is not
 * served again. Thread-safe.
 */
public final class IdempotencyCache {
    /** After a lost connection a client repeats what was not answered. That is no more than may wait. */
    static final int MAX_ANSWERS = RequestIntake.MAX_WAITING;

    /** Sixty-four answers of 4 KiB, which is more than most have. */
    static final int MAX_BYTES = 256 << 10;

    /** The member by which a client says that it has sent the request before. */
    private static final String AGAIN = "again";

    // guarded by this
    private Map<String, Entry> byId = Map.of(); // most clients use no ids
    private int kept;
    private int keptBytes;

    /** One request, and its answer once it has come. */
    public static final class Entry {
        private final byte[] digest;
        private final CompletableFuture<Frame> answer = new CompletableFuture<>();
        private int bytes; // of the answer, if it is kept

        /**
         * @param body the whole message: what it says but for {@code again} tells it from another
         * @param text the same as text
         */
        public Entry(JsonObject body, String text) {
            this.digest = digest(body.containsKey(AGAIN) ? withoutAgain(body) : text);
        }

        private static String withoutAgain(JsonObject body) {
            Map<String, JsonValue> members = new LinkedHashMap<>(body);
            members.remove(AGAIN);
            return Json.encodable(Json.object(members).toString());
        }

        public boolean isSameAs(Entry other) {
            return MessageDigest.isEqual(digest, other.digest);
        }

        public CompletionStage<Frame> answer() {
            return answer;
        }
    }

    /** Whether a message says that it was sent before. */
    public static boolean isAgain(JsonObject body) {
        return JsonValue.TRUE.equals(body.get(AGAIN));
    }

    /** The request with this id; null: there was none, or it was dropped. */
    public synchronized @Nullable Entry get(String id) {
        return byId.get(id);
    }

    /** As {@link #get}, but adds the request if there is none: the caller must call {@link #complete} then. */
    public synchronized @Nullable Entry putIfAbsent(String id, Entry asked) {
        if (byId.isEmpty()) {
            byId = new LinkedHashMap<>();
        }
        return byId.putIfAbsent(id, asked);
    }

    /** A request has ended. @param keep whether to keep the answer: one that was not served may be sent again */
    public void complete(String id, Entry asked, Frame answer, boolean keep) {
        synchronized (this) {
            byId.remove(id);
            if (keep && answer.bytes() <= MAX_BYTES) {
                asked.bytes = answer.bytes();
                byId.put(id, asked); // after those that were answered before
                kept++;
                keptBytes += asked.bytes;
                forgetOldest();
            }
        }
        asked.answer.complete(answer);
    }

    private void forgetOldest() {
        Iterator<Entry> oldestFirst = byId.values().iterator();
        while (kept > MAX_ANSWERS || keptBytes > MAX_BYTES) {
            Entry oldest = oldestFirst.next();
            if (oldest.bytes > 0) { // else it is being served
                oldestFirst.remove();
                kept--;
                keptBytes -= oldest.bytes;
            }
        }
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException none) {
            throw new IllegalStateException("every Java platform has SHA-256", none);
        }
    }
}
