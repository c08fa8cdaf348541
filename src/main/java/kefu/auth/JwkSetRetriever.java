package kefu.auth;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.util.Resource;
import com.nimbusds.jose.util.ResourceRetriever;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import kefu.metrics.LogLine;
import kefu.protocol.Json;

/**
 * Fetches a JWK set. Removes the keys that cannot be read, and keeps the others (RFC 7517, 5): the library would refuse the
 * whole set. Logs a problem only when it changes, and not with every fetch. Thread-safe.
 */
final class JwkSetRetriever implements ResourceRetriever {
    private static final Logger LOG = Logger.getLogger(JwkSetRetriever.class.getName());
    private static final int OK = 200;
    private static final int MAX_BYTES = 256 << 10;
    private static final int MAX_REASON_CHARS = 200;
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final Duration timeout;
    private final LongSupplier nanoTime;
    private final AtomicReference<String> reported = new AtomicReference<>("");

    /**
     * @param timeout for the connection, for each read, and for the whole body
     * @param nanoTime a monotonic clock, in nanoseconds
     */
    JwkSetRetriever(Duration timeout, LongSupplier nanoTime) {
        this.timeout = timeout;
        this.nanoTime = nanoTime;
    }

    @Override
    public Resource retrieveResource(URL url) throws IOException {
        try {
            return new Resource(readable(fetch(url), url), "application/jwk-set+json");
        } catch (IOException | RuntimeException failed) {
            report(url, "the keys cannot be had, the last ones count: " + printable(failed));
            throw failed;
        }
    }

    private String fetch(URL url) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) url.openConnection();
        connection.setConnectTimeout((int) timeout.toMillis());
        connection.setReadTimeout((int) timeout.toMillis());
        connection.setRequestProperty(
                "Connection", "close"); // so that no idle connection is left when the gateway stops
        connection.setRequestProperty("Accept", "application/jwk-set+json, application/json");
        connection.setRequestProperty("Accept-Encoding", "identity");
        try {
            if (connection.getResponseCode() != OK) {
                throw new IOException("status " + connection.getResponseCode());
            }
            // some servers compress although they were asked not to
            boolean compressed = "gzip".equalsIgnoreCase(connection.getContentEncoding());
            try (InputStream in =
                    compressed ? new GZIPInputStream(connection.getInputStream()) : connection.getInputStream()) {
                return text(in);
            }
        } finally {
            connection.disconnect();
        }
    }

    private String text(InputStream in) throws IOException {
        long end = nanoTime.getAsLong() + timeout.toNanos();
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        byte[] part = new byte[8 << 10];
        for (int n = in.read(part); n >= 0; n = in.read(part)) {
            read.write(part, 0, n);
            if (read.size() > MAX_BYTES) {
                throw new IOException("longer than " + MAX_BYTES + " bytes");
            }
            if (nanoTime.getAsLong() - end > 0) {
                throw new IOException("not there within " + timeout);
            }
        }
        String text = read.toString(StandardCharsets.UTF_8);
        return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    }

    /** Returns the set without the unreadable keys. @throws IOException if the set has keys and all are unreadable */
    private String readable(String text, URL url) throws IOException {
        Optional<JsonArray> keys = Json.parse(text)
                .filter(JsonObject.class::isInstance)
                .map(set -> set.asJsonObject().get("keys"))
                .filter(JsonArray.class::isInstance)
                .map(JsonValue::asJsonArray);
        if (keys.isEmpty()) {
            throw new IOException("no JWK set");
        }
        List<String> good = new ArrayList<>();
        List<String> bad = new ArrayList<>();
        for (JsonValue key : keys.get()) {
            try {
                if (!(key instanceof JsonObject)) {
                    throw new ParseException("no JSON object", 0);
                }
                JWK.parse(key.toString());
                good.add(key.toString());
            } catch (ParseException | RuntimeException unreadable) {
                bad.add(name(key, good.size() + bad.size()) + " (" + printable(unreadable) + ")");
            }
        }
        if (good.isEmpty() && !bad.isEmpty()) {
            throw new IOException("no key can be read: " + String.join(", ", bad));
        }
        report(url, bad.isEmpty() ? "" : "keys cannot be read, the others count: " + String.join(", ", bad));
        return good.stream().collect(Collectors.joining(",", "{\"keys\":[", "]}"));
    }

    private static String name(JsonValue key, int index) {
        JsonValue kid = key instanceof JsonObject object ? object.get("kid") : null;
        return "number " + (index + 1) + (kid == null ? "" : " " + printable(kid.toString()));
    }

    private void report(URL url, String problem) {
        if (!reported.getAndSet(problem).equals(problem) && !problem.isEmpty()) {
            LOG.warning(() -> LogLine.of("Keys")
                    .with("url", url.toString())
                    .with("problem", problem)
                    .toString());
        }
    }

    private static String printable(Exception fault) {
        return printable(fault.getClass().getSimpleName() + ": " + fault.getMessage());
    }

    private static String printable(String text) {
        String oneLine = text.replaceAll("\\p{Cntrl}", "?");
        return oneLine.length() > MAX_REASON_CHARS ? oneLine.substring(0, MAX_REASON_CHARS) + "..." : oneLine;
    }
}
