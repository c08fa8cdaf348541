package kefu.gateway.http;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Reads the body of a post as it comes: no thread waits for the client. */
final class PostReader implements ReadListener, AsyncListener {
    /** What becomes of the body. Exactly one of the last three is called, once. */
    interface Reader {
        /** A part of it has come. */
        void heard();

        void read(byte[] body);

        void tooLong();

        void failed();
    }

    private final ServletInputStream in;
    private final int most;
    private final Reader reader;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final byte[] part = new byte[4096];
    private final AtomicBoolean over = new AtomicBoolean();

    /** @param most bytes of a body */
    PostReader(ServletInputStream in, int most, Reader reader) {
        this.in = in;
        this.most = most;
        this.reader = reader;
    }

    /** Payara calls a body finished when all of it has come, and not when all was read. What it has more it is ready to give. */
    @Override
    public void onDataAvailable() throws IOException {
        while (!over.get() && in.isReady()) {
            int read = in.read(part);
            if (read > 0) {
                add(read);
            }
            if (read < 0 || (in.isFinished() && (read == 0 || in.available() <= 0))) {
                onAllDataRead();
            }
        }
        if (!over.get() && in.isFinished()) { // Payara does not call onAllDataRead then
            onAllDataRead();
        }
    }

    private void add(int read) {
        if (body.size() + read > most) {
            end(reader::tooLong);
        } else {
            body.write(part, 0, read);
            reader.heard();
        }
    }

    @Override
    public void onAllDataRead() {
        end(() -> reader.read(body.toByteArray()));
    }

    @Override
    public void onError(Throwable broken) {
        end(reader::failed);
    }

    @Override
    public void onError(AsyncEvent broken) {
        end(reader::failed);
    }

    @Override
    public void onTimeout(AsyncEvent late) {
        end(reader::failed);
    }

    @Override
    public void onStartAsync(AsyncEvent event) {} // nobody does

    @Override
    public void onComplete(AsyncEvent event) {
        end(reader::failed); // unless it was read
    }

    private void end(Runnable how) {
        if (over.compareAndSet(false, true)) {
            how.run();
        }
    }
}
