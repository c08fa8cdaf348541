package kefu.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import kefu.Await;
import kefu.protocol.Frame;
import org.junit.jupiter.api.Test;

class OutboundQueueTest {
    private static final int MAX_FRAMES = 16;
    private static final int MAX_BYTES = 1000;

    private final FakeWire wire = new FakeWire();
    private final AtomicLong now = new AtomicLong();
    private final AtomicInteger failures = new AtomicInteger();
    private final Deque<Runnable> pings = new ArrayDeque<>();
    private final AtomicInteger shed = new AtomicInteger();
    private final QueueBudget budget = new QueueBudget(10_000, Runnable::run, shed::incrementAndGet);
    private final OutboundQueue queue = queue(wire);

    private OutboundQueue queue(Wire wire) {
        return new OutboundQueue(wire, MAX_FRAMES, MAX_BYTES, budget, pings::add, now::get, failures::incrementAndGet);
    }

    @Test
    void framesGoOutInOrder() {
        wire.stick();
        IntStream.range(0, MAX_FRAMES).forEach(i -> assertTrue(queue.offer(new Frame("f" + i))));
        assertEquals(List.of("f0"), wire.received(), "one in flight");
        wire.unstick();
        assertEquals(IntStream.range(0, MAX_FRAMES).mapToObj(i -> "f" + i).toList(), wire.received());
        assertEquals(0, queue.waitingFrames());
    }

    @Test
    void framesFromManyThreadsGoOutOneAtATime() throws Exception {
        int threads = 4;
        int each = 5_000;
        ExecutorService completions = Executors.newFixedThreadPool(2);
        ExecutorService senders = Executors.newFixedThreadPool(threads);
        try {
            FakeWire elsewhere = new FakeWire(completions); // throws on a second frame while one is in flight
            OutboundQueue shared = new OutboundQueue(
                    elsewhere,
                    threads * each,
                    Integer.MAX_VALUE,
                    budget,
                    Runnable::run,
                    now::get,
                    failures::incrementAndGet);
            CountDownLatch sent = new CountDownLatch(threads);
            for (int t = 0; t < threads; t++) {
                int sender = t;
                senders.execute(() -> {
                    IntStream.range(0, each).forEach(i -> shared.offer(new Frame(sender + ":" + i)));
                    sent.countDown();
                });
            }
            assertTrue(sent.await(30, TimeUnit.SECONDS));
            Await.until(() -> elsewhere.received().size() == threads * each);
            for (int t = 0; t < threads; t++) {
                String sender = t + ":";
                assertEquals(
                        IntStream.range(0, each).mapToObj(i -> sender + i).toList(),
                        elsewhere.received().stream()
                                .filter(f -> f.startsWith(sender))
                                .toList());
            }
            assertEquals(0, failures.get());
        } finally {
            senders.shutdownNow();
            completions.shutdownNow();
        }
    }

    @Test
    void aLongQueueIsSentWithoutRecursion() {
        OutboundQueue deep = new OutboundQueue(
                wire, 200_000, Integer.MAX_VALUE, budget, Runnable::run, now::get, failures::incrementAndGet);
        wire.stick();
        IntStream.range(0, 100_000).forEach(i -> deep.offer(new Frame("x")));
        wire.unstick();
        assertEquals(100_000, wire.received().size());
    }

    @Test
    void whatWaitsInAllQueuesIsCountedUntilItIsSentOrDropped() {
        FakeWire other = new FakeWire();
        OutboundQueue another = queue(other);
        for (FakeWire stuck : List.of(wire, other)) {
            stuck.stick();
        }
        for (OutboundQueue each : List.of(queue, another)) {
            each.offer(new Frame("in flight"));
            each.offer(new Frame("12345"));
            each.offer(new Frame("1234567"));
        }
        assertEquals(24, budget.used());
        wire.unstick();
        assertEquals(12, budget.used());
        another.close();
        assertEquals(0, budget.used());
        another.offer(new Frame("after the end"));
        assertEquals(0, budget.used());
    }

