package kefu.it;

import java.util.List;

/** A client that keeps what it is sent but heartbeats, and answers pings by itself, over one transport or another. */
public interface ChatClient {
    void send(String text) throws Exception;

    /** Sends it as bytes, where the transport makes a difference. */
    void sendBinary(String text) throws Exception;

    /** Says goodbye, by 1000. */
    void close() throws Exception;

    /** Drops the line without a word. */
    void abort();

    /** Code and reason with which the gateway closed this connection, a blank between them. */
    String closeCodeAndReason() throws Exception;

    /** The code with which the gateway closed this connection. */
    default int closeCode() throws Exception {
        return Integer.parseInt(closeCodeAndReason().split(" ", 2)[0]);
    }

    int waiting();

    /** What has come since the last call. */
    List<String> take();

    /** Waits for the next frame. */
    String next() throws InterruptedException;
}
