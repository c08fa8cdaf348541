package kefu.it;

import static kefu.it.RawClient.CLOSE;
import static kefu.it.RawClient.PING;
import static kefu.it.RawClient.TEXT;
import static kefu.it.RawClient.frame;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Frames that are none, and messages that are too much. */
final class FrameAttacks {
    private static final int FIN = 0x80;
    private static final int CONTINUED = 0;
    private static final int BINARY = 2;
    private static final int MESSAGE_MAX_BYTES = 256 << 10;
    private static final String PROTOCOL_ERROR = "1002|cut";
    private static final String TOO_BIG = "1009|cut";

    /** It is not there for the gateway, and the connection goes on. */
    private static final String IGNORED = "10001";

    private FrameAttacks() {}

    static List<Attack> all() {
        return Stream.concat(forbidden().stream(), tooMuch().stream()).toList();
    }

    /** What no client may send (RFC 6455). */
    static List<Attack> forbidden() {
        List<Attack> attacks = new ArrayList<>(List.of(
                // Payara serves it: the mask is there for proxies, and for nobody behind them
                ends(
                        "an unmasked frame",
                        PROTOCOL_ERROR + "|10001",
                        new byte[] {(byte) (FIN | TEXT), (byte) HostileClient.QUESTION.length()},
                        ascii(HostileClient.QUESTION)),
                bad("a control frame over 125 bytes", frame(FIN | PING, new byte[126])),
                bad("a fragmented control frame", frame(PING, new byte[0])),
                bad("a continuation of nothing", frame(FIN | CONTINUED, ascii("x"))),
                bad("a message within another", frame(TEXT, ascii("{")), frame(FIN | TEXT, ascii("{}"))),
                bad("a compressed frame, which was not agreed on", frame(FIN | 0x40 | TEXT, ascii("{}"))),
                bad("reserved bits", frame(FIN | 0x20 | TEXT, ascii("{}"))),
                bad("a length of 2^63", announcing(Long.MIN_VALUE)),
                ends("invalid UTF-8", "1007|cut", frame(FIN | TEXT, bytes(0xc3, 0x28))),
                ends(
                        "invalid UTF-8, a part in each fragment",
                        "1007|cut",
                        frame(TEXT, bytes(0xed)),
                        frame(FIN | CONTINUED, bytes(0xa0, 0x80))),
                ends("a close of one byte", "1002|closed|cut", frame(FIN | CLOSE, bytes(3))),
                ends(
                        "a close whose reason is no UTF-8",
                        "100[027]|closed|cut",
                        frame(FIN | CLOSE, bytes(0x03, 0xe8, 0xc3, 0x28)))));
        for (int opcode : new int[] {3, 7, 11, 15}) {
            attacks.add(bad("the reserved opcode " + opcode, frame(FIN | opcode, ascii("x"))));
        }
        for (int code : new int[] {0, 999, 1005, 1006, 65_535}) {
            byte[] payload = ByteBuffer.allocate(2).putShort((short) code).array();
            attacks.add(ends(
                    "a close with the code " + code,
                    "1002|" + (short) code + "|closed|cut",
                    frame(FIN | CLOSE, payload)));
        }
        return attacks;
    }

    /** What a client may send, but not in this measure. */
    static List<Attack> tooMuch() {
        String deep = "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_001);
        byte[] more = new byte[8 * MESSAGE_MAX_BYTES];
        return List.of(
                ends("a message of 2^62 bytes", TOO_BIG + "|1011", announcing(1L << 62), more, more, more),
                ends("a message over the bound", TOO_BIG, text("x".repeat(MESSAGE_MAX_BYTES + 1))),
                ends("the same as binary", TOO_BIG, frame(FIN | BINARY, new byte[MESSAGE_MAX_BYTES + 1])),
                Attack.byClient("fragments without an end", TOO_BIG, client -> {
                    client.sends(frame(TEXT, ascii("{")));
                    return client.floods(frame(CONTINUED, ascii("x".repeat(1_000))), 20 * MESSAGE_MAX_BYTES / 1_000);
                }),
                ignored("a binary message that is no UTF-8", frame(FIN | BINARY, bytes(0xff, 0xfe, 0xc3, 0x28))),
                ignored("nesting 10,000 deep", text("[".repeat(10_000) + "]".repeat(10_000))),
                ignored("the same in a request", text("{\"method\":\"a\",\"x\":" + deep)),
                ignored(
                        "a number of 10,000 digits",
                        text("{\"method\":\"login\",\"bid\":" + "7".repeat(10_000) + "}")));
    }

    private static Attack ends(String name, String refused, byte[]... frames) {
        return new Attack(name, refused, 1, target -> end(target, frames));
    }

    private static String end(Target target, byte[]... frames) throws Exception {
        try (HostileClient client = target.connect()) {
            return client.sends(frames).end();
        }
    }

    private static Attack bad(String name, byte[]... frames) {
        return ends(name, PROTOCOL_ERROR, frames);
    }

    private static Attack ignored(String name, byte[] frame) {
        return ends(name, IGNORED, frame, text(HostileClient.QUESTION));
    }

    private static byte[] text(String text) {
        return frame(FIN | TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The begin of a frame of so many bytes. */
    private static byte[] announcing(long length) {
        return ByteBuffer.allocate(14)
                .put((byte) (FIN | TEXT))
                .put((byte) 0xff)
                .putLong(length)
                .putInt(0)
                .array();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