    @Test
    void moreInAllQueuesThanTheirBoundIsToldAtOnce() {
        wire.stick();
        OutboundQueue deep = new OutboundQueue(
                wire, 100, Integer.MAX_VALUE, budget, Runnable::run, now::get, failures::incrementAndGet);
        deep.offer(new Frame("in flight"));
        deep.offer(new Frame("x".repeat(10_000)));
        assertFalse(budget.isExceeded());
        assertEquals(0, shed.get());
        deep.offer(new Frame("x"));
        assertTrue(budget.isExceeded());
        assertEquals(1, shed.get());
    }

    @Test
    void oneFrameMoreThanTheBoundIsRefused() {
        wire.stick();
        queue.offer(new Frame("in flight"));
        IntStream.range(0, MAX_FRAMES).forEach(i -> assertTrue(queue.offer(new Frame("f"))));
        assertFalse(queue.offer(new Frame("one more")));
        assertEquals(MAX_FRAMES, queue.waitingFrames());
    }

    @Test
    void oneByteMoreThanTheBoundIsRefused() {
        wire.stick();
        queue.offer(new Frame("in flight"));
        assertTrue(queue.offer(new Frame("中".repeat(300))));
        assertTrue(queue.offer(new Frame("x".repeat(MAX_BYTES - 900))));
        assertFalse(queue.offer(new Frame("x")));
    }

    @Test
    void aFrameOfAnySizeFitsIntoAnEmptyQueue() {
        wire.stick();
        queue.offer(new Frame("in flight"));
        assertTrue(queue.offer(new Frame("x".repeat(2 * MAX_BYTES))));
        assertFalse(queue.offer(new Frame("x")));
    }

    @Test
    void sentFramesMakeRoom() {
        wire.stick();
        queue.offer(new Frame("in flight"));
        IntStream.range(0, MAX_FRAMES).forEach(i -> queue.offer(new Frame("x".repeat(60))));
        wire.unstick();
        wire.stick();
        queue.offer(new Frame("in flight"));
        assertTrue(queue.offer(new Frame("x".repeat(MAX_BYTES - 1))));
        assertTrue(queue.offer(new Frame("x")));
    }

    @Test
    void tellsHowLongAFrameIsInFlight() {
        assertEquals(0, queue.nanosInFlight());
        wire.stick();
        now.set(7);
        queue.offer(new Frame("x"));
        now.addAndGet(Duration.ofSeconds(6).toNanos());
        assertEquals(Duration.ofSeconds(6).toNanos(), queue.nanosInFlight());
        wire.unstick();
        assertEquals(0, queue.nanosInFlight());
    }

    @Test
    void aFrameThatFailsIsReportedAndNothingFollowsIt() {
        wire.stick();
        queue.offer(new Frame("x"));
        queue.offer(new Frame("y"));
        wire.fail();
        assertEquals(1, failures.get());
        queue.offer(new Frame("z"));
        assertEquals(List.of("x"), wire.received());
    }

    @Test
    void afterTheCloseNothingIsSentOrKept() {
        wire.stick();
        queue.offer(new Frame("x"));
        queue.offer(new Frame("y"));
        queue.close();
        assertTrue(queue.offer(new Frame("z")));
        assertEquals(0, queue.waitingFrames());
        wire.unstick();
        assertEquals(List.of("x"), wire.received());
    }

    @Test
    void whatWasAddedBeforeTheCloseIsNotSentAfterIt() {
        queue.add(new Frame("x"));
        queue.add(new Frame("y"));
        queue.close();
        queue.flush();
        assertEquals(List.of(), wire.received());
        assertEquals(0, budget.used());
    }

