package kefu.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import kefu.LoggedLines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HandoverDirectoryTest {
    @TempDir
    private Path data;

    @Test
    void eachApplicationOfEachVirtualServerHasItsOwn() throws IOException {
        Path chat =
                HandoverDirectory.prepare(data, "Catalina/localhost", "/chat").orElseThrow();
        assertEquals(data.resolve("Catalina%2Flocalhost").resolve("chat"), chat);
        assertEquals(
                data.resolve("Catalina%2Flocalhost").resolve("ROOT"),
                HandoverDirectory.prepare(data, "Catalina/localhost", "").orElseThrow());
        assertEquals(
                data.resolve("server").resolve("a%2Fb"),
                HandoverDirectory.prepare(data, "server", "/a/b").orElseThrow());
        assertEquals(
                chat,
                HandoverDirectory.prepare(data, "Catalina/localhost", "/chat").orElseThrow());
        try (var files = Files.list(chat)) {
            assertEquals(List.of(), files.toList(), "what it tries it takes away again");
        }
    }

    @Test
    void onlyItsOwnerMayEnterIt() throws IOException {
        Path made = HandoverDirectory.prepare(data, "server", "/chat").orElseThrow();
        for (Path path : List.of(made, made.getParent())) {
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
        }
    }

    @Test
    void oneThatCannotBeMadeIsSaidOnce() throws IOException {
        Path file = Files.writeString(data.resolve("file"), "x");
        try (LoggedLines log = new LoggedLines()) {
            assertEquals(Optional.empty(), HandoverDirectory.prepare(file, "server", "/chat"));
            assertEquals(1, log.severe().size());
        }
    }

    @Test
    void aNetworkFileSystemIsComplainedOf() {
        try (LoggedLines log = new LoggedLines()) {
            HandoverDirectory.warn(data, "ext4");
            assertEquals(List.of(), log.severe());
            HandoverDirectory.warn(data, "nfs4");
            HandoverDirectory.warn(data, "CIFS");
            assertEquals(2, log.severe().size());
        }
    }

    @Test
    void windowsHasADirectoryToo() throws IOException {
        try (FileSystem windows = Jimfs.newFileSystem(Configuration.windows())) {
            Path made = HandoverDirectory.prepare(windows.getPath("C:\\kefu"), "Catalina/localhost", "/a*b/c")
                    .orElseThrow();
            assertEquals("C:\\kefu\\Catalina%2Flocalhost\\a%2Ab%2Fc", made.toString());
            assertTrue(Files.isDirectory(made));
        }
    }
}
