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

    /** Calls of {@code reset} are reset, of {@code held} answered when the latch opens, all others at once. */
    private StubService deadly(CountDownLatch held) throws Exception {
        return service((request, socket) -> {
            if (request.line().contains("reset")) {
                socket.setSoLinger(true, 0);
                socket.close();
            } else if (request.line().contains("held")) {
                held.await(30, TimeUnit.SECONDS);
            }
            StubService.ok(socket, "ok");
        });
    }

    private void die(HttpBackend backend) throws Exception {
        for (int i = 0; i < 20; i++) {
            assertEquals(NO_ANSWER, answer(backend, "reset"));
        }
    }

    private static Backend.Answer now(HttpBackend backend) {
        return backend.call(call("any")).toCompletableFuture().join();
    }

    private String unanswered() {
        return metrics.scrape()
                .lines()
                .filter(line -> line.startsWith("kefu_backend_calls_seconds_count{outcome=\"no_answer\"}"))
                .findAny()
                .orElseThrow();
    }

    @Test
    void aDeadBackendIsTriedOnNewConnections() throws Exception {
        settings.put("kefu.backend.breaker.delay", "10ms");
        CountDownLatch held = new CountDownLatch(1);
        ForgetfulProxy proxy = proxy(deadly(held), Manner.RESET);
        HttpBackend backend = backend(proxy.url(), now);
        CompletableFuture<Backend.Answer> late = backend.call(call("held")).toCompletableFuture();
        die(backend);
        held.countDown();
        assertEquals(OK, late.get(30, TimeUnit.SECONDS)); // its connection is kept
        proxy.forget();
        String before = unanswered();
        Await.until(() -> now(backend).equals(OK));
        assertEquals(before, unanswered(), "the first that tried it was answered");
    }

    @Test
    void aConnectionThatIsLostWhileTheBackendIsTriedShutsItOutForNoLongerThanTheDelay() throws Exception {
        settings.put("kefu.backend.breaker.delay", "10ms");
        ForgetfulProxy proxy = proxy(deadly(new CountDownLatch(0)), Manner.RESET);
        HttpBackend backend = backend(proxy.url(), now);
        die(backend);
        Await.until(() -> now(backend).equals(OK));
        proxy.forget();
        assertEquals(NO_ANSWER, now(backend));
        Await.until(() -> now(backend).equals(OK));
        Await.until(() -> now(backend).equals(OK));
        Await.until(() -> now(backend).equals(OK));
        assertEquals(List.of(OK, OK), List.of(now(backend), now(backend)));
    }
}
