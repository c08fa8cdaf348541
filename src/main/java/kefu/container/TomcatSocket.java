package kefu.container;

import jakarta.websocket.SendHandler;
import jakarta.websocket.Session;
import java.io.IOException;
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
     * Sends a text that is in UTF-8 already, as one frame. The API has no such method: by it Tomcat encodes a text once for each
     * receiver. To be called by one thread at a time, and not while a send by the API is under way.
     *
     * @param millis how long this may wait
     */
    void sendText(byte[] utf8, long millis) throws IOException;

    /**
     * The same, without waiting. By the API Tomcat sends a long text in parts of 8 KiB, each on another thread.
     *
     * @param handler called when the text is sent, often by another thread of Tomcat's
     */
    void sendText(byte[] utf8, SendHandler handler) throws IOException;

    /**
     * Empty: this is not Tomcat, or a Tomcat that is made in another way.
     *
     * @param header is counted for each frame, in bytes
     */
    static Optional<TomcatSocket> of(Session socket, int header) {
        return InternalTomcatSocket.of(socket, header);
    }
}
