package kefu.it;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One of very many clients: keeps the numbers of the pushes that it hears, and nothing else. Thread-safe. */
final class StormClient implements WebSocket.Listener {
    private static final long NONE = -1;

    final String uid;
    final boolean v2;
    private final String group;
    private final StringBuilder part = new StringBuilder();
    private final List<Heard> heard = new ArrayList<>();
    private final CompletableFuture<Long> loggedIn = new CompletableFuture<>();
    private final ConcurrentHashMap<Integer, CompletableFuture<Void>> awaited = new ConcurrentHashMap<>();
    private @Nullable WebSocket socket;
    private @Nullable String failure;
    private boolean leaving;

    /** @param off 0 in v1, where nobody tells it */
    record Heard(int n, long off) {}

    private StormClient(String group, String uid, boolean v2) {
        this.group = group;
        this.uid = uid;
        this.v2 = v2;
    }

    static StormClient login(HttpClient http, URI url, String group, String uid, boolean v2) throws Exception {
        StormClient client = new StormClient(group, uid, v2);
        WebSocket.Builder builder = http.newWebSocketBuilder();
        WebSocket socket = (v2 ? builder.subprotocols("kefu.v2") : builder)
                .buildAsync(url, client)
                .get(60, TimeUnit.SECONDS);
        synchronized (client) {
            client.socket = socket;
        }
        socket.sendText(
                        "{\"method\":\"login\",\"bid\":\"" + group + "\",\"customer_id\":\"" + uid
                                + "\",\"customer_name\":\"n\"}",
                        true)
                .get(60, TimeUnit.SECONDS);
        client.loggedIn.get(60, TimeUnit.SECONDS);
        return client;
    }

    /** The group's position at the login; 0 in v1. */
    long loginOff() {
        return loggedIn.join();
    }

    synchronized List<Heard> heard() {
        return List.copyOf(heard);
    }

    /** Why the connection ended by itself; null: it did not. */
    synchronized @Nullable String failure() {
        return failure;
    }

    void awaitPush(int n) throws Exception {
        CompletableFuture<Void> here = awaited.computeIfAbsent(n, key -> new CompletableFuture<>());
        synchronized (this) {
            if (heard.stream().anyMatch(push -> push.n() == n)) {
                here.complete(null);
            }
        }
        here.get(2, TimeUnit.MINUTES);
    }

    /** Drops the line. What comes after is not heard. */
    synchronized void abort() {
        leaving = true;
        if (socket != null) {
            socket.abort();
        }
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        synchronized (this) {
            part.append(data);
            if (last && !leaving) {
                received(part.toString());
            }
            if (last) {
                part.setLength(0);
            }
        }
        from.request(1);
        return CompletableFuture.completedFuture(null);
    }

    private void received(String frame) {
        long n = number(frame, "\"n\":");
        if (n != NONE) {
            heard.add(new Heard((int) n, v2 ? number(frame, "\"off\":") : 0));
            CompletableFuture<Void> waiting = awaited.get((int) n);
            if (waiting != null) {
                waiting.complete(null);
            }
        } else if (frame.contains("customer_list")) {
            int at = frame.indexOf("\"g:" + group + "\":");
            loggedIn.complete(v2 ? number(frame.substring(at), "\"off\":") : 0);
        }
    }

    /** Two hundred thousand frames a second are parsed as little as will do. */
    private static long number(String frame, String name) {
        int at = frame.indexOf(name);
        if (at < 0) {
            return NONE;
        }
        long number = 0;
        for (int i = at + name.length(); Character.isDigit(frame.charAt(i)); i++) {
            number = 10 * number + frame.charAt(i) - '0';
        }
        return number;
    }

    @Override
    public synchronized CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        failure = "closed with " + code;
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public synchronized void onError(WebSocket from, Throwable fault) {
        if (!leaving) {
            failure = fault.toString();
        }
    }
}
