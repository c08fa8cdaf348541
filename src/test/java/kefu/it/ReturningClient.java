package kefu.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import kefu.protocol.Json;

/** An agent's client that comes back after a restart as the page's does, and keeps the numbers that it was pushed. */
final class ReturningClient implements AutoCloseable {
    private final URI url;
    private final String uid;
    private final boolean isV2;
    private final List<Integer> numbers = new ArrayList<>();
    private final List<String> presence = new ArrayList<>();
    private final Map<String, String> epochs = new TreeMap<>(); // by channel
    private final Map<String, String> positions = new TreeMap<>(); // by channel, as JSON
    private WsClient socket;
    private String ticket = "";
    private int attempt;

    /** Logs in. @param isV2 else it speaks version 1, and logs in again after each loss */
    ReturningClient(URI url, String uid, boolean isV2) throws Exception {
        this.url = url;
        this.uid = uid;
        this.isV2 = isV2;
        this.socket = connect();
        login();
        this.presence.clear();
    }

    private WsClient connect() throws Exception {
        return isV2 ? WsClient.connectV2(url) : WsClient.connect(url);
    }

    private void login() throws Exception {
        socket.send("{\"method\":\"login\",\"bid\":\"two\",\"customer_id\":\"%s\",\"customer_name\":\"%s\"}"
                .formatted(uid, uid));
        JsonObject answer = answer("login");
        if (isV2) {
            ticket = answer.getString("ticket");
            take(answer.getJsonObject("channels"));
        }
    }

    /** The answer to this method. What comes before it is kept. */
    private JsonObject answer(String method) throws InterruptedException {
        while (true) {
            JsonObject frame = Json.parse(socket.next()).orElseThrow().asJsonObject();
            if (frame.get("method") instanceof JsonString text
                    && text.getString().equals(method)) {
                return frame;
            }
            keep(frame);
        }
    }

    private void take(JsonObject channels) {
        channels.forEach((channel, at) -> take(
                channel, at.asJsonObject().getString("epoch"), at.asJsonObject().getInt("off")));
    }

    private void take(String channel, String epoch, int offset) {
        epochs.put(channel, epoch);
        positions.put(channel, "{\"epoch\":" + Json.text(epoch) + ",\"off\":" + offset + "}");
    }

    private void keep(JsonObject frame) {
        JsonObject push = frame;
        if (frame.containsKey("push")) {
            push = frame.getJsonObject("push");
            String channel = frame.getString("ch");
            take(channel, Objects.requireNonNull(epochs.get(channel)), frame.getInt("off"));
        }
        if (push.containsKey("n")) {
            numbers.add(push.getInt("n"));
        } else {
            presence.add(push.toString());
        }
    }

    /** Waits until the gateway has sent it off, and comes back at once: one handshake, and one resume or login. */
    void comeBack() throws Exception {
        String end = socket.closeCodeAndReason();
        assertTrue(end.matches("1012 retry=\\d+"), end);
        read();
        socket = connect();
        if (!isV2) {
            login();
            return;
        }
        String channels = String.join(
                ",",
                positions.entrySet().stream()
                        .map(one -> Json.text(one.getKey()) + ":" + one.getValue())
                        .toList());
        socket.send("{\"method\":\"resume\",\"ticket\":\"%s\",\"try\":%d,\"channels\":{%s}}"
                .formatted(ticket, ++attempt, channels));
        JsonObject answer = answer("resume");
        assertEquals(200, answer.getInt("code", 0), answer.toString());
        answer.getJsonObject("channels")
                .forEach(
                        (channel, at) -> assertTrue(at.asJsonObject().getBoolean("recovered"), channel + " " + answer));
        take(answer.getJsonObject("channels"));
    }

    private void read() {
        socket.take().forEach(frame -> keep(Json.parse(frame).orElseThrow().asJsonObject()));
    }

    /** The numbers that it has heard so far, in the order in which they came. */
    List<Integer> numbers() {
        read();
        return numbers;
    }

    /** What it has heard since its first login that was no number: who came and went. */
    List<String> presence() {
        read();
        return presence;
    }

    /** Forgets who came and went so far. */
    void forgetPresence() {
        read();
        presence.clear();
    }

    @Override
    public void close() {
        socket.abort();
    }
}
