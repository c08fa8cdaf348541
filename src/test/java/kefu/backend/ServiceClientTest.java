package kefu.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A service may answer at any time: also before {@code send} has returned, and just before the request is given up. */
class ServiceClientTest {
    private static final ServiceClient.Outcome OK = new ServiceClient.Answered(200, "ok");

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private StubService service;
    private ServiceClient client;
    private volatile CompletableFuture<?> holdsUpSend = CompletableFuture.completedFuture(null);

    @BeforeEach
    void open() throws Exception {
        service = new StubService((request, socket) -> StubService.ok(socket, "ok"));
        client = new ServiceClient(
                service.url(),
                1024,
                Runnable::run,
                System::nanoTime,
                1,
                () -> new ConnectionPool(
                        () -> new ClosableHttpClient(MINUTE, this::run), MINUTE, 10, System::nanoTime));
    }

    /** The HTTP client sends a request here, within {@code send}. */
    private void run(Runnable task) {
        task.run();
        if (!Thread.currentThread().getName().startsWith("HttpClient-")) {
            holdsUpSend.orTimeout(30, TimeUnit.SECONDS).join();
        }
    }

    @AfterEach
    void close() {
        client.close();
        service.close();
    }

    /** @param told runs when the answer has come, on the thread that reads it */
    private ServiceClient.Exchange send(CompletableFuture<ServiceClient.Outcome> answered, Runnable told) {
        return client.send(service.url(), Map.of(), "{}", outcome -> {
            answered.complete(outcome);
            told.run();
        });
    }

    private void answered() throws Exception {
        CompletableFuture<ServiceClient.Outcome> answered = new CompletableFuture<>();
        send(answered, () -> {});
        assertEquals(OK, answered.get(30, TimeUnit.SECONDS));
    }

    @Test
    void anAnswerThatComesBeforeSendReturnsLeavesTheConnectionForTheNext() throws Exception {
        answered(); // the next request goes on its connection, and so is sent within send
        CompletableFuture<ServiceClient.Outcome> answered = new CompletableFuture<>();
        CompletableFuture<Void> returned = new CompletableFuture<>();
        holdsUpSend = answered;
        send(answered, () -> returned.orTimeout(30, TimeUnit.SECONDS).join());
        holdsUpSend = CompletableFuture.completedFuture(null);
        returned.complete(null);
        answered();
        assertEquals(1, service.connections.get());
    }

    @Test
    void whatIsGivenUpWhileItsAnswerIsToldLeavesTheConnectionForTheNext() throws Exception {
        CompletableFuture<ServiceClient.Outcome> answered = new CompletableFuture<>();
        CompletableFuture<Void> givenUp = new CompletableFuture<>();
        ServiceClient.Exchange exchange =
                send(answered, () -> givenUp.orTimeout(30, TimeUnit.SECONDS).join());
        assertEquals(OK, answered.get(30, TimeUnit.SECONDS));
        exchange.abort();
        givenUp.complete(null);
        answered();
        assertEquals(1, service.connections.get());
    }
}
