package kefu.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import kefu.Await;
import kefu.connection.AwakeTime;
import kefu.protocol.ErrorCode;
import org.junit.jupiter.api.Test;

/** The gateway stands still while calls are with the backend. */
class HttpBackendPauseTest extends HttpBackendTestbed {
    private static final Duration TICK = Duration.ofMillis(250);

    private final AtomicInteger looks = new AtomicInteger();
    private final AtomicLong clock = new AtomicLong(System.nanoTime());
    private final AwakeTime time = new AwakeTime(clock::get);

    @Override
    LongSupplier awakeTime(AtomicLong nanoTime) {
        return () -> {
            looks.incrementAndGet();
            return time.getAsLong();
        };
    }

    private void advance(Duration by) {
        for (Duration passed = Duration.ZERO; passed.compareTo(by) < 0; passed = passed.plus(TICK)) {
            clock.addAndGet(TICK.toNanos());
            time.tick();
        }
    }

    @Test
    void whatIsCalledAfterAPauseHasNoMoreThanItsTime() throws Exception {
        settings.put("kefu.backend.connections", "1"); // so the second call has its time from when the first has ended
        CountDownLatch over = new CountDownLatch(1);
        StubService service = service((request, socket) -> assertTrue(over.await(60, TimeUnit.SECONDS)));
        HttpBackend backend = backend(service.url(), clock);
        clock.addAndGet(Duration.ofMinutes(10).toNanos());
        time.tick();
        CompletableFuture<Backend.Answer> first = backend.call(call("hang")).toCompletableFuture();
        CompletableFuture<Backend.Answer> second = backend.call(call("hang")).toCompletableFuture();
        Await.until(() -> service.requests.size() == 1);
        advance(Duration.ofSeconds(4));
        assertFalse(first.isDone());
        CompletableFuture<Backend.Answer> third = backend.call(call("hang")).toCompletableFuture();
        advance(Duration.ofSeconds(2));
        assertEquals(NO_ANSWER, first.get(60, TimeUnit.SECONDS));
        assertEquals(new Backend.Refused(ErrorCode.BUSY), second.get(60, TimeUnit.SECONDS), "it has waited as long");
        Await.until(() -> service.requests.size() == 2);
        advance(Duration.ofSeconds(6));
        assertEquals(NO_ANSWER, third.get(60, TimeUnit.SECONDS));
        over.countDown();
    }

    @Test
    void answersThatCameMeanwhileCountAndTheBackendIsNotTakenForDead() throws Exception {
        int calls = 40; // more than make the breaker open
        CountDownLatch allHere = new CountDownLatch(calls);
        CountDownLatch awake = new CountDownLatch(1);
        StubService service = service((request, socket) -> {
            allHere.countDown();
            assertTrue(awake.await(60, TimeUnit.SECONDS));
            StubService.ok(socket, "x");
        });
        HttpBackend backend = backend(service.url(), clock);
        List<CompletableFuture<Backend.Answer>> answers = IntStream.range(0, calls)
                .mapToObj(i -> backend.call(call("echo")).toCompletableFuture())
                .toList();
        assertTrue(allHere.await(60, TimeUnit.SECONDS));
        clock.addAndGet(Duration.ofSeconds(33).toNanos());
        int before = looks.get();
        Await.until(() -> looks.get() > before + 3); // the timer looks for what is late
        awake.countDown();
        for (CompletableFuture<Backend.Answer> answer : answers) {
            assertEquals(new Backend.Answered("x"), answer.get(60, TimeUnit.SECONDS));
        }
        assertEquals(new Backend.Answered("x"), answer(backend, "echo"));
    }
}
