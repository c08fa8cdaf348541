package kefu.container;

import jakarta.websocket.SendHandler;
import jakarta.websocket.Session;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** What one of Tomcat's sockets can do beyond the API. */
public interface TomcatSocket {
    /**
     * Tomcat's count of what it has sent: the payloads of all frames so far with a header for each. A frame is counted when it is
     * written: a moment later than its handler is called.
     *
     * <p>Tomcat answers a ping by itself and tells nobody. Its pongs fill the socket's buffer like the gateway's frames do. Only
     * this count, which Tomcat keeps for its management beans, shows them.
     */
    long sentBytes();

    /**
     * Sends a frame whose bytes are made once for all receivers. The API has no such method: by it Tomcat makes them anew for each, and
     * sends a long text in parts of 8 KiB, each on another thread. Does not wait. To be called by one thread at a time, and not
     * while a send by the API is under way.
     *
     * @param frame a text frame as it goes over the line (RFC 6455, 5.2). Its buffer is used up
     * @param bytes of its payload
     * @param handler called when the frame is sent, often by another thread of Tomcat's
     * @return whether it is sent already: then the handler is not called
     */
    boolean sendText(ByteBuffer frame, int bytes, SendHandler handler) throws IOException;

    /**
     * The same for a frame that is expected to have room. Where Tomcat encrypts what is sent this may wait, and costs half as much as
     * what does not wait.
     *
     * @param millis how long this may wait
     */
    boolean sendText(ByteBuffer frame, int bytes, long millis, SendHandler handler) throws IOException;

    /** Sends a ping. Does not wait. If it fails a later frame fails too. */
    void ping(ByteBuffer payload) throws IOException;

    /**
     * Empty: this is not Tomcat, or a Tomcat that is made in another way.
     *
     * @param header is counted for each frame, in bytes
     */
    static Optional<TomcatSocket> of(Session socket, int header) {
        return InternalTomcatSocket.of(socket, header);
    }
}
