package kefu.lifecycle;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;

/** The same on a file system of Windows: the requests are read, rewritten and deleted there too. */
class OwnershipOnWindowsTest {
    private final FileSystem windows = Jimfs.newFileSystem(Configuration.windows());

    private Path onWindows() throws IOException {
        return Files.createDirectories(windows.getPath("C:\\kefu\\chat"));
    }

    /** Behind the stop of the deployments, which use it. */
    @AfterEach
    void close() throws IOException {
        windows.close();
    }

    @Nested
    class Serving extends OwnershipTest {
        @BeforeEach
        void goToWindows() throws IOException {
            directory = onWindows();
        }
    }

    @Nested
    class Faults extends OwnershipFaultsTest {
        @BeforeEach
        void goToWindows() throws IOException {
            directory = onWindows();
        }
    }
}
