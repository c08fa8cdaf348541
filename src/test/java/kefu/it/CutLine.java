package kefu.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A line to the gateway, for one connection, that can be cut without a word: then nothing passes, and nothing closes. */
final class CutLine implements AutoCloseable {
    private final ServerSocket door = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
    private final List<Socket> ends = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final URI gateway;
    private volatile boolean cut;

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

    private void accept() throws Exception {
        Socket client = door.accept();
        Socket server = new Socket(gateway.getHost(), gateway.getPort());
        ends.addAll(List.of(client, server));
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

    @Override
    public void close() throws IOException {
        closed.countDown();
        door.close();
        for (Socket end : ends) {
            end.close();
        }
        threads.shutdownNow();
    }
}
