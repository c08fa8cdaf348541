package kefu.it;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** A client that keeps what it is sent, and only counts heartbeats. Answers pings by itself. Thread-safe. */
public final class WsClient implements WebSocket.Listener, ChatClient {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private final ReceivedFrames frames = new ReceivedFrames();
    private final StringBuilder part = new StringBuilder();
    private final CompletableFuture<String> closed = new CompletableFuture<>();
    private final CompletableFuture<WebSocket> socket = new CompletableFuture<>();

    public static WsClient connect(URI url) throws Exception {
        return connecting(url, HTTP.newWebSocketBuilder()).get(30, TimeUnit.SECONDS);
    }

    /** One of protocol v2. */
    public static WsClient connectV2(URI url) throws Exception {
        return offering(url, "kefu.v2");
    }

    /** Connects, and offers these subprotocols, the one it likes best first. */
    public static WsClient offering(URI url, String best, String... others) throws Exception {
        return connecting(url, HTTP.newWebSocketBuilder().subprotocols(best, others))
                .get(30, TimeUnit.SECONDS);
    }

    /** Connects so many at once. */
    public static List<WsClient> connect(URI url, int count) throws Exception {
        List<CompletableFuture<WsClient>> connecting = IntStream.range(0, count)
                .mapToObj(i -> connecting(url, HTTP.newWebSocketBuilder()))
                .toList();
        List<WsClient> clients = new ArrayList<>();
        for (CompletableFuture<WsClient> one : connecting) {
            clients.add(one.get(60, TimeUnit.SECONDS));
        }
        return clients;
    }

    private static CompletableFuture<WsClient> connecting(URI url, WebSocket.Builder builder) {
        WsClient client = new WsClient();
        return builder.buildAsync(url, client).thenApply(socket -> {
            client.socket.complete(socket);
            return client;
        });
    }

    /** What the gateway took of what was offered; empty: none. */
    public String subprotocol() {
        return socket.join().getSubprotocol();
    }

    @Override
    public void send(String text) throws Exception {
        socket.get().sendText(text, true).get(30, TimeUnit.SECONDS);
    }

    @Override
    public void sendBinary(String text) throws Exception {
        socket.get()
                .sendBinary(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), true)
                .get(30, TimeUnit.SECONDS);
    }

    /** Sends one message in parts of so many characters, with a ping between two. */
    public void sendInParts(String text, int chars) throws Exception {
        for (int from = 0; from < text.length(); from += chars) {
            int to = Math.min(text.length(), from + chars);
            part(from).sendText(text.substring(from, to), to == text.length()).get(30, TimeUnit.SECONDS);
        }
    }

    /** Sends one binary message in parts of so many bytes, with a ping between two. */
    public void sendBinaryInParts(String text, int size) throws Exception {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
        for (int from = 0; from < bytes.limit(); from += size) {
            int to = Math.min(bytes.limit(), from + size);
            part(from)
                    .sendBinary(bytes.slice(from, to - from), to == bytes.limit())
                    .get(30, TimeUnit.SECONDS);
        }
    }

    private WebSocket part(int from) throws Exception {
        if (from > 0) {
            ping();
        }
        return socket.get();
    }

    public void ping() throws Exception {
        socket.get().sendPing(ByteBuffer.allocate(0)).get(30, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws Exception {
        socket.get().sendClose(WebSocket.NORMAL_CLOSURE, "").get(30, TimeUnit.SECONDS);
    }

    @Override
    public void abort() {
        socket.join().abort();
    }

    @Override
    public String closeCodeAndReason() throws Exception {
        return closed.get(30, TimeUnit.SECONDS);
    }

    @Override
    public int waiting() {
        return frames.count();
    }

    /** How many heartbeats have come, by their text. */
    public int heartbeats() {
        return frames.heartbeats();
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
    public synchronized CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        part.append(data);
        if (last) {
            frames.add(part.toString());
            part.setLength(0);
        }
        from.request(1);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closed.complete(code + " " + reason);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onError(WebSocket from, Throwable fault) {
        closed.completeExceptionally(fault);
    }
}
