package kefu.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import kefu.Await;
import kefu.backend.ForgetfulProxy.Manner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections that are kept for the next call, and lost meanwhile without a word. */
class KeptConnectionsTest extends HttpBackendTestbed {
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(4);
    private static final Backend.Answer OK = new Backend.Answered("ok");

    private final AtomicLong now = new AtomicLong(System.nanoTime());
    private volatile CountDownLatch together = new CountDownLatch(0);
    private volatile boolean dead;

    private StubService service() throws Exception {
        return service((request, socket) -> {
            CountDownLatch all = together;
            all.countDown();
            all.await(30, TimeUnit.SECONDS);
            if (dead) {
                socket.setSoLinger(true, 0);
                socket.close();
            }
            StubService.ok(socket, "ok");
        });
    }

    private ForgetfulProxy proxy(StubService service, Manner manner) throws Exception {
        ForgetfulProxy proxy = new ForgetfulProxy(service.url(), manner);
        open.add(proxy);
        return proxy;
    }

    /** So many calls are with the service at once, each on a connection of its own. */
    private void callTogether(HttpBackend backend, int calls) throws Exception {
        together = new CountDownLatch(calls);
        List<CompletableFuture<Backend.Answer>> answers = begin(backend, calls);
        for (CompletableFuture<Backend.Answer> answer : answers) {
            assertEquals(OK, answer.get(30, TimeUnit.SECONDS));
        }
        together = new CountDownLatch(0);
    }

