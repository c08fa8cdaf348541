package kefu.backend;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** How the bytes of an answer's body are coded (RFC 9110, 8.4). */
enum ContentCoding {
    IDENTITY,
    GZIP;

    /** What was decoded is longer than its bound. */
    static final class TooLongException extends IOException {
        private static final long serialVersionUID = 1;
    }

    /** The coding that an answer's head names; empty where it is another one, or several. */
    static Optional<ContentCoding> of(HttpHeaders head) {
        List<String> values = head.allValues("Content-Encoding");
        if (values.isEmpty()) {
            return Optional.of(IDENTITY);
        }
        List<String> codings = values.stream()
                .flatMap(value -> Stream.of(value.split(",")))
                .map(coding -> coding.trim().toLowerCase(Locale.ROOT))
                .filter(coding -> !coding.isEmpty() && !coding.equals("identity"))
                .toList();
        if (codings.isEmpty()) {
            return Optional.of(IDENTITY);
        }
        boolean gzip = codings.size() == 1
                && (codings.get(0).equals("gzip") || codings.get(0).equals("x-gzip"));
        return gzip ? Optional.of(GZIP) : Optional.empty();
    }

    /**
     * The body as it was before it was coded.
     *
     * @throws TooLongException where it is longer than {@code maxBytes}; no more than one byte above is decoded
     * @throws IOException where the bytes are not what the coding makes
     */
    ByteBuffer decode(ByteBuffer coded, int maxBytes) throws IOException {
        if (this == IDENTITY || !coded.hasRemaining()) {
            return coded;
        }
        byte[] bytes = new byte[coded.remaining()];
        coded.get(bytes);
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            byte[] decoded = in.readNBytes(maxBytes);
            if (in.read() >= 0) {
                throw new TooLongException();
            }
            return ByteBuffer.wrap(decoded);
        }
    }
}
