package kefu.handover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The same where names, roots and rights are those of Windows. */
class HandoverFileOnWindowsTest extends HandoverFileTest {
    private final FileSystem windows = Jimfs.newFileSystem(Configuration.windows());

    @BeforeEach
    void goToWindows() throws IOException {
        directory = Files.createDirectories(windows.getPath("C:\\kefu\\Catalina%2Flocalhost\\chat"));
    }

    @AfterEach
    void close() throws IOException {
        windows.close();
    }

    @Override
    @Test
    void onlyTheOwnerMayReadIt() throws IOException {
        assertFalse(windows.supportedFileAttributeViews().contains("posix"), "its directory's rights hold");
        writeOne(directory);
        assertEquals("张三", new HandoverFile(directory).take().orElseThrow().text());
    }
}
