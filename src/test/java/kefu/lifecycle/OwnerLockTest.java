package kefu.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnerLockTest {
    @TempDir
    private Path directory;

    private OwnerLock first;
    private OwnerLock second;

    @BeforeEach
    void make() throws IOException {
        first = new OwnerLock(directory, "001");
        second = new OwnerLock(directory, "002");
    }

    @AfterEach
    void release() {
        first.release();
        second.release();
    }

    @Test
    void oneOfTwoDeploymentsOfAJvmHoldsTheLock() throws IOException {
        assertTrue(first.tryAcquire());
        assertTrue(first.tryAcquire(), "it has it already");
        assertFalse(second.tryAcquire());
        assertEquals(Optional.of("001"), second.ownerInThisJvm());
        first.release();
        assertEquals(Optional.empty(), second.ownerInThisJvm());
        assertTrue(second.tryAcquire());
        assertFalse(first.tryAcquire());
    }

    @Test
    void releasingALockThatIsNotHeldChangesNothing() throws IOException {
        assertTrue(first.tryAcquire());
        second.release();
        assertFalse(second.tryAcquire());
        assertTrue(first.isHeld());
    }

    @Test
    void anotherWayToTheSameDirectoryIsTheSameLock(@TempDir Path elsewhere) throws IOException {
        Path link = Files.createSymbolicLink(elsewhere.resolve("link"), directory);
        assertTrue(first.tryAcquire());
        assertFalse(new OwnerLock(link, "002").tryAcquire());
    }

    @Test
    void anotherDirectoryIsAnotherLock(@TempDir Path elsewhere) throws IOException {
        assertTrue(first.tryAcquire());
        OwnerLock other = new OwnerLock(elsewhere, "001");
        assertTrue(other.tryAcquire());
        other.release();
        assertTrue(first.isHeld());
    }

    @Test
    void theLockOfAnotherProcessIsRespectedUntilThatIsKilled() throws Exception {
        try (LockHolder process = new LockHolder(directory)) {
            assertTrue(process.hasTheLock());
            assertFalse(first.tryAcquire());
            assertEquals(Optional.empty(), first.ownerInThisJvm(), "a try that failed leaves nothing");
            assertFalse(second.tryAcquire());
            process.kill();
            assertTrue(second.tryAcquire());
        }
    }

    @Test
    void whoTriesInVainTakesTheLockFromNobody() throws Exception {
        assertTrue(first.tryAcquire());
        assertFalse(second.tryAcquire()); // on Linux a channel that this closed would end the process's lock
        try (LockHolder process = new LockHolder(directory)) {
            assertFalse(process.hasTheLock());
        }
    }

    @Test
    void aFileThatCannotBeLockedLeavesNoName() throws IOException {
        Files.createDirectory(directory.resolve("owner.lock"));
        assertThrows(IOException.class, first::tryAcquire);
        assertFalse(first.isHeld());
        Files.delete(directory.resolve("owner.lock"));
        assertTrue(second.tryAcquire());
    }

    @Test
    void theMBeanServerHoldsNothingOfADeployment() throws Exception {
        assertTrue(first.tryAcquire());
        ObjectName name = ManagementFactory.getPlatformMBeanServer()
                .queryNames(new ObjectName("kefu:owner=*"), null)
                .iterator()
                .next();
        assertEquals(
                "java.util.KeyValueHolder",
                ManagementFactory.getPlatformMBeanServer().getMBeanInfo(name).getClassName());
    }
}
