package kefu.it;

import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * An application that takes its time to start, and with it the container. It writes a file where a gateway asks for the sessions
 * meanwhile, though nobody can connect to it yet.
 */
@WebListener
public class SlowStart implements ServletContextListener {
    static final String ASKED_TOO_EARLY = "asked.too.early";

    /** A gateway asks a second after its start, if nothing keeps it from that. */
    private static final long NANOS = TimeUnit.SECONDS.toNanos(2);

    @Override
    public void contextInitialized(ServletContextEvent event) {
        Path data = Path.of(System.getenv("KEFU_DATA_DIR"));
        long end = System.nanoTime() + NANOS;
        try {
            while (System.nanoTime() - end < 0) {
                if (isAsked(data)) {
                    Files.writeString(data.resolve(ASKED_TOO_EARLY), "");
                    return;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        } catch (IOException notThere) {
            throw new UncheckedIOException(notThere);
        }
    }

    private static boolean isAsked(Path data) throws IOException {
        try (Stream<Path> files = Files.find(data, 4, (file, is) -> file.endsWith("handover.request"))) {
            return files.findAny().isPresent();
        } catch (UncheckedIOException justDeleted) {
            return true;
        }
    }
}
