package kefu.chaos;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import kefu.protocol.Json;

/** The backend of the clients: knows all agents, answers with what it was asked, counts how often each request was done, and hears who is online. */
final class WorkBackend implements AutoCloseable {
    static {
        // the JDK's server closes what is over 200, at the moment perhaps when a request comes
        System.setProperty("sun.net.httpserver.maxIdleConnections", "10000");
    }

    private final Map<String, Integer> done = new ConcurrentHashMap<>();
    private final Map<String, Long> versions = new HashMap<>(); // guarded by this
    private final PresenceLog events = new PresenceLog();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(); // clients do not hold it up
    private final HttpServer server;
    private volatile Held held = new Held("", new CompletableFuture<>());

    private record Held(String uid, CompletableFuture<Void> released) {}

    WorkBackend(int port) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 1024);
        server.createContext("/service/customer/", this::request);
        server.createContext("/events", this::event);
        server.setExecutor(threads);
        server.start();
    }

    /** Who came online, and went offline, as the gateway says. */
    PresenceLog events() {
        return events;
    }

    int doneTwice() {
        return (int) done.values().stream().filter(times -> times > 1).count();
    }

    /** Whether a request of this client has come. */
    boolean hasHeard(String uid, int number) {
        return done.containsKey(uid + " " + number);
    }

    /** Answers the logins of this agent no more, until {@link #release}. */
    void hold(String uid) {
        held = new Held(uid, new CompletableFuture<>());
    }

    void release() {
        held.released.complete(null);
    }

    /** Whether a login is held. */
    boolean holds() {
        return held.released.getNumberOfDependents() > 0;
    }

    private void request(HttpExchange exchange) throws IOException {
        JsonObject request = body(exchange);
        if (request.getString("method").equals("login")) {
            logIn(exchange, request);
        } else {
            work(exchange, request);
        }
    }

    /** Everybody is who it says. */
    private void logIn(HttpExchange exchange, JsonObject request) {
        String text = request.toString();
        Held now = held;
        if (now.uid.equals(request.getString("customer_id"))) {
            now.released.thenRun(() -> answer(exchange, text));
        } else {
            answer(exchange, text);
        }
    }

    private void work(HttpExchange exchange, JsonObject request) {
        String uid = request.getString("c");
        int k = request.getInt("k");
        done.merge(uid + " " + k, 1, Integer::sum);
        String answer = "{\"c\":\"%s\",\"k\":%d}".formatted(uid, k);
        timer.schedule(
                () -> threads.execute(() -> answer(exchange, answer)),
                request.getInt("wait", 0),
                TimeUnit.MILLISECONDS);
    }

    private void event(HttpExchange exchange) throws IOException {
        count(body(exchange));
        answer(exchange, "{}");
    }

    /** An event may come twice, and twice at one time: from the deployment that has sealed and from the next one. */
    private synchronized void count(JsonObject event) {
        String uid = event.getString("customer_id");
        long version = event.getJsonNumber("version").longValue();
        if (version > versions.getOrDefault(uid, 0L)) {
            versions.put(uid, version);
            events.heard(uid, event.getString("event").equals("online"));
        }
    }

    private static JsonObject body(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        return Json.parse(body).orElseThrow().asJsonObject();
    }

    private static void answer(HttpExchange exchange, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        try (exchange) {
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (IOException gone) {
            // the gateway does not wait any more
        }
    }

    @Override
    public void close() {
        server.stop(0);
        timer.shutdownNow();
        threads.shutdownNow();
    }
}
