package kefu.lifecycle;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The same on a file system of Windows: the requests are read, rewritten and deleted there too. */
class OwnershipOnWindowsTest extends OwnershipTest {
    private final FileSystem windows = Jimfs.newFileSystem(Configuration.windows());

    @BeforeEach
    void goToWindows() throws IOException {
        directory = Files.createDirectories(windows.getPath("C:\\kefu\\chat"));
    }

    @Override
    @AfterEach
    void stop() throws IOException {
        super.stop();
        windows.close();
    }
}
