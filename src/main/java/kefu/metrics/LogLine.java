package kefu.metrics;

import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One line of the log, as {@code docs/logging.md} describes it: the name of an event, then pairs of key and value. Text is
 * quoted, and escaped as in JSON, so that no client can forge a line or a pair. Not thread-safe.
 */
public final class LogLine {
    /** The longest text. A name may be as long as a message. */
    static final int MAX_CHARS = 256;

    /**
     * The charset of the locale. A container writes its log in this charset or in UTF-8. A character that the charset does
     * not have becomes {@code ?}. The charset of the locale C is ASCII.
     */
    private static final Charset NATIVE = charset(System.getProperty("native.encoding"));

    private final StringBuilder line;
    private final CharsetEncoder encoder;

    private LogLine(String event, Charset charset) {
        this.line = new StringBuilder(200).append(event);
        this.encoder = charset.newEncoder();
    }

    /** @param event one word, the first of the line */
    public static LogLine of(String event) {
        return of(event, NATIVE);
    }

    /** @param charset the line has only characters of this charset */
    static LogLine of(String event, Charset charset) {
        return new LogLine(event, charset);
    }

    private static Charset charset(@Nullable String name) {
        return name != null && Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.US_ASCII;
    }

    /** Adds a text. Leaves out a text that is null or empty. Cuts a text that is too long. */
    public LogLine with(String key, @Nullable String value) {
        if (value == null || value.isEmpty()) {
            return this;
        }
        line.append(' ').append(key).append("=\"");
        int end = Math.min(value.length(), MAX_CHARS);
        value.substring(0, end).codePoints().forEach(this::append);
        line.append(end < value.length() ? "...\"" : "\"");
        return this;
    }

    /** Adds a number. */
    public LogLine with(String key, long value) {
        line.append(' ').append(key).append('=').append(value);
        return this;
    }

    private void append(int codePoint) {
        if (codePoint == '"' || codePoint == '\\') {
            line.append('\\').append((char) codePoint);
        } else if (isAscii(codePoint) || (isVisible(codePoint) && encoder.canEncode(Character.toString(codePoint)))) {
            line.appendCodePoint(codePoint);
        } else {
            for (char unit : Character.toChars(codePoint)) {
                line.append(String.format("\\u%04x", (int) unit));
            }
        }
    }

    /** Whether a character is one of those that each charset has, which nearly all are. An encoder takes much longer to ask. */
    private static boolean isAscii(int codePoint) {
        return codePoint >= ' ' && codePoint <= '~';
    }

    /** Other characters could begin a new line, reverse the text, or hide the text beside them. */
    private static boolean isVisible(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    @Override
    public String toString() {
        return line.toString();
    }
}
