package kefu.protocol;

import java.nio.charset.StandardCharsets;

/** Percent-encoded UTF-8 with lower-case hex, for addresses and header values (RFC 3986, 2.1). */
public final class PercentEncoding {
    private static final String HEX = "0123456789abcdef";

    private PercentEncoding() {}

    /** Encodes all but the unreserved characters (RFC 3986, 2.3). */
    public static String encode(String text) {
        if (isUnreserved(text)) {
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

    private static boolean isUnreserved(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isUnreserved(text.charAt(i))) {
                return false;
            }
        }
        return true;
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
