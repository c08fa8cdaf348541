package kefu.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import kefu.protocol.Json;
import org.jspecify.annotations.Nullable;

/** A backend that is told events. It may be away, and it may fail. */
final class EventReceiver implements AutoCloseable {
    private final int port;
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final AtomicInteger failures = new AtomicInteger();
    private @Nullable HttpServer server;

    /** One try. @param gap whether it said that something may be missing */
    record Received(int status, String signature, boolean gap, String body) {
        JsonObject event() {
            return Json.parse(body).orElseThrow().asJsonObject();
        }

        long version() {
            return event().getJsonNumber("version").longValue();
        }

        /** Whom it is about. */
        String agent() {
            return event().getString("customer_id") + " in " + event().getString("bid");
        }

        String what() {
            return event().getString("event");
        }
    }

    EventReceiver(int port) {
        this.port = port;
    }

    /** Comes back, and answers the next requests by 500. */
    void start(int failing) throws IOException {
        failures.set(failing);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 100);
        server.createContext("/events", this::answer);
        server.start();
    }

    /** From now on connections are refused. */
    void stop() {
        Objects.requireNonNull(server).stop(0);
        server = null;
    }

    /** Every try there was, in order. */
    List<Received> tries() {
        return received;
    }

    List<Received> accepted() {
        return received.stream().filter(one -> one.status() == 204).toList();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        int status = failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0 ? 500 : 204;
        received.add(new Received(
                status,
                String.valueOf(exchange.getRequestHeaders().getFirst("X-Kefu-Signature")),
                "true".equals(exchange.getRequestHeaders().getFirst("X-Kefu-Gap")),
                body));
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    @Override
    public void close() {
        if (server != null) {
            stop();
        }
    }
}
