package kefu.connection;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
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

    /**
     * The ids of dropped answers that are known. An agent who comes back after a minute without connection has made some sixty
     * requests, and goes on; each id takes about a hundred bytes.
     */
    static final int MAX_DROPPED = 256;

    /** The member by which a client says that it has sent the request before. */
    private static final String AGAIN = "again";

    /**
     * All requests at one moment.
     *
     * @param forgot whether an answer was dropped that its client may still ask for, and its id is not among the requests
     * @param requests the one answered longest ago first
     */
    public record Snapshot(boolean forgot, List<Kept> requests) {
        public static final Snapshot EMPTY = new Snapshot(false, List.of());
    }

    /**
     * One request.
     *
     * @param digest of the message, in base64; empty: its answer came, and was dropped
     * @param answer the text of the frame; empty: none has come, or it was dropped
     * @param millisAgo when it came, or was asked for again
     */
    public record Kept(String id, String digest, Optional<String> answer, long millisAgo) {
        /** The same, but that its answer is dropped. */
        public Kept dropped() {
            return new Kept(id, "", Optional.empty(), millisAgo);
        }
    }

    private final long neededNanos;
    private final LongSupplier nanoTime;

    // guarded by this
    private Map<String, Entry> byId = Map.of(); // most clients use no ids
    private Map<String, Long> dropped = Map.of(); // ids whose answer may still be asked for, with when it came
    private boolean knowsAll;
    private boolean forgot;
    private long forgotUntil; // when no client asks any more for what is not among the dropped
    private int kept;
    private int keptBytes;

    /** One request, and its answer once it has come. */
    public static final class Entry {
        private final byte[] digest;
        private final CompletableFuture<Frame> answer = new CompletableFuture<>();
        private final boolean wasCutOff;
        private @Nullable Frame kept;
        private long askedAt; // when its answer came, or was asked for again

        /**
         * @param body the whole message: what it says but for {@code again} tells it from another
         * @param text the same as text
         */
        public Entry(JsonObject body, String text) {
            this.digest = digest(body.containsKey(AGAIN) ? withoutAgain(body) : text);
            this.wasCutOff = false;
        }

        private Entry(Kept kept) {
            this.digest = Base64.getDecoder().decode(kept.digest());
            this.wasCutOff = kept.answer().isEmpty();
            kept.answer().map(Frame::new).ifPresent(frame -> {
                this.kept = frame;
                answer.complete(frame);
            });
        }

        private int keptBytes() {
            return kept == null ? 0 : kept.bytes();
        }

        private static String withoutAgain(JsonObject body) {
            Map<String, JsonValue> members = new LinkedHashMap<>(body);
            members.remove(AGAIN);
            return Json.encodable(Json.object(members).toString());
        }

        public boolean isSameAs(Entry other) {
            return MessageDigest.isEqual(digest, other.digest);
        }

        /** Whether its gateway has ended before the answer came: nobody knows what became of it. */
        public boolean wasCutOff() {
            return wasCutOff;
        }

        public CompletionStage<Frame> answer() {
            return answer;
        }
    }

    /** One that needs all answers for ever, and so does not know all requests once it has dropped one. */
    public IdempotencyCache() {
        this(Duration.ofNanos(Long.MAX_VALUE / 2), System::nanoTime);
    }

    /**
     * @param needed how long a client may take from an answer that it does not get to its asking again: until it notices that its
     *     line is lost, and has another one. Else its session has ended
     * @param nanoTime a monotonic clock, in nanoseconds
     */
    public IdempotencyCache(Duration needed, LongSupplier nanoTime) {
        this.neededNanos = needed.toNanos();
        this.nanoTime = nanoTime;
    }

    /** Goes on with the requests of a cache in another gateway, which has ended with nothing unsaid. */
    public IdempotencyCache(Snapshot from, Duration needed, LongSupplier nanoTime) {
        this(needed, nanoTime);
        byId = from.requests().isEmpty() ? Map.of() : new LinkedHashMap<>();
        for (Kept one : from.requests()) {
            long askedAt = nanoTime.getAsLong() - TimeUnit.MILLISECONDS.toNanos(one.millisAgo());
            if (one.digest().isEmpty()) {
                drop(one.id(), askedAt);
                continue;
            }
            Entry entry = new Entry(one);
            entry.askedAt = askedAt;
            byId.put(one.id(), entry);
            kept++;
            keptBytes += entry.keptBytes();
        }
        if (from.forgot()) {
            forget(nanoTime.getAsLong());
        }
        knowsAll = true;
        forgetOldest();
    }

    /** Without the answers that nobody asks for any more. */
    public synchronized Snapshot snapshot() {
        List<Kept> requests = new ArrayList<>();
        long now = nanoTime.getAsLong();
        forgetOldDropped();
        dropped.forEach((id, askedAt) ->
                requests.add(new Kept(id, "", Optional.empty(), TimeUnit.NANOSECONDS.toMillis(now - askedAt))));
        byId.forEach((id, entry) -> {
            if (entry.kept == null || isNeeded(entry.askedAt)) {
                requests.add(new Kept(
                        id,
                        Base64.getEncoder().encodeToString(entry.digest),
                        Optional.ofNullable(entry.kept).map(Frame::text),
                        entry.kept == null ? 0 : TimeUnit.NANOSECONDS.toMillis(now - entry.askedAt)));
            }
        });
        return new Snapshot(hasForgotten(), requests);
    }

    /** Completes when the requests that are being served now have their answers. */
    public synchronized CompletionStage<Void> ended() {
        return CompletableFuture.allOf(byId.values().stream()
                .filter(entry -> !entry.wasCutOff)
                .map(entry -> entry.answer)
                .toArray(CompletableFuture[]::new));
    }

    /** Whether a request that was sent before, and is not here, was never served. */
    public synchronized boolean wasNeverServed(String id) {
        forgetOldDropped();
        return knowsAll && !hasForgotten() && !dropped.containsKey(id);
    }

    private boolean hasForgotten() {
        forgot = forgot && forgotUntil - nanoTime.getAsLong() > 0;
        return forgot;
    }

    /** @param askedAt of an answer: when it came, or was asked for again */
    private boolean isNeeded(long askedAt) {
        return askedAt + neededNanos - nanoTime.getAsLong() > 0;
    }

    /** An answer is dropped. @param askedAt when it came, or was asked for again */
    private void drop(String id, long askedAt) {
        if (!isNeeded(askedAt)) {
            return;
        }
        if (dropped.isEmpty()) {
            dropped = new LinkedHashMap<>();
        }
        dropped.put(id, askedAt);
        if (dropped.size() > MAX_DROPPED) {
            forgetOldDropped();
        }
        if (dropped.size() > MAX_DROPPED) {
            Iterator<Long> oldestFirst = dropped.values().iterator();
            forget(oldestFirst.next());
            oldestFirst.remove();
        }
    }

    private void forgetOldDropped() {
        long now = nanoTime.getAsLong();
        Iterator<Long> oldestFirst = dropped.values().iterator();
        while (oldestFirst.hasNext() && oldestFirst.next() + neededNanos - now <= 0) {
            oldestFirst.remove();
        }
    }

    /** @param askedAt of an answer whose id is forgotten too */
    private void forget(long askedAt) {
        long until = askedAt + neededNanos;
        if (until - nanoTime.getAsLong() > 0 && (!forgot || until - forgotUntil > 0)) {
            forgot = true;
            forgotUntil = until;
        }
    }

    /** Whether a message says that it was sent before. */
    public static boolean isAgain(JsonObject body) {
        return JsonValue.TRUE.equals(body.get(AGAIN));
    }

    /** The request with this id; null: there was none, or it was dropped. */
    public synchronized @Nullable Entry get(String id) {
        return asked(byId.get(id));
    }

    /** As {@link #get}, but adds the request if there is none: the caller must call {@link #complete} then. */
    public synchronized @Nullable Entry putIfAbsent(String id, Entry asked) {
        if (byId.isEmpty()) {
            byId = new LinkedHashMap<>();
        }
        return asked(byId.putIfAbsent(id, asked));
    }

    /** Its answer may be lost again. */
    private @Nullable Entry asked(@Nullable Entry before) {
        if (before != null) {
            before.askedAt = nanoTime.getAsLong();
        }
        return before;
    }

    /** A request has ended. @param keep whether to keep the answer: one that was not served may be sent again */
    public void complete(String id, Entry asked, Frame answer, boolean keep) {
        synchronized (this) {
            byId.remove(id);
            asked.askedAt = nanoTime.getAsLong();
            if (keep && answer.bytes() > MAX_BYTES) {
                drop(id, asked.askedAt);
            } else if (keep) {
                asked.kept = answer;
                byId.put(id, asked); // after those that were answered before
                kept++;
                keptBytes += answer.bytes();
                forgetOldest();
            }
        }
        asked.answer.complete(answer);
    }

    private void forgetOldest() {
        Iterator<Map.Entry<String, Entry>> oldestFirst = byId.entrySet().iterator();
        while (kept > MAX_ANSWERS || keptBytes > MAX_BYTES) {
            Map.Entry<String, Entry> one = oldestFirst.next();
            Entry oldest = one.getValue();
            if (oldest.kept != null || oldest.wasCutOff) { // else it is being served
                oldestFirst.remove();
                drop(one.getKey(), oldest.askedAt);
                kept--;
                keptBytes -= oldest.keptBytes();
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
