package kefu.gateway;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kefu.Await;
import kefu.backend.Backend;
import kefu.broker.Audience;
import kefu.broker.Publication;
import kefu.connection.FakeWire;
import kefu.protocol.Channel;
import kefu.protocol.Id;
import kefu.protocol.Json;
import kefu.protocol.Version;
import org.junit.jupiter.api.AfterEach;

/** A whole gateway, and clients of protocol v2. */
abstract class V2Testbed {
    /** A backend whose calls the test answers. */
    static final class SlowBackend implements Backend {
        final Map<String, CompletableFuture<Answer>> answers = new HashMap<>();
        final List<Call> calls = new ArrayList<>();

        @Override
        public CompletionStage<Answer> call(Call call) {
            calls.add(call);
            return answers.computeIfAbsent(call.method(), method -> new CompletableFuture<>());
        }

        void answer(String method, Answer answer) {
            answers.computeIfAbsent(method, key -> new CompletableFuture<>()).complete(answer);
        }

        List<String> methods() {
            return calls.stream().map(Call::method).toList();
        }

        @Override
        public void close() {}
    }

    final SlowBackend backend = new SlowBackend();
    final List<TestGateway> gateways = new ArrayList<>();

    @AfterEach
    final void close() {
        gateways.forEach(TestGateway::close);
    }

    TestGateway desk() {
        gateways.add(new TestGateway());
        return gateways.get(0);
    }

    TestGateway slow(Map<String, String> settings) {
        gateways.add(new TestGateway(settings, none -> backend));
        return gateways.get(0);
    }

    static TestGateway.Client v2(TestGateway gateway) {
        return gateway.connect(new FakeWire(), Version.V2);
    }

    static List<JsonObject> frames(TestGateway.Client client) {
        client.settle();
        return client.wire.received().stream()
                .map(text -> Json.parse(text).orElseThrow().asJsonObject())
                .toList();
    }

    /** How many pushes of this method the client has. */
    static long pushes(TestGateway.Client client, String method) {
        return frames(client).stream()
                .filter(frame -> frame.containsKey("push"))
                .filter(frame ->
                        frame.getJsonObject("push").getString("method", "").equals(method))
                .count();
    }

    static JsonObject last(TestGateway.Client client) {
        List<JsonObject> frames = frames(client);
        return frames.get(frames.size() - 1);
    }

    static JsonObject object(String text) {
        return Json.parse(text).orElseThrow().asJsonObject();
    }

    static JsonObject login(TestGateway.Client client, String bid, String uid, String more) {
        client.send("{\"method\":\"login\",\"id\":\"l\",\"bid\":\"" + bid + "\",\"customer_id\":\"" + uid
                + "\",\"customer_name\":\"<" + uid + ">\"" + more + "}");
        Await.until(() ->
                frames(client).stream().anyMatch(f -> f.getString("method", "").equals("login")));
        return frames(client).stream()
                .filter(f -> f.getString("method", "").equals("login"))
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    /** @param channels positions, as a JSON object's text */
    static void resume(TestGateway.Client client, String ticket, long attempt, String channels) {
        client.send("{\"method\":\"resume\",\"id\":\"r\",\"ticket\":\"%s\",\"try\":%d,\"channels\":%s}"
                .formatted(ticket, attempt, channels));
    }

    /** What a client has heard of {@code {"n":…}} in a channel. */
    static List<Integer> heard(TestGateway.Client client, String channel) {
        return frames(client).stream()
                .filter(f -> f.getString("ch", "").equals(channel))
                .map(f -> f.getJsonObject("push").getInt("n", -1))
                .filter(n -> n >= 0)
                .toList();
    }

    static void push(TestGateway gateway, Channel channel, String message) {
        gateway.broker.publish(channel, Publication.byBackend(message, Audience.EVERYBODY, Optional.empty()));
        gateway.settle();
    }

    static Channel group(String bid) {
        return Channel.group(Id.ofText(bid).orElseThrow());
    }

    /** The ids in an answer's list. */
    static List<String> names(JsonObject answer) {
        return answer.getJsonArray("customer_list").stream()
                .map(JsonValue::asJsonObject)
                .map(entry -> entry.getString("customer_id"))
                .toList();
    }
}
