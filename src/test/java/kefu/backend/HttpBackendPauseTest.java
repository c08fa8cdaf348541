package kefu.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import org.junit.jupiter.api.Test;

/** The gateway stands still while calls are with the backend. */
class HttpBackendPauseTest extends HttpBackendTestbed {
    private final AtomicInteger looks = new AtomicInteger();

    @Override
    LongSupplier awakeTime(AtomicLong nanoTime) {
        AwakeTime time = new AwakeTime(nanoTime::get);
        return () -> {
            looks.incrementAndGet();
            return time.getAsLong();
        };
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
        AtomicLong clock = new AtomicLong(System.nanoTime());
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
