package kefu.lifecycle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The file by which a deployment that waits for the lock asks its owner to hand over. Its text has a counter, which the one who
 * waits rewrites again and again: a request that does not move is of a process that has ended, and is not heard.
 */
final class HandoverRequest {
    private static final String FILE = "handover.request";

    private final Path file;

    // of the deployment that waits
    private long counter;

    // of the owner
    private Optional<String> seen = Optional.empty();

    HandoverRequest(Path directory) {
        this.file = directory.resolve(FILE);
    }

    /** Asks, or goes on asking. @param name who asks, for the owner's log */
    void renew(String name) throws IOException {
        Files.writeString(file, name + " " + ++counter);
    }

    /** Whether the request has moved since the last look. The owner looks again and again. */
    boolean hasMoved() throws IOException {
        Optional<String> before = seen;
        seen = read();
        return before.isPresent() && seen.isPresent() && !before.equals(seen);
    }

    /** Who asks; empty: nobody, or half of the text is there. */
    private Optional<String> read() throws IOException {
        try {
            return Optional.of(Files.readString(file)).filter(text -> !text.isEmpty());
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    /** For the log: who asks. */
    String name() {
        return seen.map(text -> text.substring(0, Math.max(0, text.lastIndexOf(' '))))
                .orElse("");
    }

    /** The request was heard. */
    void delete() throws IOException {
        seen = Optional.empty();
        Files.deleteIfExists(file);
    }
}
