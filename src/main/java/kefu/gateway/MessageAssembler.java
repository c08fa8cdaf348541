package kefu.gateway;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import kefu.protocol.Frame;
import org.jspecify.annotations.Nullable;

/**
 * Assembles a message from its parts. With whole messages Tomcat would keep a buffer of the maximum size for every
 * connection. Not thread-safe: the container passes one part after the other.
 */
final class MessageAssembler {
    /** The result of adding a part. */
    sealed interface Result {}

    /** A whole message. @param bytes its length in UTF-8 */
    record Message(String text, int bytes) implements Result {}

    enum Outcome implements Result {
        INCOMPLETE,
        TOO_BIG
    }

    private final int maxBytes;
    private int bytes;
    // null between two messages
    private @Nullable StringBuilder text;
    private @Nullable ByteArrayOutputStream binary;

    MessageAssembler(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    Result add(String part, boolean last) {
        if (!fits(Frame.utf8Length(part))) {
            return Outcome.TOO_BIG;
        }
        if (last && text == null) {
            return complete(part);
        }
        text = (text == null ? new StringBuilder() : text).append(part);
        return last ? complete(text.toString()) : Outcome.INCOMPLETE;
    }

    /** A binary message counts as the text with these bytes in UTF-8. */
    Result add(ByteBuffer part, boolean last) {
        if (!fits(part.remaining())) {
            return Outcome.TOO_BIG;
        }
        if (last && binary == null) {
            return complete(StandardCharsets.UTF_8.decode(part).toString());
        }
        binary = binary == null ? new ByteArrayOutputStream() : binary;
        byte[] more = new byte[part.remaining()];
        part.get(more);
        binary.writeBytes(more);
        return last ? complete(binary.toString(StandardCharsets.UTF_8)) : Outcome.INCOMPLETE;
    }

    private boolean fits(int more) {
        bytes += more;
        return bytes <= maxBytes;
    }

    private Message complete(String whole) {
        Message message = new Message(whole, bytes);
        bytes = 0;
        text = null;
        binary = null;
        return message;
    }
}
