package kefu.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** A client on a bare socket, which reads only when it is told to, and answers nothing by itself. Frames are masked with zeros, which leaves them as they are. */
public sealed class RawClient implements AutoCloseable permits HostileClient {
    static final int TEXT = 1;
    static final int CLOSE = 8;
    static final int PING = 9;

    /** A frame as it came. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares two
    record Incoming(int opcode, byte[] payload) {}

    private final Socket socket;
    private final DataInputStream in;
    private final String handshake;

    public RawClient(URI url, String... headers) throws IOException {
        this(url, 64 << 10, headers);
    }

    /** @param receiveBuffer of the socket, in bytes: a small one is full soon */
    public RawClient(URI url, int receiveBuffer, String... headers) throws IOException {
        socket = url.getScheme().equals("wss") ? AnyCertificate.socket() : new Socket();
        socket.setReceiveBufferSize(receiveBuffer);
        socket.setSoTimeout(60_000);
        socket.connect(new InetSocketAddress(url.getHost(), url.getPort()), 30_000);
        in = new DataInputStream(socket.getInputStream());
        write(("GET " + url.getPath() + " HTTP/1.1\r\nHost: " + url.getAuthority()
                        + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                        + String.join(
                                "",
                                List.of(headers).stream()
                                        .map(header -> header + "\r\n")
                                        .toList())
                        + "\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        StringBuilder read = new StringBuilder();
        while (read.indexOf("\r\n\r\n") < 0) {
            read.append((char) in.readUnsignedByte());
        }
        handshake = read.toString();
        if (!handshake.startsWith("HTTP/1.1 101")) {
            throw new IOException(handshake);
        }
    }

    /** The gateway's answer to the handshake. */
    String handshake() {
        return handshake;
    }

    /** Messages, in one piece. */
    public void send(String... texts) throws IOException {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (String text : texts) {
            frames.writeBytes(frame(0x80 | TEXT, text.getBytes(StandardCharsets.UTF_8)));
        }
        write(frames.toByteArray());
    }

    /** A masked frame. @param first its first byte: FIN, reserved bits, opcode */
    static byte[] frame(int first, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 14);
        frame.put((byte) first);
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else if (payload.length < 1 << 16) {
            frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
        } else {
            frame.put((byte) (0x80 | 127)).putLong(payload.length);
        }
        frame.putInt(0).put(payload);
        return java.util.Arrays.copyOf(frame.array(), frame.position());
    }

    /** Reads the next text frame; skips others. */
    public String read() throws IOException {
        while (true) {
            Incoming frame = next();
            if (frame.opcode() == TEXT) {
                return new String(frame.payload(), StandardCharsets.UTF_8);
            }
        }
    }

    /** Reads the next frame of any kind. */
    Incoming next() throws IOException {
        int opcode = in.readUnsignedByte() & 15;
        long length = in.readUnsignedByte() & 127;
        length = length == 126 ? in.readUnsignedShort() : length == 127 ? in.readLong() : length;
        return new Incoming(opcode, in.readNBytes((int) length));
    }

    /** Reads on until the gateway closes. @return the code with which it does */
    public int closeCode() throws IOException {
        Incoming frame = next();
        while (frame.opcode() != CLOSE) {
            frame = next();
        }
        return ByteBuffer.wrap(frame.payload()).getShort();
    }

    /** Sends a close frame. A client answers with the code that it got. */
    public void sendClose(int code) throws IOException {
        write(frame(0x80 | CLOSE, new byte[] {(byte) (code >> 8), (byte) code}));
    }

    /** Waits for whatever comes. @return whether it is the orderly end of the connection; false: nothing comes within this time */
    public boolean hasEnded(Duration within) throws IOException {
        socket.setSoTimeout((int) within.toMillis());
        try {
            int read = in.read();
            assertEquals(-1, read, "the gateway goes on to write");
            return true;
        } catch (SocketTimeoutException nothing) {
            return false;
        }
    }

    /** Writes bytes as they are, be they a frame or not. */
    void write(byte[] bytes) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(bytes);
        out.flush();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
