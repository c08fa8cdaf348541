package kefu.it;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What is installed on this machine. */
final class Programs {
    private Programs() {}

    /**
     * Looks on the path, and where Debian puts servers: the path of a user does not lead there.
     *
     * @param debian the package that has it
     * @param names that it may have, the best first
     */
    static Path find(String debian, String... names) {
        List<String> folders = Stream.concat(
                        Stream.of(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin"))
                .toList();
        return Stream.of(names)
                .flatMap(name -> folders.stream().map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError(names[0] + " is not installed: apt-get install " + debian));
    }
}
