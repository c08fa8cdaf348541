package kefu.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Everything that the tested container has written into its logs. */
final class ContainerLog {
    static final Path DIRECTORY = Path.of(System.getProperty("kefu.it.logs"));

    private ContainerLog() {}

    static String text() {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.filter(Files::isRegularFile).map(ContainerLog::read).collect(Collectors.joining("\n"));
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    /** The lines that have this in them, in capitals or not. */
    static List<String> linesWith(String word) {
        String lower = word.toLowerCase(Locale.ROOT);
        return text().lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).contains(lower))
                .toList();
    }

    static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }
}
