package kefu.it;

import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import kefu.protocol.Json;

/**
 * Plays one recorded conversation, step by step: sends what it says, and waits for as many frames and backend calls as it
 * expects. One that is not expected is found in that step or a later one; after the last step there is a short quiet time
 * for it, since the protocol has no other way to show that nothing comes.
 */
final class Player implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(15);
    private static final Duration QUIET = Duration.ofMillis(100);

    private final Connector connector;
    private final StubBackend backend;
    private final Map<String, ChatClient> clients = new LinkedHashMap<>();

    /** How a client comes. */
    interface Connector {
        ChatClient connect() throws Exception;
    }

    Player(Connector connector, StubBackend backend) {
        this.connector = connector;
        this.backend = backend;
    }

    /** Plays the conversation. @return what differed, one line a step; empty where all was as expected */
    List<String> play(JsonObject vector) throws Exception {
        List<String> differences = new ArrayList<>();
        JsonArray steps = vector.getJsonArray("steps");
        int compared = backend.received().size();
        for (int i = 0; i < steps.size(); i++) {
            JsonObject step = steps.getJsonObject(i);
            act(step);
            // a step with "wait" 0 goes on at once: what it caused is heard in a later one
            boolean waits = !step.containsKey("wait") || step.getInt("wait") > 0;
            String wantFrames = expected(step, "expect", "observed", "{}");
            String wantCalls = expected(step, "expectBackend", "backend", "[]");
            awaitCalls(step, compared);
            String gotFrames = waits ? frames(step, i == steps.size() - 1) : "{}";
            List<StubBackend.Received> calls = List.copyOf(
                    backend.received().subList(compared, backend.received().size()));
            compared += calls.size();
            String gotCalls = calls(calls);
            if (!wantFrames.equals(gotFrames)) {
                differences.add("step " + i + ": frames\n  want " + wantFrames + "\n  got  " + gotFrames);
            }
            if (!wantCalls.equals(gotCalls)) {
                differences.add("step " + i + ": backend\n  want " + wantCalls + "\n  got  " + gotCalls);
            }
        }
        return differences;
    }

    private void act(JsonObject step) throws Exception {
        if (step.containsKey("open")) {
            for (JsonValue name : step.getJsonArray("open")) {
                clients.put(((JsonString) name).getString(), connector.connect());
            }
        }
        if (step.containsKey("send")) {
            JsonValue send = step.get("send");
            String text = send instanceof JsonString raw ? raw.getString() : send.toString();
            ChatClient client = client(step.getString("client"));
            if (step.getBoolean("binary", false)) {
                client.sendBinary(text);
            } else {
                client.send(text);
            }
        }
        if (step.containsKey("close")) {
            ChatClient client = client(step.getString("close"));
            if (step.getBoolean("abrupt", false)) {
                client.abort();
            } else {
                client.close();
            }
        }
    }

    private ChatClient client(String name) {
        return Objects.requireNonNull(clients.get(name));
    }

    private void awaitCalls(JsonObject step, int before) throws InterruptedException {
        JsonValue calls = step.containsKey("expectBackend") ? step.get("expectBackend") : step.get("backend");
        int want = calls == null ? 0 : calls.asJsonArray().size();
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (backend.received().size() < before + want && System.nanoTime() < end) {
            Thread.sleep(5);
        }
    }

    private String frames(JsonObject step, boolean isLast) throws InterruptedException {
        JsonObject want = step.getJsonObject(step.containsKey("expect") ? "expect" : "observed");
        int count = want == null
                ? 0
                : want.values().stream().mapToInt(f -> f.asJsonArray().size()).sum();
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (waiting() < count && System.nanoTime() < end) {
            Thread.sleep(5);
        }
        if (isLast) {
            Thread.sleep(QUIET.toMillis());
        }
        Map<String, String> got = new TreeMap<>();
        clients.forEach((name, client) -> {
            List<String> frames =
                    client.take().stream().map(Player::normalFrame).toList();
            if (!frames.isEmpty()) {
                got.put(name, frames.toString());
            }
        });
        return got.toString();
    }

    private int waiting() {
        return clients.values().stream().mapToInt(ChatClient::waiting).sum();
    }

    private static String calls(List<StubBackend.Received> calls) {
        return calls.stream()
                .map(call -> "{body=" + normalFrame(call.body()) + ", path=" + call.path() + "}")
                .toList()
                .toString();
    }

    private static String expected(JsonObject step, String ours, String recorded, String none) {
        JsonValue want = step.containsKey(ours) ? step.get(ours) : step.get(recorded);
        if (want == null) {
            return none;
        }
        if (want instanceof JsonArray calls) {
            return calls.stream()
                    .map(JsonValue::asJsonObject)
                    .map(call -> "{body=" + normal("body", call.getOrDefault("body", JsonValue.NULL)) + ", path="
                            + call.getString("path") + "}")
                    .toList()
                    .toString();
        }
        Map<String, String> frames = new TreeMap<>();
        want.asJsonObject()
                .forEach((name, list) -> frames.put(
                        name,
                        list.asJsonArray().stream()
                                .map(f -> normal("", f))
                                .toList()
                                .toString()));
        return frames.toString();
    }

    /** A frame as it is compared: JSON where it is, else {@code {"text":…}}. */
    private static String normalFrame(String text) {
        return Json.parse(text).map(json -> normal("", json)).orElseGet(() -> "{text=" + shortened(text) + "}");
    }

    /** A text of one meaning for a JSON value: members sorted, a timestamp of now as {@code <now>}, the list in any order. */
    private static String normal(String name, JsonValue value) {
        if (value instanceof JsonObject object) {
            Map<String, String> members = new TreeMap<>();
            object.forEach((key, member) -> members.put(key, normal(key, member)));
            return members.toString();
        }
        if (value instanceof JsonArray array) {
            List<String> items = array.stream().map(item -> normal("", item)).toList();
            return (name.equals("customer_list") ? items.stream().sorted().toList() : items).toString();
        }
        if (name.equals("timestamp") && value instanceof JsonNumber time) {
            long seconds = Math.abs(time.longValue() - System.currentTimeMillis() / 1000);
            return seconds < 5 ? "<now>" : value.toString();
        }
        return value instanceof JsonString text ? shortened(text.getString()) : value.toString();
    }

    private static String shortened(String text) {
        return text.length() > 300 ? text.substring(0, 40) + "..." + text.length() : text;
    }

    @Override
    public void close() {
        clients.values().forEach(ChatClient::abort);
    }
}
