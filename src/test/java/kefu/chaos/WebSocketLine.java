package kefu.chaos;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A WebSocket. */
final class WebSocketLine extends Line {
    private static final int TEXT_PARTS = 0;
    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int NO_CODE = 1005;
    private static final byte[] NORMALLY = {1000 >> 8, (byte) 1000};

    private final String subprotocol;

    WebSocketLine(URI url, String subprotocol, Listener listener) {
        super(url, listener);
        this.subprotocol = subprotocol;
    }

    @Override
    String request() {
        return "GET " + url.getPath() + " HTTP/1.1\r\nHost: " + url.getAuthority()
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                + (subprotocol.isEmpty() ? "" : "Sec-WebSocket-Protocol: " + subprotocol + "\r\n") + "\r\n";
    }

    @Override
    String expected() {
        return "HTTP/1.1 101";
    }

    @Override
    void read(DataInputStream in) throws IOException {
        opened();
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        while (!isCut()) {
            int first = in.readUnsignedByte();
            int length = in.readUnsignedByte();
            length = length == 126 ? in.readUnsignedShort() : length == 127 ? (int) in.readLong() : length;
            byte[] payload = in.readNBytes(length);
            switch (first & 15) {
                case TEXT, TEXT_PARTS -> {
                    text.writeBytes(payload);
                    if ((first & 0x80) != 0) {
                        received(text.toString(StandardCharsets.UTF_8));
                        text.reset();
                    }
                }
                case PING -> write(PONG, payload);
                case CLOSE -> {
                    close(payload);
                    return;
                }
                default -> {} // a pong
            }
        }
    }

    private void close(byte[] payload) {
        try {
            write(CLOSE, payload);
        } catch (IOException doesNotListen) {
            // it has said why it closes all the same
        }
        int code = payload.length < 2 ? NO_CODE : ByteBuffer.wrap(payload).getShort();
        String reason = payload.length < 2 ? "" : new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
        end(code, reason);
    }

    @Override
    void send(String text) {
        try {
            write(TEXT, text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException broken) {
            // the reading thread says so
        }
    }

    @Override
    void goodbye() throws IOException {
        write(CLOSE, NORMALLY);
    }

    /** Masked with zeros, which leaves the payload as it is. */
    private synchronized void write(int opcode, byte[] payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 14).put((byte) (0x80 | opcode));
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else {
            frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
        }
        frame.putInt(0).put(payload);
        socket.getOutputStream().write(frame.array(), 0, frame.position());
    }
}
