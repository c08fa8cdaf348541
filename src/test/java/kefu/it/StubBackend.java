package kefu.it;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import kefu.protocol.Json;

/** The backend of the recorded conversations: answers by the rules that stand beside them. */
final class StubBackend implements AutoCloseable {
    private static final String BASE = "/service/customer/";

    /** What a call was. */
    record Received(String verb, String path, String query, Headers headers, String body) {}

    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private final JsonObject rules;

    StubBackend(int port, JsonObject rules) throws IOException {
        this.rules = rules;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 1024);
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** Every call there was, oldest first. */
    List<Received> received() {
        return received;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        received.add(new Received(
                exchange.getRequestMethod(),
                exchange.getRequestURI().getRawPath(),
                exchange.getRequestURI().getRawQuery(),
                exchange.getRequestHeaders(),
                body));
        String method = exchange.getRequestURI().getPath().substring(BASE.length());
        JsonObject rule = rules.getJsonObject(rules.containsKey(method) ? method : "*");
        if (rule.containsKey("hang")) {
            return; // the exchange stays open until the gateway gives up
        }
        pause(rule.getInt("delay", 0));
        if (rule.containsKey("reset")) {
            exchange.close(); // without an answer
            return;
        }
        String text = rule.containsKey("echo")
                ? "{\"code\":0,\"method\":" + Json.text(method) + ",\"got\":" + body + "}"
                : rule.getString("body", "").repeat(rule.getInt("repeat", 1));
        exchange.getResponseHeaders().add("Content-Type", rule.getString("type", "application/json"));
        if (rule.containsKey("headers")) {
            rule.getJsonObject("headers").forEach((name, value) -> exchange.getResponseHeaders()
                    .add(name, ((JsonString) value).getString()));
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(rule.getInt("status"), bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }

    /** A slow backend is slow. */
    private static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
