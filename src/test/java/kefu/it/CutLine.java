package kefu.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A line to the gateway that can be cut without a word: then nothing passes, and nothing closes. It can be mended, and it can
 * refuse WebSocket, as some networks do.
 */
final class CutLine implements AutoCloseable {
    private static final String FORBIDDEN = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

    private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    private final Set<Socket> ends = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final URI gateway;
    private volatile boolean cut;
    private volatile boolean refusesWebSocket;

    CutLine(URI gateway) throws IOException {
        this.gateway = gateway;
        threads.execute(() -> quietly(this::accept));
    }

    /** The gateway's address at this end of the line. */
    URI url() {
        return URI.create("ws://127.0.0.1:" + door.getLocalPort() + gateway.getPath());
    }

    /** From now on neither end gets a byte, and neither is told why. */
    void cut() {
        cut = true;
    }

    /** What hung in the cut line is lost; what connects from now on gets through. */
    void mend() throws IOException {
        cut = false;
        endAll();
    }

    /** Ends what there is, and lets no WebSocket through from now on. */
    void refuseWebSocket() throws IOException {
        refusesWebSocket = true;
        endAll();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = door.accept();
            ends.add(client);
            threads.execute(() -> quietly(() -> connect(client)));
        }
    }

    private void connect(Socket client) throws Exception {
        byte[] bytes = new byte[8192];
        int n = client.getInputStream().read(bytes); // a handshake is the first that comes over a connection
        if (n <= 0 || cut) {
            return;
        }
        String head = new String(bytes, 0, n, StandardCharsets.ISO_8859_1);
        if (refusesWebSocket && head.contains("Upgrade: websocket")) {
            client.getOutputStream().write(FORBIDDEN.getBytes(StandardCharsets.ISO_8859_1));
            client.close();
            return;
        }
        Socket server = new Socket(gateway.getHost(), gateway.getPort());
        ends.add(server);
        server.getOutputStream().write(bytes, 0, n);
        threads.execute(() -> quietly(() -> pass(client, server)));
        pass(server, client);
    }

    private void pass(Socket from, Socket to) throws Exception {
        byte[] bytes = new byte[8192];
        for (int n = from.getInputStream().read(bytes);
                n > 0 && !cut;
                n = from.getInputStream().read(bytes)) {
            to.getOutputStream().write(bytes, 0, n);
        }
        if (cut) {
            closed.await(); // an end that closes is not seen at the other either
        } else {
            to.shutdownOutput();
        }
    }

    private interface Task {
        void run() throws Exception;
    }

    private static void quietly(Task task) {
        try {
            task.run();
        } catch (Exception ended) {
            // by the gateway, its client or the test
        }
    }

    private void endAll() throws IOException {
        for (Socket end : ends) {
            end.close();
            ends.remove(end);
        }
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        door.close();
        endAll();
        threads.shutdownNow();
    }
}
