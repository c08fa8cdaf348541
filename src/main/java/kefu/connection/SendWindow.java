package kefu.connection;

import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * How much can be sent to a client without waiting, whatever it does: as long as no more than {@link #BYTES} are on
 * their way to it, the system's send buffer has room. The pong to a ping proves that all before the ping has been read.
 *
 * <p>The container's own frames, pongs to the client's pings, fill the same buffer. Their number is up to the client and can
 * change at any moment. So there is no room while one of them is not proved to be read. Not thread-safe.
 */
final class SendWindow {
    /**
     * Linux gives a socket room for twice the segments of its congestion window, and for 20 at least, each counted with
     * its overhead ({@code tcp_sndbuf_expand}): some 46 KB at first, of which what is in flight takes half. Others give 64
     * KB.
     */
    static final int BYTES = 16 * 1024;

    private static final SecureRandom RANDOM = new SecureRandom();

    private long sent;
    private long pongs;
    private long read;
    private long pongsRead;
    private long sentBeforePing;
    private long pongsBeforePing;
    private long proof;
    private boolean proofDue;

    /**
     * A frame or ping is about to be sent.
     *
     * @param bytes of its payload
     * @param onWire what the container has sent by its own count ({@link Wire#sentBytes})
     * @return whether that needs no waiting
     */
    boolean add(int bytes, long onWire) {
        pongs = Math.max(pongs, onWire - sent); // less: the container has not counted our last frame yet
        sent += bytes + Wire.FRAME_HEADER;
        return onWire != Wire.UNKNOWN && pongs == pongsRead && sent - read <= BYTES;
    }

    /** Whether a ping should go out, so that its pong comes before the window is full. */
    boolean wantsPing() {
        return !proofDue && (sent - read > BYTES / 2 || pongs > pongsRead);
    }

    /**
     * A ping is about to be sent.
     *
     * @return its payload: unknown to whoever has not read all that was sent before it. The same again until it is answered
     */
    ByteBuffer ping() {
        if (!proofDue) {
            sentBeforePing = sent;
            pongsBeforePing = pongs;
            proof = RANDOM.nextLong();
            proofDue = true;
        }
        return ByteBuffer.allocate(Long.BYTES).putLong(0, proof);
    }

    /** The last ping was not sent after all. */
    void pingNotSent() {
        sent -= Long.BYTES + Wire.FRAME_HEADER;
        proofDue = false;
    }

    /** A pong has come. Only the one that answers the last ping proves anything. */
    void pong(ByteBuffer payload) {
        if (proofDue && payload.remaining() == Long.BYTES && payload.getLong(payload.position()) == proof) {
            read = sentBeforePing;
            pongsRead = pongsBeforePing;
            proofDue = false;
        }
    }
}
