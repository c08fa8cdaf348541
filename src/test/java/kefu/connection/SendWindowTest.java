package kefu.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class SendWindowTest {
    private static final int FRAME = 90;
    private static final int ON_WIRE = FRAME + Wire.FRAME_HEADER;

    private final SendWindow window = new SendWindow();
    private long onWire;

    /** Sends one frame. @return whether there was room for it */
    private boolean send() {
        boolean room = window.add(FRAME, onWire);
        onWire += ON_WIRE;
        return room;
    }

    private ByteBuffer ping() {
        ByteBuffer ping = window.ping();
        window.add(ping.remaining(), onWire);
        onWire += Long.BYTES + Wire.FRAME_HEADER;
        return ping;
    }

    /** Sends until a ping is wanted, and has it answered at once. @return the bytes that this took */
    private int sendUntilProved() {
        int sent = 0;
        while (!window.wantsPing()) {
            assertTrue(send());
            sent += ON_WIRE;
        }
        window.pong(ping());
        return sent;
    }

    /** @return the bytes for which there was room, without an answer to any ping */
    private int sendUntilFull() {
        int sent = 0;
        while (send()) {
            sent += ON_WIRE;
        }
        return sent;
    }

    private void grow() {
        for (int i = 0; i < 10; i++) {
            sendUntilProved();
        }
    }

    @Test
    void aClientThatHasProvedNothingHasASmallWindow() {
        int sent = sendUntilFull();
        assertTrue(sent <= SendWindow.BYTES && sent > SendWindow.BYTES - ON_WIRE, () -> "after " + sent);
    }

    @Test
    void theWindowGrowsWithWhatIsProvedToBeRead() {
        int first = sendUntilProved();
        int second = sendUntilProved();
        assertTrue(second > 2 * first, () -> second + " after " + first);
        grow();
        int sent = sendUntilFull();
        assertTrue(sent <= SendWindow.MAX_BYTES, () -> "after " + sent);
        assertTrue(sent > SendWindow.MAX_BYTES - 3 * ON_WIRE, () -> "after " + sent);
    }

    @Test
    void aPongThatProvesLittleMakesNoLargerWindow() {
        for (int i = 0; i < 20; i++) {
            assertTrue(send());
            window.pong(ping());
        }
        int sent = sendUntilFull();
        assertTrue(sent <= SendWindow.BYTES, () -> "after " + sent);
    }

    @Test
    void aClientThatIsSlowOnceStartsAgainWithASmallWindow() {
        grow();
        sendUntilFull();
        window.pong(ping()); // all of it is read at last
        int sent = sendUntilFull();
        assertTrue(sent <= 2 * SendWindow.BYTES, () -> "after " + sent);
    }

    @Test
    void onePingIsEnoughForAWholeWindowOfOneThatReads() {
        grow();
        int pings = 0;
        int frames = 10_000;
        for (int i = 0; i < frames; i++) {
            assertTrue(send());
            if (window.wantsPing()) {
                window.pong(ping());
                pings++;
            }
        }
        int most = frames * ON_WIRE / (SendWindow.MAX_BYTES - SendWindow.BYTES / 2);
        assertEquals(most, pings, 1);
    }
}
