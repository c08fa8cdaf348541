package kefu.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.net.ServerSocket;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import kefu.Await;
import kefu.broker.Member;
import kefu.protocol.Id;
import kefu.protocol.Json;
import kefu.protocol.Version;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpBackendTest extends HttpBackendTestbed {
    @Test
    void postsTheMessageUnderTheMethodsName() throws Exception {
        StubService service = service((request, socket) -> StubService.ok(socket, "{\"答\":1}"));
        assertEquals(new Backend.Answered("{\"答\":1}"), answer(backend(service.url()), "order/中文"));
        StubService.Received request = service.requests.get(0);
        assertEquals("POST /service/customer/order/%e4%b8%ad%e6%96%87?token=s%26e%20t HTTP/1.1", request.line());
        assertEquals("application/json", request.headers().get("content-type"));
        assertEquals("{\"method\":\"order/中文\",\"o\":{},\"n\":1.50}", request.body());
        assertNull(request.headers().get("x-kefu-client"), "nobody is logged in");
        assertNull(request.headers().get("upgrade"), "HTTP/1.1 it stays");
    }

    @Test
    void halfASurrogatePairGoesAsTheEscapeThatItCameAs() throws Exception {
        StubService service = service((request, socket) -> StubService.ok(socket, "{}"));
        String body = "{\"method\":\"m\",\"\\ude00\":\"\\ud83d?\"}";
        backend(service.url())
                .call(new Backend.Call(
                        "m",
                        Json.parse(body).orElseThrow().asJsonObject(),
                        "client-1",
                        Optional.empty(),
                        Optional.empty()))
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
        assertEquals(body, service.requests.get(0).body());
    }

    @Test
    void theTokenMayGoInAHeaderAndThenIsInNoAddress() throws Exception {
        settings.put("kefu.backend.token-as-header", "true");
        StubService service = service((request, socket) -> StubService.ok(socket, "{}"));
        answer(backend(service.url()), "order");
        StubService.Received request = service.requests.get(0);
        assertEquals("POST /service/customer/order HTTP/1.1", request.line());
        assertEquals("Bearer s&e t", request.headers().get("authorization"));
    }

    @Test
    void afterItsEndItKeepsNoConnectionAndNoThread() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        StubService service = service((request, socket) -> StubService.ok(socket, "{}"));
        HttpBackend backend = backend(service.url());
        answer(backend, "any");
        backend.close();
        Await.until(() -> {
            System.gc(); // with which the client's end begins
            return Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().startsWith("HttpClient-") && !before.contains(thread));
        });
    }

    @Test
    void tellsWhoIsLoggedIn() throws Exception {
        StubService service = service((request, socket) -> StubService.ok(socket, ""));
        Member member = new Member("client-1", id("\"三\""), id("17"), "张三", Version.V1, "node", 0);
        backend(service.url())
                .call(call("echo", Optional.of(member)))
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
        Map<String, String> headers = service.requests.get(0).headers();
        assertEquals("client-1", headers.get("x-kefu-client"));
        assertEquals("17", headers.get("x-kefu-customer-id"));
        assertEquals("%e4%b8%89", headers.get("x-kefu-bid"));
    }

    private static Id id(String json) {
        return Id.of(Json.parse(json).orElseThrow()).orElseThrow();
    }

    @Test
    void keepsItsConnectionForTheNextCall() throws Exception {
        StubService service = service((request, socket) -> StubService.ok(socket, "x"));
        HttpBackend backend = backend(service.url());
        for (int i = 0; i < 10; i++) {
            assertEquals(new Backend.Answered("x"), answer(backend, "echo"));
        }
        assertEquals(1, service.connections.get());
    }

    @Test
    void answersComeOnOneThreadAndNoneIsStartedForThem() throws Exception {
        Semaphore listening = new Semaphore(0);
        StubService service = service((request, socket) -> {
            listening.acquire();
            StubService.write(
                    socket,
                    request.line().contains("fail")
                            ? "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"
                            : "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
        });
        HttpBackend backend = backend(service.url());
        Set<Thread> threads = new HashSet<>();
        long started = started();
        for (int i = 0; i < 50; i++) {
            CompletionStage<Thread> thread =
                    backend.call(call(i % 2 == 0 ? "echo" : "fail")).thenApply(answer -> Thread.currentThread());
            listening.release();
            threads.add(thread.toCompletableFuture().get(30, TimeUnit.SECONDS));
        }
        assertEquals(1, threads.size());
        // one for each call, where the common pool has less than two threads: on one or two cores
        assertTrue(started() - started < 25, "threads were started");
    }

    private static long started() {
        return ManagementFactory.getThreadMXBean().getTotalStartedThreadCount();
    }

    @ParameterizedTest
    @ValueSource(strings = {"201 Created", "204 No Content", "302 Found", "404 Not Found", "500 Oops", "503 Busy"})
    void anyOtherStatusIsAFailure(String status) throws Exception {
        StubService service = service((request, socket) -> StubService.write(
                socket,
                "HTTP/1.1 " + status + "\r\nLocation: /service/customer/echo\r\n"
                        + (status.startsWith("204") ? "\r\n" : "Content-Length: 4\r\n\r\nbody")));
        assertEquals(
                new Backend.Failed(Integer.parseInt(status.substring(0, 3))), answer(backend(service.url()), "echo"));
        assertEquals(1, service.requests.size(), "redirects are not followed, failures not tried again");
    }

    @Test
    void aResetIsNoAnswer() throws Exception {
        StubService service = service((request, socket) -> {
            socket.setSoLinger(true, 0);
            socket.close();
        });
        assertEquals(NO_ANSWER, answer(backend(service.url()), "echo"));
        assertEquals(1, service.requests.size(), "not sent again: nobody knows whether it was done");
    }

    @Test
    void aRefusedConnectionIsNoAnswer() throws Exception {
        URI url;
        try (ServerSocket free = new ServerSocket(0)) {
            url = URI.create("http://127.0.0.1:" + free.getLocalPort() + "/");
        }
        assertEquals(NO_ANSWER, answer(backend(url), "echo"));
    }

    @Test
    void manyRefusedConnectionsAreManyNoAnswers() throws Exception {
        URI url;
        try (ServerSocket free = new ServerSocket(0)) {
            url = URI.create("http://127.0.0.1:" + free.getLocalPort() + "/");
        }
        settings.put("kefu.backend.connections", "1");
        settings.put("kefu.backend.waiting", "5000");
        HttpBackend backend = backend(url);
        List<CompletableFuture<Backend.Answer>> answers = IntStream.range(0, 5000)
                .mapToObj(i -> backend.call(call("echo")).toCompletableFuture())
                .toList();
        for (CompletableFuture<Backend.Answer> answer : answers) {
            assertEquals(NO_ANSWER, answer.get(30, TimeUnit.SECONDS));
        }
    }

    @Test
    void aBodyShorterThanItsLengthIsNoAnswer() throws Exception {
        StubService service = service((request, socket) -> {
            StubService.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort");
            socket.close();
        });
        assertEquals(NO_ANSWER, answer(backend(service.url()), "echo"));
    }

    @Test
    void whatComesBehindABodyIsNobodysAnswer() throws Exception {
        StubService service = service((request, socket) -> StubService.write(
                socket,
                "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbodyHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged"));
        HttpBackend backend = backend(service.url());
        for (int i = 0; i < 20; i++) {
            assertEquals(new Backend.Answered("body"), answer(backend, "echo"));
        }
    }

    @Test
    void noHttpAtAllIsNoAnswer() throws Exception {
        StubService service = service((request, socket) -> {
            StubService.write(socket, "hello\r\n\r\n");
            socket.close();
        });
        assertEquals(NO_ANSWER, answer(backend(service.url()), "echo"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "slow headers", "trickled body", "trickled failure", "endless chunks"})
    void whatDoesNotEndInTimeIsNoAnswerAndItsConnectionIsClosed(String manner) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        AtomicBoolean goOn = new AtomicBoolean(true);
        open.add(() -> goOn.set(false));
        StubService service = service((request, socket) -> {
            StubService.write(
                    socket,
                    switch (manner) {
                        case "nothing" -> "";
                        case "slow headers" -> "HTTP/1.1 200 OK\r\nX";
                        case "trickled body" -> "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n";
                        case "trickled failure" -> "HTTP/1.1 500 Oops\r\nContent-Length: 1000000\r\n\r\n";
                        default -> "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
                    });
            begun.countDown();
            try {
                if (manner.equals("nothing")) {
                    socket.getInputStream().read();
                }
                while (goOn.get()) {
                    StubService.write(socket, manner.equals("endless chunks") ? "1\r\nx\r\n" : "x");
                    Thread.sleep(5); // the trickle itself
                }
            } finally {
                closed.countDown();
            }
        });
        AtomicLong now = new AtomicLong();
        CompletableFuture<Backend.Answer> answer =
                backend(service.url(), now).call(call("echo")).toCompletableFuture();
        assertTrue(begun.await(30, TimeUnit.SECONDS));
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(4_999));
        assertFalse(answer.isDone());
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(1));
        assertEquals(NO_ANSWER, answer.get(30, TimeUnit.SECONDS));
        assertTrue(closed.await(30, TimeUnit.SECONDS), "the connection is closed, whatever the service does");
    }

    @Test
    void severalThreadsTakeTurnsInReadingTheAnswersAndAllEnd() throws Exception {
        selectors = 3;
        int calls = 9;
        CountDownLatch arrived = new CountDownLatch(calls);
        CountDownLatch mayAnswer = new CountDownLatch(1);
        StubService service = service((request, socket) -> {
            arrived.countDown();
            mayAnswer.await();
            StubService.ok(socket, "{}");
        });
        HttpBackend backend = backend(service.url());
        List<CompletableFuture<Thread>> readers = IntStream.range(0, calls)
                .mapToObj(i -> backend.call(call("m"))
                        .thenApply(answer -> Thread.currentThread())
                        .toCompletableFuture())
                .toList();
        assertTrue(arrived.await(30, TimeUnit.SECONDS));
        mayAnswer.countDown();
        Set<Thread> threads = new HashSet<>();
        for (CompletableFuture<Thread> reader : readers) {
            threads.add(reader.get(30, TimeUnit.SECONDS));
        }
        assertEquals(selectors, threads.size());
        backend.close();
        for (Thread thread : threads) {
            Await.until(() -> !thread.isAlive());
        }
    }
}
