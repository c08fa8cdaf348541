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
 * The requests with an id that are being served for one client, and the answers to the latest of those that were: so
 * that one that comes again is not done again. Thread-safe.
 */
public final class IdempotencyCache {
    /** A client sends again what it has no answer to, after a lost line: that is no more than may wait. */
    static final int MAX_ANSWERS = RequestIntake.MAX_WAITING;

    /** Sixty-four answers of 4 KiB, which is more than most have. */
    static final int MAX_BYTES = 256 << 10;

    /** By which a client says that it has sent the request before. */
    private static final String AGAIN = "again";

    // guarded by this
    private Map<String, Entry> byId = Map.of(); // until the client asks for something with an id
    private int kept;
    private int keptBytes;

    /** One request, and its answer once it has come. */
    public static final class Entry {
        private final byte[] digest;
        private final CompletableFuture<Frame> answer = new CompletableFuture<>();
        private int bytes; // of the answer where it is kept

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

    /** What was asked with this id; null where it is not known, or not any more. */
    public synchronized @Nullable Entry get(String id) {
        return byId.get(id);
    }

    /** The same, but where it is not known this is it from now on: {@link #complete} is to follow. */
    public synchronized @Nullable Entry putIfAbsent(String id, Entry asked) {
        if (byId.isEmpty()) {
            byId = new LinkedHashMap<>();
        }
        return byId.putIfAbsent(id, asked);
    }

    /** A request has ended. @param keep whether it counts: one that was not done may be asked for again */
    public void complete(String id, Entry asked, Frame answer, boolean keep) {
        synchronized (this) {
            byId.remove(id);
            if (keep && answer.bytes() <= MAX_BYTES) {
                asked.bytes = answer.bytes();
                byId.put(id, asked); // behind those that were answered before
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
