package kefu.protocol;

/**
 * A text frame for clients. Its text is made once for all receivers. Immutable.
 *
 * @param text the frame's text
 * @param bytes the length of the text in UTF-8
 */
public record Frame(String text, int bytes) {
    /** WebSocket text is UTF-8, which has no half of a surrogate pair: in a frame's JSON it is an escape. */
    public Frame {
        String encodable = Json.encodable(text);
        if (!encodable.equals(text)) {
            text = encodable;
            bytes = utf8Length(text);
        }
    }

    public Frame(String text) {
        this(text, utf8Length(text));
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
}
