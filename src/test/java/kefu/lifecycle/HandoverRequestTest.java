package kefu.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HandoverRequestTest {
    @TempDir
    private Path directory;

    private HandoverRequest owner;
    private HandoverRequest newcomer;

    @BeforeEach
    void make() {
        owner = new HandoverRequest(directory);
        newcomer = new HandoverRequest(directory);
    }

    @Test
    void aRequestThatMovesIsHeard() throws IOException {
        assertFalse(owner.hasMoved());
        newcomer.renew("chat##002");
        assertFalse(owner.hasMoved(), "it may be of a process that has ended");
        newcomer.renew("chat##002");
        assertTrue(owner.hasMoved());
        assertEquals("chat##002", owner.name());
    }

    @Test
    void aRequestOfAProcessThatHasEndedIsNotHeard() throws IOException {
        newcomer.renew("chat##002");
        for (int look = 0; look < 5; look++) {
            assertFalse(owner.hasMoved());
        }
    }

    @Test
    void halfOfAnotherRequestIsNone() throws IOException {
        newcomer.renew("chat##002");
        assertFalse(owner.hasMoved());
        Files.writeString(directory.resolve("handover.request"), ""); // as a reader may find it while it is written
        assertFalse(owner.hasMoved());
    }

    @Test
    void aRequestThatWasHeardIsGone() throws IOException {
        newcomer.renew("chat##002");
        owner.hasMoved();
        owner.delete();
        owner.delete();
        assertFalse(owner.hasMoved());
        newcomer.renew("chat##002");
        assertFalse(owner.hasMoved(), "it counts from the beginning");
    }
}
