package kefu.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameTest {
    /** The lengths at which the header grows (RFC 6455, 5.2). */
    @ParameterizedTest
    @CsvSource({
        "0, 8100",
        "1, 8101",
        "125, 817d",
        "126, 817e007e",
        "65535, 817effff",
        "65536, 817f0000000000010000",
    })
    void itsHeaderOnAWebSocketTellsItsLength(int length, String header) {
        Frame frame = new Frame("x".repeat(length));
        assertEquals(header + "78".repeat(length), hex(frame));
    }

    @Test
    void eachReceiverReadsItFromTheBeginning() {
        Frame frame = new Frame("中");
        assertEquals("8103e4b8ad", hex(frame));
        assertEquals("8103e4b8ad", hex(frame));
    }

    private static String hex(Frame frame) {
        ByteBuffer buffer = frame.webSocket();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
