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

/** The content coding of an answer's body (RFC 9110, 8.4). */
enum ContentCoding {
    IDENTITY,
    GZIP;

    /** The decoded body is longer than the bound. */
    static final class TooLongException extends IOException {
        private static final long serialVersionUID = 1;
    }

    /** The coding that an answer's headers name; empty: an unknown coding, or several. */
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
     * Decodes the body.
     *
     * @throws TooLongException if it is longer than {@code maxBytes}; at most one byte more is decoded
     * @throws IOException if the bytes are not valid for the coding
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
