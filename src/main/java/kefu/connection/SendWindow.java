package kefu.connection;

import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * How much can be sent to a client without waiting. As long as no more than the window is on its way, the system's send
 * buffer has room. The pong to a ping proves that all before the ping has been read.
 *
 * <p>Each proof costs a ping, a pong and a change of threads, which is as much as some ten deliveries. So the window doubles
 * with each pong that proves half of it to be read, and starts again where a client did not read in time. A large window is
 * wrong about a client that reads well and then stops at once. A send to it waits then, and gives up
 * ({@link Wire#GIVES_UP_AFTER}). Only a Tomcat that encrypts by itself sends in a way that can wait. Elsewhere the window says
 * no more than when the client has to prove that it reads.
 *
 * <p>The container's own frames, pongs to the client's pings, fill the same buffer. Their number is up to the client and can
 * change at any moment. So there is no room while one of them is not proved to be read. Not thread-safe.
 */
final class SendWindow {
    /**
     * At first, and of a client that is slow. Linux gives a socket room for twice the segments of its congestion window, and
     * for 20 at least, each counted with its overhead ({@code tcp_sndbuf_expand}). Measured with segments of 1,460 bytes and
     * the smallest receive buffer: 25,000 to 30,000 bytes in frames of 20 to 16,384.
     */
    static final int BYTES = 16 * 1024;

    /**
     * At most. A client that has read for a while has a larger congestion window: of the same measurement 37,000 to 62,000
     * bytes fit at once, and 400,000 and more within 200 ms.
     */
    static final int MAX_BYTES = 64 * 1024;

    /** What may follow a ping until its pong comes. */
    private static final int LEFT_FOR_PONG = BYTES / 2;

    private static final SecureRandom RANDOM = new SecureRandom();

    private int size = BYTES;
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
        if (sent - read > size) {
            size = BYTES;
        }
        return onWire != Wire.UNKNOWN && pongs == pongsRead && sent - read <= size;
    }

    /** Whether a ping should go out, so that its pong comes before the window is full. */
    boolean wantsPing() {
        return !proofDue && (sent - read > size - LEFT_FOR_PONG || pongs > pongsRead);
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

    /** Whether a ping is not answered yet. */
    boolean isProofDue() {
        return proofDue;
    }

    /**
     * How many windows of {@link #BYTES} a client is to read until it answers the last ping, with one for what is less. 0: it
     * need not hurry, since it has answered, or no more than one window is unread.
     */
    long windowsUntilProof() {
        boolean much = proofDue && sent - read + pongs - pongsRead > BYTES;
        return much ? 1 + (sentBeforePing - read + pongsBeforePing - pongsRead) / BYTES : 0;
    }

    /** Whether more pongs than a client that reads ever causes are not proved to be read. */
    boolean hasUnreadPongs() {
        return proofDue && pongs - pongsRead > BYTES;
    }

    /** The last ping was not sent after all. */
    void pingNotSent() {
        sent -= Long.BYTES + Wire.FRAME_HEADER;
        proofDue = false;
    }

    /** A pong has come. Only the one that answers the last ping proves anything. */
    void pong(ByteBuffer payload) {
        if (proofDue && payload.remaining() == Long.BYTES && payload.getLong(payload.position()) == proof) {
            if (sentBeforePing - read > size / 2) {
                size = Math.min(2 * size, MAX_BYTES);
            }
            read = sentBeforePing;
            pongsRead = pongsBeforePing;
            proofDue = false;
        }
    }
}
