package kefu.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import kefu.LoggedLines;
import kefu.lifecycle.Lifecycle.State;
import org.junit.jupiter.api.Test;

class OwnershipTest extends OwnershipTestbed {
    @Test
    void aDeploymentThatFindsNobodyOpensAtOnce() {
        assertEquals(State.OPEN, start("1").state());
        assertEquals(List.of(), steps);
    }

    @Test
    void theOwnerDrainsHandsOverAndClosesWhenTheNewcomerServes() {
        Node old = start("1");
        Node newer = start("2");
        assertEquals(State.STARTING, newer.state());
        timer.advance(Ownership.MAPPED.minus(Ownership.TICK));
        assertEquals(State.OPEN, old.state(), "nobody can come to the newer one yet");
        timer.advance(HANDOVER);
        assertEquals(
                List.of(
                        "1 drains DRAINING",
                        "1 seals SEALED",
                        "1 writes SEALED",
                        "2 reads 1 STARTING",
                        "1 closes SEALED"),
                steps);
        assertEquals(State.OPEN, newer.state());
        assertFalse(Files.exists(directory.resolve("handover.request")));
    }

    @Test
    void aNewcomerDoesNotAskBeforeItsContainerTakesConnections() {
        containerStarted = false;
        Node old = start("1");
        Node newer = start("2");
        timer.advance(Ownership.MAPPED.multipliedBy(10));
        assertEquals(State.OPEN, old.state());
        containerStarted = true;
        timer.advance(HANDOVER);
        assertEquals(State.OPEN, newer.state());
    }

    @Test
    void aNewcomerToWhomClientsComeAsksAtOnce() {
        Node old = start("1");
        Node newer = start("2");
        assertFalse(newer.lifecycle.admits());
        timer.advance(Ownership.TICK.multipliedBy(4));
        assertEquals(State.OPEN, newer.state());
        assertEquals(State.SEALED, old.state());
    }

    @Test
    void requestsAndCallsThatHaveBegunEndBeforeTheHandover() {
        Node old = start("1");
        old.work = new CompletableFuture<>();
        assertTrue(old.lifecycle.begin());
        Node newer = start("2");
        timer.advance(HANDOVER);
        assertEquals(State.DRAINING, old.state());
        old.work.complete(null);
        assertEquals(State.DRAINING, old.state());
        old.lifecycle.end();
        assertEquals(State.SEALED, old.state());
        timer.advance(Ownership.TICK);
        assertEquals(State.OPEN, newer.state());
    }

    @Test
    void oneThatDoesNotEndHoldsUpTheHandoverForFiveSeconds() {
        Node old = start("1");
        old.work = new CompletableFuture<>();
        Node newer = start("2");
        newer.lifecycle.admits();
        timer.advance(Ownership.WORK);
        assertEquals(State.DRAINING, old.state());
        timer.advance(Ownership.TICK.multipliedBy(4));
        assertEquals(State.SEALED, old.state());
        assertEquals(State.OPEN, newer.state());
    }

    @Test
    void aStopHandsOverAndClosesWithoutWaitingForTheNextStart() {
        Node old = start("1");
        old.ownership.stop();
        assertEquals(List.of("1 drains DRAINING", "1 seals SEALED", "1 writes SEALED", "1 closes SEALED"), steps);
        assertEquals(State.OPEN, start("2").state());
        assertEquals("2 reads 1 STARTING", steps.get(4));
    }

    /** Tomcat takes the older version of a parallel deployment away as soon as the newer one has started. */
    @Test
    void aStopInTheMiddleOfAHandoverKeepsItsClientsUntilTheNewcomerServes() {
        Node old = start("1");
        old.work = new CompletableFuture<>();
        Node newer = start("2");
        newer.lifecycle.admits();
        timer.advance(Ownership.TICK.multipliedBy(3));
        assertEquals(State.DRAINING, old.state());
        old.ownership.beginStop();
        old.work.complete(null);
        assertEquals(List.of("1 drains DRAINING", "1 seals SEALED", "1 writes SEALED"), steps);
        timer.advance(Ownership.TICK.multipliedBy(2));
        assertEquals(List.of("2 reads 1 STARTING", "1 closes SEALED"), steps.subList(3, 5));
        assertEquals(Duration.ZERO, old.absence);
    }

    @Test
    void aStopBehindAHandoverWaitsNoLongerForANewcomerThatDoesNotCome() throws IOException {
        Node old = start("1");
        HandoverRequest dies = new HandoverRequest(directory);
        dies.renew("2");
        timer.advance(Ownership.TICK);
        dies.renew("2");
        timer.advance(Ownership.TICK);
        old.ownership.beginStop();
        assertEquals(List.of("1 drains DRAINING", "1 seals SEALED", "1 writes SEALED"), steps);
        timer.advance(Ownership.TAKEN);
        assertEquals("1 closes SEALED", steps.get(3));
    }

