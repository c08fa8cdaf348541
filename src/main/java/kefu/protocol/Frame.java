package kefu.protocol;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A text frame for clients. It is written and encoded once for all receivers. Immutable. */
public final class Frame {
    private final String text;
    private final int bytes;
    private volatile byte @Nullable [] utf8; // two threads that encode at once make the same

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

    /** The text in UTF-8; not to be changed. Made when first asked for: where a client is slow many frames wait. */
    public byte[] utf8() {
        byte[] made = utf8;
        if (made == null) {
            made = text.getBytes(StandardCharsets.UTF_8);
            utf8 = made;
        }
        return made;
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
