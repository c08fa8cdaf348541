package kefu.connection;

import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * How much can be sent to a client without waiting, whatever it does: as long as no more than {@link #BYTES} are on
 * their way to it, the system's send buffer has room. The pong to a ping proves that all before the ping has been read.
 * Not thread-safe.
 */
final class SendWindow {
    /**
     * Linux gives a socket room for twice the segments of its congestion window, and for 20 at least, each counted with
     * its overhead ({@code tcp_sndbuf_expand}): some 46 KB at first, of which what is in flight takes half. Others give 64
     * KB.
     */
    static final int BYTES = 16 * 1024;

    private static final int FRAME_HEADER = 10; // RFC 6455, 5.2, unmasked
    private static final SecureRandom RANDOM = new SecureRandom();

    private long sent;
    private long read;
    private long sentBeforePing;
    private long proof;
    private boolean proofDue;

    /** A frame or ping of so many bytes is about to be sent. @return whether that needs no waiting */
    boolean add(int bytes) {
        sent += bytes + FRAME_HEADER;
        return sent - read <= BYTES;
    }

    /** Whether a ping should go out, so that its pong comes before the window is full. */
    boolean wantsPing() {
        return !proofDue && sent - read > BYTES / 2;
    }

    /** A ping is about to be sent. @return its payload: unknown to whoever has not read all that was sent before it */
    ByteBuffer ping() {
        sentBeforePing = sent;
        proof = RANDOM.nextLong();
        proofDue = true;
        return ByteBuffer.allocate(Long.BYTES).putLong(0, proof);
    }

    /** A pong has come. Only the one that answers the last ping proves anything. */
    void pong(ByteBuffer payload) {
        if (proofDue && payload.remaining() == Long.BYTES && payload.getLong(payload.position()) == proof) {
            read = sentBeforePing;
            proofDue = false;
        }
    }
}
