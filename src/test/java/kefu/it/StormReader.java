package kefu.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Reads for all clients of a storm, on one thread: two hundred would be what is measured. */
final class StormReader implements AutoCloseable {
    /** Several frames come meanwhile: to read each by itself would be what is measured, too. */
    private static final Duration ROUND = Duration.ofMillis(5);

    private final Selector selector = Selector.open();

    StormReader() throws IOException {
        new Thread(this::run, "storm-reader").start();
    }

    void read(SocketChannel channel, StormClient client) throws IOException {
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, client);
        selector.wakeup();
    }

    private void run() {
        try {
            while (selector.isOpen()) {
                selector.select(StormReader::receive);
                LockSupport.parkNanos(ROUND.toNanos());
            }
        } catch (ClosedSelectorException ended) {
            // as it should
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    private static void receive(SelectionKey key) {
        if (!((StormClient) key.attachment()).receive()) {
            key.cancel();
        }
    }

    @Override
    public void close() throws IOException {
        selector.close();
    }
}
