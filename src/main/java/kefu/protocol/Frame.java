package kefu.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A text frame for clients. It is written and encoded once for all receivers. Immutable. */
public final class Frame {
    /** What a frame's header takes at most (RFC 6455, 5.2, unmasked). */
    public static final int MAX_HEADER = 10;

    private static final byte TEXT = (byte) 0x81;

    private static final byte TWO_BYTES = 126;
    private static final byte EIGHT_BYTES = 127;

    private final String text;
    private final int bytes;
    private volatile @Nullable ByteBuffer webSocket; // two threads that encode at once make the same

    public Frame(String text) {
        // WebSocket text is UTF-8, which has no half of a surrogate pair: in a frame's JSON it is an escape
        this.text = Json.encodable(text);
        this.bytes = utf8Length(this.text);
    }

    public String text() {
        return text;
    }

    /** The length of the text in UTF-8. */
    public int bytes() {
        return bytes;
    }

    /**
     * The text in UTF-8 behind the header that a server's frame has on a WebSocket (RFC 6455, 5.2: one frame, not masked). The buffer is
     * the caller's, its bytes are not to be changed. Made when first asked for: where a client is slow many frames wait.
     */
    public ByteBuffer webSocket() {
        ByteBuffer made = webSocket;
        if (made == null) {
            made = encode();
            webSocket = made;
        }
        return made.duplicate();
    }

    private ByteBuffer encode() {
        ByteBuffer made = ByteBuffer.allocate(MAX_HEADER + bytes).put(TEXT);
        if (bytes < TWO_BYTES) {
            made.put((byte) bytes);
        } else if (bytes <= 0xffff) {
            made.put(TWO_BYTES).putShort((short) bytes);
        } else {
            made.put(EIGHT_BYTES).putLong(bytes);
        }
        return made.put(text.getBytes(StandardCharsets.UTF_8)).flip();
    }

    /** The length of a text in UTF-8, in bytes; half a surrogate pair counts as the {@code ?} that is sent for it, or as more. */
    public static int utf8Length(CharSequence text) {
        int bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                // two bytes up to 07FF, three above; a surrogate pair's two chars make four bytes
                bytes += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
            }
        }
        return bytes;
    }

    @Override
    public String toString() {
        return text;
    }
}
