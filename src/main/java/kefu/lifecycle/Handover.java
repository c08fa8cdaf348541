package kefu.lifecycle;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** What one deployment leaves to the next one: a file in the directory in which they meet. */
public interface Handover {
    /** Writes the file. Called once the service is sealed. */
    void write(Path directory) throws IOException;

    /** Whether the file is there, since no deployment has gone on with it yet. */
    boolean isWaiting(Path directory);

    /**
     * Goes on with what is in the file, where there is one, and deletes it. Called before the deployment opens. A file is used
     * once, even where that fails.
     *
     * @return the time since it was written; empty: there is none that can be read
     */
    Optional<Duration> read(Path directory) throws IOException;
}