    @Test
    void whoIsSentOffByAStopIsToldToComeBackWhenTheNextDeploymentServes() {
        Node first = start("1");
        first.ownership.stop();
        assertEquals(STARTS, first.absence, "it has seen no redeploy yet, only its own start");
        Node second = new Node("2", Optional.of(directory));
        second.fileAge = Optional.of(Duration.ofMillis(1_200));
        second.ownership.start();
        second.ownership.stop();
        assertEquals(Duration.ofMillis(1_200), second.absence, "as long as nobody has served before it");
        Node third = new Node("3", Optional.of(directory));
        third.fileAge = Optional.of(Duration.ofMinutes(10));
        third.ownership.start();
        third.ownership.stop();
        assertEquals(Ownership.LONGEST_ABSENCE, third.absence);
    }

    @Test
    void whoIsSentOffByAHandoverMayComeBackAtOnce() {
        Node old = start("1");
        start("2");
        timer.advance(HANDOVER);
        assertTrue(steps.contains("1 closes SEALED"));
        assertEquals(Duration.ZERO, old.absence);
    }

    @Test
    void theTimeThatTheHandoverItselfTakesIsNotTheNewcomers() {
        Node old = start("1");
        old.writing = Ownership.TAKEN;
        start("2");
        timer.advance(HANDOVER);
        assertEquals(List.of("1 writes SEALED", "2 reads 1 STARTING", "1 closes SEALED"), steps.subList(2, 5));
    }

    @Test
    void clientsAreSentOffWhereTheNewcomerDoesNotCome() throws IOException {
        Node old = start("1");
        HandoverRequest dies = new HandoverRequest(directory);
        dies.renew("2");
        timer.advance(Ownership.TICK);
        dies.renew("2");
        timer.advance(Ownership.TICK);
        assertEquals(State.SEALED, old.state());
        assertFalse(steps.contains("1 closes SEALED"));
        timer.advance(Ownership.TAKEN);
        assertTrue(steps.contains("1 closes SEALED"));
        old.lifecycle.admits();
        assertEquals(State.SEALED, old.state(), "it keeps off the lock that another one has asked for");
        timer.advance(Ownership.KEEP_OFF);
        old.lifecycle.admits();
        assertEquals(State.OPEN, old.state());
        assertEquals(List.of("1 forgets SEALED", "1 reads 1 STARTING"), steps.subList(4, 6));
    }

    @Test
    void whereTheNewerDeploymentIsRemovedTheOlderServesAgainAndHasItsSessions() {
        Node old = start("1");
        Node newer = start("2");
        timer.advance(HANDOVER.plus(Ownership.KEEP_OFF));
        old.lifecycle.admits();
        assertEquals(State.SEALED, old.state(), "the newer one serves");
        newer.ownership.stop();
        assertFalse(old.lifecycle.admits());
        assertEquals(State.OPEN, old.state());
        assertEquals("1 reads 2 STARTING", steps.get(steps.size() - 1));
    }

    @Test
    void afterADrainByHandOnlyAnotherDeploymentServes() {
        Node old = start("1");
        old.ownership.drain();
        timer.advance(Ownership.KEEP_OFF);
        old.lifecycle.admits();
        assertEquals(State.SEALED, old.state());
        assertEquals("1 closes SEALED", steps.get(3));
        assertEquals(State.OPEN, start("2").state());
        assertEquals("2 reads 1 STARTING", steps.get(4));
    }

    @Test
    void aLowerVersionWaitsForAHigherOneThatTheContainerStartedBeforeIt() {
        try (LoggedLines log = new LoggedLines()) {
            Node higher = start("002");
            Node lower = start("001");
            lower.lifecycle.admits();
            timer.advance(Ownership.COMPLAINT.multipliedBy(2));
            assertEquals(State.OPEN, higher.state());
            assertEquals(State.STARTING, lower.state());
            higher.ownership.stop();
            timer.advance(Ownership.TICK);
            assertEquals(State.OPEN, lower.state());
            assertEquals(List.of(), log.severe(), "that is as it should be");
        }
    }

    @Test
    void ofTwoNewcomersOneServesInTheEndAndNeverTwoAtOnce() {
        start("1");
        start("2");
        start("2");
        for (int i = 0; i < 200; i++) {
            timer.advance(Ownership.TICK);
            assertTrue(nodes.stream().filter(node -> node.lifecycle.isOpen()).count() <= 1);
        }
        assertEquals(1, nodes.stream().filter(node -> node.lifecycle.isOpen()).count());
        assertEquals(State.SEALED, nodes.get(0).state());
    }

    @Test
    void aDeploymentWithoutADirectoryServesAlone() {
        Node alone = new Node("1", Optional.empty());
        alone.ownership.start();
        assertEquals(State.OPEN, alone.state());
        alone.ownership.stop();
        assertEquals(List.of("1 drains DRAINING", "1 seals SEALED", "1 closes SEALED"), steps);
    }

    @Test
    void aDeploymentThatIsStoppedBeforeItServesTakesNothing() {
        Node old = start("1");
        Node newer = start("2");
        newer.ownership.stop();
        timer.advance(HANDOVER);
        assertEquals(State.OPEN, old.state());
        assertEquals(State.SEALED, newer.state());
    }
}
