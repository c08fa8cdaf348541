package kefu.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import kefu.lifecycle.Lifecycle.State;
import org.junit.jupiter.api.Test;

class LifecycleTest {
    private final Lifecycle lifecycle = new Lifecycle();

    private static boolean isDone(CompletionStage<Void> stage) {
        return stage.toCompletableFuture().isDone();
    }

    @Test
    void aDeploymentOpensOnceDrainsOnceAndIsSealed() {
        CompletionStage<Void> opened = lifecycle.opened();
        assertEquals(State.STARTING, lifecycle.state());
        assertFalse(lifecycle.drain(), "there is nothing to drain yet");
        assertFalse(isDone(opened));
        assertTrue(lifecycle.open());
        assertTrue(isDone(opened));
        assertFalse(lifecycle.open());
        assertTrue(lifecycle.drain());
        assertFalse(lifecycle.drain());
        assertFalse(lifecycle.isOpen());
        lifecycle.seal();
        assertFalse(lifecycle.open());
        assertTrue(lifecycle.isSealed());
    }

    @Test
    void aSealedDeploymentMayStartAnew() {
        assertFalse(lifecycle.restart());
        lifecycle.seal();
        assertTrue(lifecycle.restart());
        CompletionStage<Void> opened = lifecycle.opened();
        assertFalse(isDone(opened));
        assertTrue(lifecycle.open());
        assertTrue(isDone(opened));
    }

    @Test
    void aDrainEndsWhenTheCallsHaveEndedThatHadBegun() {
        assertFalse(lifecycle.begin());
        lifecycle.open();
        assertTrue(lifecycle.begin());
        assertTrue(lifecycle.begin());
        lifecycle.end();
        lifecycle.drain();
        assertFalse(lifecycle.begin(), "no call begins any more");
        CompletionStage<Void> ended = lifecycle.callsEnded();
        assertFalse(isDone(ended));
        lifecycle.end();
        assertTrue(isDone(ended));
    }

    @Test
    void aDrainWithoutCallsHasNothingToWaitFor() {
        lifecycle.open();
        assertTrue(lifecycle.begin());
        lifecycle.end();
        lifecycle.drain();
        assertTrue(isDone(lifecycle.callsEnded()));
    }

    @Test
    void whoIsNotAdmittedIsNoticed() {
        AtomicInteger refused = new AtomicInteger();
        lifecycle.onRefused(refused::incrementAndGet);
        assertFalse(lifecycle.admits());
        assertFalse(lifecycle.begin());
        lifecycle.open();
        assertTrue(lifecycle.admits());
        assertEquals(2, refused.get());
    }
}
