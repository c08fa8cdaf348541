package kefu.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Percent-encoded UTF-8 with lower-case hex, for addresses and header values (RFC 3986, 2.1). */
public final class PercentEncoding {
    private static final String HEX = "0123456789abcdef";

    private PercentEncoding() {}

    /** Encodes all but the unreserved characters (RFC 3986, 2.3). */
    public static String encode(String text) {
        if (text.chars().allMatch(PercentEncoding::isUnreserved)) {
            return text;
        }
        StringBuilder encoded = new StringBuilder(text.length() * 3);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (isUnreserved(b)) {
                encoded.append((char) b);
            } else {
                encoded.append('%').append(HEX.charAt((b >> 4) & 15)).append(HEX.charAt(b & 15));
            }
        }
        return encoded.toString();
    }

    /** Encodes each segment of a path, and leaves the slashes between them. */
    public static String encodePath(String path) {
        if (path.indexOf('/') < 0) {
            return encode(path);
        }
        StringBuilder encoded = new StringBuilder(path.length() * 3);
        for (String segment : path.split("/", -1)) {
            encoded.append(encoded.isEmpty() ? "" : "/").append(encode(segment));
        }
        return encoded.toString();
    }

    /** Reads a name or value of an address's query: {@code +} is a space there. Empty where it is no percent-encoded UTF-8. */
    public static Optional<String> decodeForm(String text) {
        ByteBuffer bytes = ByteBuffer.allocate(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                if (i + 2 >= text.length() || !isHex(text.charAt(i + 1)) || !isHex(text.charAt(i + 2))) {
                    return Optional.empty();
                }
                bytes.put((byte) Integer.parseInt(text.substring(i + 1, i + 3), 16));
                i += 2;
            } else if (c < 0x80) {
                bytes.put((byte) (c == '+' ? ' ' : c));
            } else {
                return Optional.empty(); // what is beyond ASCII must be encoded
            }
        }
        try {
            return Optional.of(
                    StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString());
        } catch (CharacterCodingException notUtf8) {
            return Optional.empty();
        }
    }

    private static boolean isHex(char c) {
        return Character.digit(c, 16) >= 0 && c < 0x80;
    }

    private static boolean isUnreserved(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '.'
                || c == '_'
                || c == '~';
    }
}
