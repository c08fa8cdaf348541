package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kefu.Await;
import kefu.connection.Threads;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FanOutTest {
    private static final int MANY = 7 * FanOut.PART + 3;

    private final ConcurrentLinkedQueue<Thread> helpers = new ConcurrentLinkedQueue<>();
    private final Executor onNewThread = task -> {
        Thread thread = new Thread(task, "helper");
        helpers.add(thread);
        thread.start();
    };

    @AfterEach
    void joinHelpers() throws InterruptedException {
        for (Thread helper : helpers) {
            helper.join(10_000);
        }
    }

    private static Set<Integer> receivers(int count) {
        return IntStream.range(0, count).boxed().collect(Collectors.toSet());
    }

    @Test
    void eachReceiverIsHandedItOnceAndTheResultsAreAdded() {
        ConcurrentHashMap<Integer, AtomicInteger> handed = new ConcurrentHashMap<>();
        int sum = new FanOut(3, onNewThread).each(receivers(MANY), receiver -> {
            handed.computeIfAbsent(receiver, key -> new AtomicInteger()).incrementAndGet();
            return receiver % 2;
        });
        assertEquals(MANY / 2, sum);
        assertEquals(MANY, handed.size());
        assertTrue(handed.values().stream().allMatch(times -> times.get() == 1));
    }

    @Test
    void partsAreHandedOutAtTheSameTime() {
        CyclicBarrier three = new CyclicBarrier(3);
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        new FanOut(2, onNewThread).each(receivers(3 * FanOut.PART), receiver -> {
            if (threads.add(Thread.currentThread())) {
                await(three);
            }
            return 1;
        });
        assertEquals(3, threads.size());
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(10, TimeUnit.SECONDS);
        } catch (Exception nobodyCame) {
            throw new AssertionError("the others do nothing meanwhile", nobodyCame);
        }
    }

    @Test
    void returnsOnlyWhenWhatAHelperHasTakenIsDone() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        CountDownLatch holds = new CountDownLatch(1);
        AtomicInteger done = new AtomicInteger();
        AtomicBoolean returned = new AtomicBoolean();
        ToIntFunction<Integer> handing = receiver -> {
            if (Thread.currentThread().getName().equals("helper")) {
                holds.countDown();
                awaitLatch(goOn);
            } else {
                awaitLatch(holds);
            }
            return done.incrementAndGet() > 0 ? 1 : 0;
        };
        Thread caller = new Thread(() -> {
            new FanOut(1, onNewThread).each(receivers(MANY), handing);
            returned.set(true);
        });
        caller.start();
        Await.until(() -> done.get() == MANY - FanOut.PART || done.get() == MANY - MANY % FanOut.PART);
        Await.until(() -> caller.getState() == Thread.State.WAITING);
        assertFalse(returned.get());
        goOn.countDown();
        caller.join(10_000);
        assertTrue(returned.get());
        assertEquals(MANY, done.get());
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertTrue(latch.await(10, TimeUnit.SECONDS));
        } catch (InterruptedException stopNow) {
            throw new AssertionError(stopNow);
        }
    }

    @Test
    void theCallerDoesEverythingWhereAllOthersAreBusy() {
        Executor busy = task -> {
            throw new RejectedExecutionException();
        };
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        assertEquals(MANY, new FanOut(3, busy).each(receivers(MANY), receiver -> {
                    threads.add(Thread.currentThread());
                    return 1;
                }));
        assertEquals(Set.of(Thread.currentThread()), threads);
    }

    @Test
    void fewReceiversAreNotWorthAThread() {
        new FanOut(3, onNewThread).each(receivers(2 * FanOut.PART - 1), receiver -> 1);
        assertEquals(List.of(), List.copyOf(helpers));
    }

    @Test
    void aFaultIsToldWhenTheOtherPartsAreDone() {
        IllegalStateException broken = new IllegalStateException("broken");
        AtomicInteger handed = new AtomicInteger();
        IllegalStateException told = assertThrows(
                IllegalStateException.class, () -> new FanOut(1, onNewThread).each(receivers(MANY), receiver -> {
                    if (handed.incrementAndGet() == 1) {
                        throw broken;
                    }
                    return 1;
                }));
        assertSame(broken, told.getCause());
        assertTrue(handed.get() > MANY - FanOut.PART, "after " + handed);
    }

    @Test
    void theGatewaysThreadsRejectWhatTheyCannotDoAtOnce() {
        CountDownLatch goOn = new CountDownLatch(1);
        try (Threads threads = new Threads()) {
            int running = Math.max(1, Threads.HELPERS);
            for (int i = 0; i < running; i++) {
                threads.helper().execute(() -> awaitLatch(goOn));
            }
            assertThrows(
                    RejectedExecutionException.class, () -> threads.helper().execute(() -> {}));
            goOn.countDown();
        }
    }
}
