package kefu.it;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** HTTP as nobody should speak it, on a bare socket. A character is a byte. */
final class RawHttp implements AutoCloseable {
    private static final int CONTAINERS_PATIENCE_MILLIS = 3_000;

    private final Socket socket = new Socket();

    RawHttp(URI url) throws IOException {
        connect(url);
    }

    /** @param from an address of this machine */
    RawHttp(URI url, String from) throws IOException {
        socket.bind(new InetSocketAddress(from, 0));
        connect(url);
    }

    private void connect(URI url) throws IOException {
        socket.connect(new InetSocketAddress(url.getHost(), url.getPort()), 30_000);
        socket.setSoTimeout(CONTAINERS_PATIENCE_MILLIS);
    }

    /** Sends a request, and reads its answer. */
    static String exchange(URI url, String request) throws IOException {
        try (RawHttp http = new RawHttp(url)) {
            http.write(request);
            return http.answer();
        }
    }

    /** The lines of a request, with an end that is empty. */
    static String lines(String... lines) {
        return String.join("\r\n", lines) + "\r\n\r\n";
    }

    /** The gateway may have answered before it has read everything. */
    RawHttp write(String bytes) {
        try {
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException hungUp) {
            // then there is an answer, or none
        }
        return this;
    }

    /** What has come when the answer is whole, the other side hangs up, or nothing more comes; empty: nothing at all. */
    String answer() throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        try {
            InputStream in = socket.getInputStream();
            for (int next = in.read(); next >= 0; next = in.read()) {
                read.write(next);
                if (next == '\n' && read.size() > 4 && head(read.toString(StandardCharsets.UTF_8)) == read.size()) {
                    read.writeBytes(in.readNBytes(bodyLength(read.toString(StandardCharsets.UTF_8))));
                    break;
                }
            }
        } catch (SocketException | SocketTimeoutException noMore) {
            // what there is
        }
        return read.toString(StandardCharsets.UTF_8);
    }

    /** So many bytes of whatever comes next. */
    String read(int bytes) throws IOException {
        return new String(socket.getInputStream().readNBytes(bytes), StandardCharsets.UTF_8);
    }

    private static int head(String text) {
        int end = text.indexOf("\r\n\r\n");
        return end < 0 ? -1 : end + 4;
    }

    private static int bodyLength(String head) {
        return head.toLowerCase(Locale.ROOT)
                .lines()
                .filter(line -> line.startsWith("content-length:"))
                .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
                .findFirst()
                .orElse(head.contains(" 101 ") || head.contains(" 204 ") ? 0 : 1 << 20);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
