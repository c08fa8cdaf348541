package kefu.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import kefu.LoggedLines;
import kefu.lifecycle.Lifecycle.State;
import org.junit.jupiter.api.Test;

/** What goes wrong with one deployment keeps the others from nothing. */
class OwnershipFaultsTest extends OwnershipTestbed {
    @Test
    void anOwnerThatHangsIsComplainedOfAndKeepsItsSessions() throws IOException {
        OwnerLock hangs = new OwnerLock(directory, "1");
        assertTrue(hangs.tryAcquire());
        try (LoggedLines log = new LoggedLines()) {
            Node newer = start("2");
            timer.advance(Ownership.COMPLAINT.multipliedBy(2));
            assertEquals(State.STARTING, newer.state());
            assertEquals(
                    List.of(
                            "/chat##2 has waited for the sessions for 15 s: another deployment does not hand them over",
                            "/chat##2 has waited for the sessions for 30 s: another deployment does not hand them over"),
                    log.severe());
            hangs.release();
            timer.advance(Ownership.TICK);
            assertEquals(State.OPEN, newer.state());
        }
    }

    @Test
    void aRequestThatCannotBeWrittenOrReadIsSaidOnceAndTriedAgain() throws IOException {
        Node old = start("1");
        Node newer = start("2");
        Path inTheWay = Files.createDirectory(directory.resolve("handover.request"));
        try (LoggedLines log = new LoggedLines()) {
            timer.advance(Ownership.COMPLAINT.minus(Ownership.TICK));
            assertEquals(
                    List.of("Fault in=\"ask\"", "Fault in=\"look\""),
                    log.starting("Fault").stream().sorted().toList());
        }
        assertEquals(State.OPEN, old.state());
        Files.delete(inTheWay);
        timer.advance(HANDOVER);
        assertEquals(State.OPEN, newer.state());
    }

    @Test
    void aHandoverThatFailsKeepsNobodyFromServing() {
        Node old = start("1");
        old.fault = Optional.of(new IOException("no space left on device"));
        Node newer = new Node("2", Optional.of(directory));
        newer.fault = Optional.of(new IOException("half of a file"));
        newer.ownership.start();
        timer.advance(HANDOVER);
        assertEquals(State.OPEN, newer.state());
        assertTrue(steps.contains("1 closes SEALED"));
    }

    @Test
    void aClassThatIsGoneKeepsNobodyFromServingAndNoClientFromItsClose() {
        Node old = start("1");
        old.classesAreGone = true;
        Node newer = start("2");
        timer.advance(HANDOVER);
        assertEquals(State.OPEN, newer.state());
        assertEquals(List.of("1 drains DRAINING", "1 seals SEALED", "1 closes SEALED"), steps);
    }

    @Test
    void aStepThatFailsKeepsNoOtherFromItsTurn() {
        Node old = start("1");
        old.sealFails = true;
        old.work = new CompletableFuture<>(); // so that the tick seals
        Node newer = start("2");
        timer.advance(HANDOVER.plus(Ownership.WORK));
        assertEquals(State.OPEN, newer.state());
        assertEquals(List.of("1 drains DRAINING", "1 seals SEALED", "1 closes SEALED"), steps);
    }

    @Test
    void aClassThatIsGoneKeepsAStopFromNothingElse() throws IOException {
        Node old = start("1");
        old.classesAreGone = true;
        new HandoverRequest(directory).renew("2");
        old.ownership.drain();
        assertEquals(List.of("1 drains DRAINING", "1 seals SEALED", "1 closes SEALED"), steps);
        assertFalse(Files.exists(directory.resolve("handover.request")));
    }

    @Test
    void aLockThatCannotBeTakenIsComplainedOfAndTheDeploymentServesAlone() throws IOException {
        Files.createDirectory(directory.resolve("owner.lock"));
        try (LoggedLines log = new LoggedLines()) {
            assertEquals(State.OPEN, start("1").state());
            assertEquals(
                    List.of(
                            "/chat##1 cannot use its lock: it serves, but sessions do not outlive a redeploy or a restart"),
                    log.severe());
        }
    }
}
