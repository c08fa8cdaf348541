package kefu.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import kefu.Await;
import kefu.protocol.ErrorCode;
import org.junit.jupiter.api.Test;

/** How much a backend may answer, how many calls are with it at once, and what becomes of those that wait. */
class HttpBackendBoundsTest extends HttpBackendTestbed {
    @Test
    void aBodyOfTheLargestSizeIsAnAnswerAndOneByteMoreIsNone() throws Exception {
        settings.put("kefu.backend.max-response-bytes", "100000");
        StubService service = service((request, socket) ->
                StubService.ok(socket, "x".repeat(request.line().contains("more") ? 100_001 : 100_000)));
        HttpBackend backend = backend(service.url());
        assertEquals(new Backend.Answered("x".repeat(100_000)), answer(backend, "most"));
        assertEquals(NO_ANSWER, answer(backend, "more"));
    }

    @Test
    void anEndlessBodyEndsAtTheLargestSize() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        StubService service = service((request, socket) -> {
            StubService.write(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            try {
                while (true) {
                    StubService.write(socket, "1000\r\n" + "x".repeat(0x1000) + "\r\n");
                }
            } finally {
                closed.countDown();
            }
        });
        assertEquals(NO_ANSWER, answer(backend(service.url()), "echo"), "before any timeout: the clock stands still");
        assertTrue(closed.await(30, TimeUnit.SECONDS));
    }

    @Test
    void aThousandCallsAreWithTheBackendAtOnce() throws Exception {
        int calls = 1_000;
        CountDownLatch allHere = new CountDownLatch(calls);
        StubService service = service((request, socket) -> {
            allHere.countDown();
            assertTrue(allHere.await(60, TimeUnit.SECONDS)); // nobody is answered until all are here
            StubService.ok(socket, "x");
        });
        HttpBackend backend = backend(service.url());
        List<CompletableFuture<Backend.Answer>> answers = IntStream.range(0, calls)
                .mapToObj(i -> backend.call(call("echo")).toCompletableFuture())
                .toList();
        for (CompletableFuture<Backend.Answer> answer : answers) {
            assertEquals(new Backend.Answered("x"), answer.get(60, TimeUnit.SECONDS));
        }
    }

    @Test
    void moreThanMayBeWithTheBackendWaitAndMoreThanMayWaitAreRefused() throws Exception {
        settings.put("kefu.backend.connections", "2");
        settings.put("kefu.backend.waiting", "3");
        CountDownLatch goOn = new CountDownLatch(1);
        StubService service = service((request, socket) -> {
            assertTrue(goOn.await(30, TimeUnit.SECONDS));
            StubService.ok(socket, "x");
        });
        HttpBackend backend = backend(service.url());
        List<CompletableFuture<Backend.Answer>> answers = IntStream.range(0, 5)
                .mapToObj(i -> backend.call(call("echo")).toCompletableFuture())
                .toList();
        assertEquals(new Backend.Refused(ErrorCode.BUSY), answer(backend, "echo"));
        Await.until(() -> service.requests.size() == 2);
        goOn.countDown();
        for (CompletableFuture<Backend.Answer> answer : answers) {
            assertEquals(new Backend.Answered("x"), answer.get(30, TimeUnit.SECONDS));
        }
        assertEquals(2, service.connections.get());
    }

    @Test
    void whoWaitsTooLongForAConnectionIsToldThatTheGatewayIsBusy() throws Exception {
        settings.put("kefu.backend.connections", "1");
        CountDownLatch here = new CountDownLatch(1);
        StubService service = service((request, socket) -> {
            here.countDown();
            socket.getInputStream().read();
        });
        AtomicLong now = new AtomicLong();
        HttpBackend backend = backend(service.url(), now);
        CompletableFuture<Backend.Answer> first = backend.call(call("a")).toCompletableFuture();
        CompletableFuture<Backend.Answer> second = backend.call(call("b")).toCompletableFuture();
        assertTrue(here.await(30, TimeUnit.SECONDS));
        now.addAndGet(TimeUnit.SECONDS.toNanos(5));
        assertEquals(NO_ANSWER, first.get(30, TimeUnit.SECONDS));
        assertEquals(new Backend.Refused(ErrorCode.BUSY), second.get(30, TimeUnit.SECONDS));
    }

    @Test
    void whatIsLateIsAnsweredByTheWorkerAndTheTimerSendsNothing() throws Exception {
        settings.put("kefu.backend.connections", "1");
        Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
        worker = tasks::add;
        StubService service =
                service((request, socket) -> socket.getInputStream().read());
        AtomicLong now = new AtomicLong();
        HttpBackend backend = backend(service.url(), now);
        CompletableFuture<Backend.Answer> sent = backend.call(call("a")).toCompletableFuture();
        CompletableFuture<Backend.Answer> waiting = backend.call(call("b")).toCompletableFuture();
        now.addAndGet(TimeUnit.SECONDS.toNanos(5));
        Await.until(() -> tasks.size() >= 2);
        assertFalse(sent.isDone() || waiting.isDone());
        tasks.forEach(Runnable::run);
        assertEquals(NO_ANSWER, sent.get(30, TimeUnit.SECONDS));
        assertEquals(new Backend.Refused(ErrorCode.BUSY), waiting.get(30, TimeUnit.SECONDS));
    }

    @Test
    void closingAnswersWhatIsOnItsWay() throws Exception {
        settings.put("kefu.backend.connections", "1");
        StubService service =
                service((request, socket) -> socket.getInputStream().read());
        HttpBackend backend = backend(service.url());
        CompletableFuture<Backend.Answer> first = backend.call(call("a")).toCompletableFuture();
        CompletableFuture<Backend.Answer> second = backend.call(call("b")).toCompletableFuture();
        backend.close();
        assertEquals(NO_ANSWER, first.get(30, TimeUnit.SECONDS));
        assertEquals(NO_ANSWER, second.get(30, TimeUnit.SECONDS));
        assertEquals(NO_ANSWER, answer(backend, "c"));
    }
}
