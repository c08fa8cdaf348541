package kefu.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An answer that a service or a proxy compresses without being asked. */
class ContentCodingTest extends HttpBackendTestbed {
    private static final Backend.Answer ANSWER = new Backend.Answered("{\"答\":1}");

    private HttpBackend answering(String coding, byte[] body) throws Exception {
        StubService service = service((request, socket) -> write(socket, coding, body));
        return backend(service.url());
    }

    private static void write(Socket socket, String coding, byte[] body) throws Exception {
        String head = "HTTP/1.1 200 OK\r\n" + coding + "Content-Length: " + body.length + "\r\n\r\n";
        OutputStream out = socket.getOutputStream();
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        out.write(body);
        out.flush();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] gzip(byte[] body) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(body);
        }
        return bytes.toByteArray();
    }

    @Test
    void noneIsAskedFor() throws Exception {
        StubService service = service((request, socket) -> StubService.ok(socket, "ok"));
        answer(backend(service.url()), "any");
        assertEquals("identity", service.requests.get(0).headers().get("accept-encoding"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "GZIP", "x-gzip", "identity, gzip"})
    void gzipIsDecodedAllTheSame(String coding) throws Exception {
        byte[] body = gzip(utf8("{\"答\":1}"));
        assertEquals(ANSWER, answer(answering("Content-Encoding: " + coding + "\r\n", body), "any"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Content-Encoding: identity\r\n", "Content-Encoding:\r\n"})
    void aBodyThatIsNotCodedStaysAsItIs(String coding) throws Exception {
        assertEquals(ANSWER, answer(answering(coding, utf8("{\"答\":1}")), "any"));
    }

    @Test
    void anEmptyBodyIsEmpty() throws Exception {
        assertEquals(new Backend.Answered(""), answer(answering("Content-Encoding: gzip\r\n", new byte[0]), "any"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "deflate", "zstd", "gzip, gzip", "x"})
    void anyOtherCodingIsNoAnswerAndNoSignOfDeath(String coding) throws Exception {
        byte[] body = gzip(utf8("{}"));
        StubService service = service((request, socket) -> write(socket, "Content-Encoding: " + coding + "\r\n", body));
        HttpBackend backend = backend(service.url());
        for (int i = 0; i < 30; i++) {
            assertEquals(NO_ANSWER, answer(backend, "any"));
        }
        assertEquals(30, service.requests.size());
    }

    @Test
    void whatIsNoGzipOrNotWholeIsNoAnswer() throws Exception {
        byte[] whole = gzip(utf8("{\"答\":1}".repeat(100)));
        byte[] changed = whole.clone();
        changed[whole.length - 6] ^= 1; // its checksum
        String coding = "Content-Encoding: gzip\r\n";
        assertEquals(NO_ANSWER, answer(answering(coding, utf8("{}")), "any"));
        assertEquals(NO_ANSWER, answer(answering(coding, Arrays.copyOf(whole, whole.length - 10)), "any"));
        assertEquals(NO_ANSWER, answer(answering(coding, changed), "any"));
    }

    @Test
    void theLongestAnswerIsWhatComesOutOfIt() throws Exception {
        settings.put("kefu.backend.max-response-bytes", "100000");
        byte[] most = gzip("x".repeat(100_000).getBytes(StandardCharsets.US_ASCII));
        byte[] bomb = gzip(new byte[50_000_000]);
        assertTrue(bomb.length < 100_000);
        String coding = "Content-Encoding: gzip\r\n";
        assertEquals(new Backend.Answered("x".repeat(100_000)), answer(answering(coding, most), "any"));
        assertEquals(NO_ANSWER, answer(answering(coding, bomb), "any"));
        assertTrue(metrics.scrape().contains("kefu_bounds_hit_total{bound=\"backend_response_bytes\"} 1"));
    }
}
