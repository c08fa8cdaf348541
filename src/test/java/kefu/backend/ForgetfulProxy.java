package kefu.backend;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Stands before a service as a load balancer does that forgets its connections without telling either side. */
public final class ForgetfulProxy implements AutoCloseable {
    /** What becomes of bytes that come on a connection that was forgotten. */
    public enum Manner {
        /** Nothing: they get no answer. */
        SWALLOW,
        /** The connection is reset. */
        RESET
    }

    private final ServerSocket server = new ServerSocket(0, 4096, InetAddress.getByName("127.0.0.1"));
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<Socket> known = ConcurrentHashMap.newKeySet();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final URI service;
    private final Manner manner;

    public ForgetfulProxy(URI service, Manner manner) throws IOException {
        this.service = service;
        this.manner = manner;
        threads.execute(this::accept);
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort() + service.getPath());
    }

    /** Forgets every connection that there is now. */
    public void forget() {
        known.clear();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Socket to = new Socket(service.getHost(), service.getPort());
                client.setTcpNoDelay(true);
                to.setTcpNoDelay(true);
                known.add(client);
                open.add(client);
                open.add(to);
                threads.execute(() -> pass(client, client, to));
                threads.execute(() -> pass(client, to, client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void pass(Socket client, Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] bytes = new byte[8192];
            for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
                if (known.contains(client)) {
                    out.write(bytes, 0, n);
                } else if (manner == Manner.RESET) {
                    client.setSoLinger(true, 0);
                    return;
                }
            }
        } catch (IOException ended) {
            // one side has closed it
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.shutdownNow();
    }
}