    private static List<CompletableFuture<Backend.Answer>> begin(HttpBackend backend, int calls) {
        return IntStream.range(0, calls)
                .mapToObj(i -> backend.call(call("call" + i)).toCompletableFuture())
                .toList();
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @ParameterizedTest
    @EnumSource(Manner.class)
    void afterTheIdleTimeEveryCallGoesOnANewConnection(Manner manner) throws Exception {
        StubService service = service();
        ForgetfulProxy proxy = proxy(service, manner);
        HttpBackend backend = backend(proxy.url(), now);
        callTogether(backend, 30);
        proxy.forget();
        pass(IDLE_TIMEOUT.plusMillis(1));
        callTogether(backend, 30);
        assertEquals(60, service.connections.get());
    }

    @Test
    void theIdleTimeIsASetting() throws Exception {
        settings.put("kefu.backend.idle-timeout", "1m");
        StubService service = service();
        HttpBackend backend = backend(service.url(), now);
        callTogether(backend, 1);
        pass(Duration.ofSeconds(59));
        callTogether(backend, 1);
        assertEquals(1, service.connections.get());
        pass(Duration.ofSeconds(61));
        callTogether(backend, 1);
        assertEquals(2, service.connections.get());
    }

    @Test
    void connectionsThatAreUsedInTurnStay() throws Exception {
        StubService service = service();
        HttpBackend backend = backend(service.url(), now);
        callTogether(backend, 3);
        for (int i = 0; i < 30; i++) {
            pass(Duration.ofSeconds(1)); // so each is idle for 3 s
            assertEquals(OK, answer(backend, "any"));
        }
        assertEquals(3, service.connections.get());
    }

    @Test
    void ofManyConnectionsAndFewCallsNoneIsUsedAfterItsIdleTime() throws Exception {
        StubService service = service();
        HttpBackend backend = backend(service.url(), now);
        callTogether(backend, 30);
        for (int i = 0; i < 30; i++) {
            pass(Duration.ofSeconds(1));
            assertEquals(OK, answer(backend, "any"));
        }
        assertEquals(31, service.connections.get(), "one took the place of those that would have been idle for 30 s");
    }

    @Test
    void idleConnectionsAndTheirThreadEndWithoutTheGarbageCollector() throws Exception {
        CountDownLatch closed = new CountDownLatch(5);
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        CountDownLatch all = new CountDownLatch(5);
        StubService service = service((request, socket) -> {
            all.countDown();
            all.await(30, TimeUnit.SECONDS);
            StubService.ok(socket, "ok");
            if (socket.getInputStream().read() < 0) {
                closed.countDown();
            }
        });
        for (CompletableFuture<Backend.Answer> answer : begin(backend(service.url(), now), 5)) {
            assertEquals(OK, answer.get(30, TimeUnit.SECONDS));
        }
        pass(IDLE_TIMEOUT.plusMillis(1));
        assertTrue(closed.await(30, TimeUnit.SECONDS), "the service sees them close");
        Await.until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("HttpClient-") && !before.contains(thread)));
    }

    @ParameterizedTest
    @EnumSource(Manner.class)
    void whatIsLostWithAKeptConnectionIsSentOnceAndNotHeldAgainstTheBackend(Manner manner) throws Exception {
        StubService service = service();
        ForgetfulProxy proxy = proxy(service, manner);
        HttpBackend backend = backend(proxy.url(), now);
        callTogether(backend, 40);
        proxy.forget();
        List<CompletableFuture<Backend.Answer>> lost = begin(backend, 40);
        if (manner == Manner.SWALLOW) {
            pass(Duration.ofSeconds(5));
        }
        int sent = 40;
        for (CompletableFuture<Backend.Answer> answer : lost) {
            sent += answer.get(30, TimeUnit.SECONDS).equals(NO_ANSWER) ? 0 : 1;
        }
        assertTrue(sent < 80, "one is lost at least; where that is seen at once, the next ones go on new connections");
        assertEquals(sent, service.requests.size(), "what is lost is not sent again");
        assertEquals(OK, answer(backend, "any"), "the backend is not taken for dead");
    }

    @Test
    void whereOneKeptConnectionWasLostTheOthersAreNotUsedEither() throws Exception {
        StubService service = service();
        ForgetfulProxy proxy = proxy(service, Manner.RESET);
        HttpBackend backend = backend(proxy.url(), now);
        callTogether(backend, 10);
        proxy.forget();
        assertEquals(NO_ANSWER, answer(backend, "any"));
        for (int i = 0; i < 10; i++) {
            assertEquals(OK, answer(backend, "any"));
        }
    }

    @Test
    void aBackendThatDiesIsTakenForDeadAllTheSame() throws Exception {
        settings.put("kefu.backend.breaker.delay", "5m");
        StubService service = service();
        HttpBackend backend = backend(service.url(), now);
        callTogether(backend, 10);
        dead = true;
        for (int i = 0; i < 31; i++) {
            assertEquals(NO_ANSWER, answer(backend, "any"));
        }
        int sent = service.requests.size();
        assertEquals(NO_ANSWER, answer(backend, "any"));
        assertEquals(sent, service.requests.size(), "no call is sent");
    }

    @Test
    void aDeadBackendIsTriedOnNewConnections() throws Exception {
        settings.put("kefu.backend.breaker.delay", "10ms");
        StubService service = service((request, socket) -> {
            if (request.line().contains("reset")) {
                socket.setSoLinger(true, 0);
                socket.close();
            }
            StubService.ok(socket, "ok");
        });
        ForgetfulProxy proxy = proxy(service, Manner.RESET);
        HttpBackend backend = backend(proxy.url(), now);
        for (int i = 0; i < 10; i++) {
            answer(backend, "any"); // keeps its connection
        }
        List<CompletableFuture<Backend.Answer>> resets = IntStream.range(0, 40)
                .mapToObj(i -> backend.call(call("reset")).toCompletableFuture())
                .toList();
        for (CompletableFuture<Backend.Answer> reset : resets) {
            assertEquals(NO_ANSWER, reset.get(30, TimeUnit.SECONDS));
        }
        proxy.forget();
        Await.until(() -> backend.call(call("any")).toCompletableFuture().join().equals(OK));
        for (int i = 0; i < 5; i++) {
            assertEquals(OK, answer(backend, "any"), "the first that tried it was right");
        }
    }
}
