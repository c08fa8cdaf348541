package kefu.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import kefu.Await;
import org.junit.jupiter.api.Test;

/** A backend that is taken for dead is left alone for a while, and found again. */
class BreakerTest extends HttpBackendTestbed {
    private volatile boolean dead;

    private StubService service() throws Exception {
        return service((request, socket) -> {
            if (dead || request.line().contains("reset")) {
                reset(socket);
            }
            StubService.ok(socket, request.line().contains("long") ? "x".repeat(2_000) : "ok");
        });
    }

    private static void reset(Socket socket) throws Exception {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    private String scrape(String outcome) {
        return metrics.scrape()
                .lines()
                .filter(line -> line.startsWith("kefu_backend_calls_seconds_count{outcome=\"" + outcome + "\"}"))
                .map(line -> line.substring(line.indexOf(' ') + 1))
                .findAny()
                .orElseThrow();
    }

    @Test
    void aDeadBackendIsSentNothingAndEachCallIsAnsweredAtOnce() throws Exception {
        settings.put("kefu.backend.breaker.delay", "5m");
        StubService service = service();
        HttpBackend backend = backend(service.url());
        dead = true;
        for (int i = 0; i < 20; i++) {
            assertEquals(NO_ANSWER, answer(backend, "any"));
        }
        int sent = service.requests.size();
        dead = false;
        for (int i = 0; i < 100; i++) {
            CompletableFuture<Backend.Answer> answer = backend.call(call("any")).toCompletableFuture();
            assertTrue(answer.isDone());
            assertEquals(NO_ANSWER, answer.get());
        }
        assertEquals(sent, service.requests.size());
        assertEquals("100", scrape("broken"));
        assertEquals("20", scrape("no_answer"));
    }

    @Test
    void itIsFoundAgain() throws Exception {
        settings.put("kefu.backend.breaker.delay", "10ms");
        StubService service = service();
        HttpBackend backend = backend(service.url());
        dead = true;
        for (int i = 0; i < 20; i++) {
            answer(backend, "any");
        }
        dead = false;
        Await.until(() -> backend.call(call("any")).toCompletableFuture().join() instanceof Backend.Answered);
        for (int i = 0; i < 30; i++) {
            Await.until(() -> backend.call(call("any")).toCompletableFuture().join() instanceof Backend.Answered);
        }
        assertEquals(new Backend.Answered("ok"), answer(backend, "any"));
    }

    @Test
    void threeCallsAtATimeTryIt() throws Exception {
        settings.put("kefu.backend.breaker.delay", "10ms");
        CountDownLatch held = new CountDownLatch(1);
        StubService service = service((request, socket) -> {
            if (request.line().contains("reset")) {
                reset(socket);
            }
            held.await(30, TimeUnit.SECONDS);
            StubService.ok(socket, "ok");
        });
        HttpBackend backend = backend(service.url());
        for (int i = 0; i < 20; i++) {
            answer(backend, "reset");
        }
        List<CompletableFuture<Backend.Answer>> probes = new ArrayList<>();
        Await.until(() -> {
            CompletableFuture<Backend.Answer> call = backend.call(call("any")).toCompletableFuture();
            if (!call.isDone()) {
                probes.add(call);
            }
            return probes.size() == 3;
        });
        for (int i = 0; i < 50; i++) {
            assertEquals(
                    NO_ANSWER, backend.call(call("any")).toCompletableFuture().getNow(null));
        }
        held.countDown();
        for (CompletableFuture<Backend.Answer> probe : probes) {
            assertEquals(new Backend.Answered("ok"), probe.get(30, TimeUnit.SECONDS));
        }
        assertEquals(new Backend.Answered("ok"), answer(backend, "any"));
    }

    @Test
    void fewFailuresShutNobodyOff() throws Exception {
        HttpBackend backend = backend(service().url());
        for (int i = 0; i < 19; i++) {
            assertEquals(NO_ANSWER, answer(backend, "reset"));
        }
        assertEquals(new Backend.Answered("ok"), answer(backend, "any"));
    }

    @Test
    void failuresAmongMoreAnswersShutNobodyOff() throws Exception {
        HttpBackend backend = backend(service().url());
        for (int i = 0; i < 40; i++) {
            assertEquals(new Backend.Answered("ok"), answer(backend, "any"), "round " + i);
            assertEquals(NO_ANSWER, answer(backend, "reset"));
            assertEquals(new Backend.Answered("ok"), answer(backend, "any"), "round " + i);
        }
    }

    @Test
    void anAnswerThatIsTooLongIsNoSignOfDeath() throws Exception {
        settings.put("kefu.backend.max-response-bytes", "1000");
        StubService service = service();
        HttpBackend backend = backend(service.url());
        for (int i = 0; i < 30; i++) {
            assertEquals(NO_ANSWER, answer(backend, "long"));
        }
        assertEquals(new Backend.Answered("ok"), answer(backend, "any"));
    }

    @Test
    void withoutABreakerEachCallIsSent() throws Exception {
        settings.put("kefu.backend.breaker.calls", "0");
        StubService service = service();
        HttpBackend backend = backend(service.url());
        for (int i = 0; i < 30; i++) {
            assertEquals(NO_ANSWER, answer(backend, "reset"));
        }
        assertEquals(new Backend.Answered("ok"), answer(backend, "any"));
    }
}