    @Test
    void framesThatAreAddedTogetherGoOutInOrder() {
        queue.add(new Frame("x"));
        queue.add(new Frame("y"));
        assertEquals(List.of(), wire.received(), "the caller holds a lock");
        queue.flush();
        assertEquals(List.of("x", "y"), wire.received());
        assertEquals(0, budget.used());
    }

    @Test
    void aPingGoesOutBetweenTwoFrames() {
        wire.stick();
        queue.offer(new Frame("x"));
        queue.ping();
        queue.ping();
        queue.offer(new Frame("y"));
        assertEquals(0, wire.pings(), "a frame is in flight");
        wire.unstick();
        assertEquals(1, wire.pings(), "two that were due at once are one");
        assertEquals(List.of("x", "y"), wire.received());
    }

    @Test
    void aPingThatMayHaveToWaitHasAThreadOfItsOwn() {
        queue.offer(new Frame("x".repeat(SendWindow.BYTES)));
        queue.offer(new Frame("y"));
        assertEquals(1, wire.received().size(), "the ping is in flight");
        assertEquals(0, wire.pings());
        pings.remove().run();
        assertEquals(1, wire.pings());
        assertEquals(2, wire.received().size());
    }

    @Test
    void noMoreIsSentAsHavingRoomThanTheSystemBufferHoldsWhereNobodyReads() {
        int sent = 0;
        while (wire.withRoom() == sent) {
            send(100);
            sent++;
            assertTrue(sent < SendWindow.BYTES / 100);
        }
        IntStream.range(0, 100).forEach(i -> send(100));
        assertEquals(sent - 1, wire.withRoom());
        assertEquals(1, wire.pings(), "one that is not answered is enough");
    }

    @Test
    void thePongMakesRoomForWhatWasSentBeforeItsPing() {
        int frames = 1_000;
        for (int i = 0; i < frames; i++) {
            send(100);
            if (wire.pings() > 0) {
                queue.pong(wire.lastPing());
            }
        }
        assertEquals(frames, wire.withRoom());
        assertTrue(wire.pings() <= frames * 110 / (SendWindow.BYTES / 2), "no more pings than needed");
    }

    @Test
    void aPongThatAnswersNoPingMakesNoRoom() {
        IntStream.range(0, 200).forEach(i -> send(100));
        int before = wire.withRoom();
        queue.pong(ByteBuffer.allocate(Long.BYTES));
        queue.pong(ByteBuffer.allocate(0));
        send(1);
        assertEquals(before, wire.withRoom());
    }

    @Test
    void thereIsNoRoomWhileAPongOfTheContainersIsNotProvedToBeRead() {
        send(1);
        assertEquals(1, wire.withRoom());
        wire.pingsOnce();
        send(1);
        assertEquals(1, wire.withRoom());
        pings.remove().run();
        send(1);
        assertEquals(1, wire.withRoom(), "nothing is proved yet");
        queue.pong(wire.lastPing());
        send(1);
        assertEquals(2, wire.withRoom());
    }

    @Test
    void thereIsNoRoomWhereTheContainerDoesNotSayWhatItSends() {
        wire.doesNotCount();
        send(1);
        assertEquals(List.of("x"), wire.received());
        assertEquals(0, wire.withRoom());
    }

    @Test
    void framesGoOutWithoutAPingWhereNobodyCanWaitForIt() {
        OutboundQueue busy = new OutboundQueue(
                wire,
                MAX_FRAMES,
                MAX_BYTES,
                budget,
                refused -> {
                    throw new RejectedExecutionException();
                },
                now::get,
                failures::incrementAndGet);
        wire.pingsOnce();
        busy.ping();
        busy.offer(new Frame("x"));
        busy.offer(new Frame("y"));
        assertEquals(List.of("x", "y"), wire.received());
        assertEquals(0, wire.pings());
        assertEquals(0, busy.nanosInFlight());
        assertEquals(0, failures.get());
    }

    private void send(int bytes) {
        queue.offer(new Frame("x".repeat(bytes)));
    }
}
