package kefu.it;

import jakarta.json.JsonString;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import kefu.protocol.Json;
import org.jspecify.annotations.Nullable;

/** A client whose network blocks WebSocket. Its posts go one after the other. Thread-safe. */
public final class StreamClient implements ChatClient, Flow.Subscriber<String> {
    /** By default it would change to HTTP/2 on Payara, where a stream that the client has left has no end that shows. */
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final URI url;
    private final CompletableFuture<String> id = new CompletableFuture<>();
    private final CompletableFuture<String> closed = new CompletableFuture<>();
    private final ReceivedFrames frames = new ReceivedFrames();
    private CompletableFuture<Integer> posted = CompletableFuture.completedFuture(204);
    private long posts;
    private String type = "message";
    private String data = "";
    private volatile Flow.@Nullable Subscription subscription;

    private StreamClient(URI url) {
        this.url = url;
    }

    /** @param socket where the gateway's WebSocket is */
    public static StreamClient connect(URI socket) throws Exception {
        return connect(socket, "");
    }

    /** One of protocol v2. */
    public static StreamClient connectV2(URI socket) throws Exception {
        return connect(socket, "?protocol=kefu.v2");
    }

    private static StreamClient connect(URI socket, String query) throws Exception {
        URI url = of(socket);
        StreamClient client = new StreamClient(url);
        HTTP.sendAsync(
                        HttpRequest.newBuilder(URI.create(url + query)).build(),
                        answer -> HttpResponse.BodySubscribers.fromLineSubscriber(client))
                .whenComplete((answer, fault) -> client.closed.completeExceptionally(
                        fault == null ? new IOException("the stream has ended") : fault));
        client.id.get(30, TimeUnit.SECONDS);
        return client;
    }

    /** The secret with which it posts. */
    String id() {
        return id.join();
    }

    /** Where the streams are. @param socket where the gateway's WebSocket is */
    static URI of(URI socket) {
        return URI.create(socket.toString().replaceFirst("^ws", "http") + "/stream");
    }

    @Override
    public void send(String text) throws Exception {
        String event = text.contains("\n") || text.contains("\r")
                ? "event: quoted\ndata: " + Json.text(text)
                : "data: " + text;
        int status = post(event).get(30, TimeUnit.SECONDS);
        if (status != 204) {
            throw new IOException("answered " + status);
        }
    }

    @Override
    public void sendBinary(String text) throws Exception {
        send(text);
    }

    private synchronized CompletableFuture<Integer> post(String event) {
        long number = ++posts;
        posted = posted.thenCompose(before -> post(url, id.join(), number, event + "\n\n"));
        return posted;
    }

    /** @param first the number of the first event @return the status */
    static CompletableFuture<Integer> post(URI url, String id, long first, String events) {
        HttpRequest request = HttpRequest.newBuilder(url)
                .header("X-Kefu-Connection", id)
                .header("X-Kefu-Sequence", Long.toString(first))
                .POST(HttpRequest.BodyPublishers.ofString(events))
                .build();
        return HTTP.sendAsync(request, HttpResponse.BodyHandlers.discarding()).thenApply(HttpResponse::statusCode);
    }

    @Override
    public void close() throws Exception {
        post("event: close\ndata: 1000").get(30, TimeUnit.SECONDS);
    }

    /**
     * Has the gateway write until it notices: a container finds that a line is gone with its second write, or one soon after.
     * Else that would be one of the next heartbeats.
     */
    @Override
    public void abort() {
        Objects.requireNonNull(subscription).cancel();
        for (int i = 0; i < 100 && post("data: {\"n\":1}").join() == 204; i++) {
            LockSupport.parkNanos(5_000_000);
        }
    }

    @Override
    public String closeCodeAndReason() throws Exception {
        return closed.get(30, TimeUnit.SECONDS);
    }

    @Override
    public int waiting() {
        return frames.count();
    }

    @Override
    public List<String> take() {
        return frames.takeAll();
    }

    @Override
    public String next() throws InterruptedException {
        return frames.take();
    }

    @Override
    public void onSubscribe(Flow.Subscription to) {
        subscription = to;
        to.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(String line) {
        if (line.startsWith("event: ")) {
            type = line.substring("event: ".length());
        } else if (line.startsWith("data: ")) {
            data = line.substring("data: ".length());
        } else if (line.isEmpty()) {
            happened();
            type = "message";
        }
    }

    private void happened() {
        switch (type) {
            case "open" ->
                id.complete(Json.parse(data).orElseThrow().asJsonObject().getString("connection"));
            case "ping" -> post("event: pong\ndata: " + data);
            case "close" -> closed.complete(data);
            case "message" -> frames.add(data);
            case "quoted" -> frames.add(((JsonString) Json.parse(data).orElseThrow()).getString());
            default -> throw new AssertionError(type);
        }
    }

    @Override
    public void onError(Throwable fault) {
        closed.completeExceptionally(fault);
    }

    @Override
    public void onComplete() {}
}
