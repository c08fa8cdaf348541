package kefu.api;

import jakarta.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import kefu.broker.Presence;
import kefu.config.ApiKey;
import kefu.config.Settings;
import kefu.connection.FakeWire;
import kefu.gateway.TestGateway;
import kefu.metrics.Metrics;
import kefu.protocol.Json;
import kefu.protocol.Version;
import org.junit.jupiter.api.AfterEach;

/** The API of a gateway that has no container. */
abstract class ApiTestCalls {
    static final String KEY = "0123456789abcdef";
    static final int MAX_BYTES = 1 << 20;
    static final String JSON = "application/json";

    static final AtomicInteger DRAINS = new AtomicInteger();

    final TestGateway gateway = new TestGateway();
    final Api api = api(gateway, gateway.presence);

    static Api api(TestGateway gateway, Presence presence) {
        return api(gateway, presence, Map.of("kefu.api.key", KEY));
    }

    static Api api(TestGateway gateway, Presence presence, Map<String, String> set) {
        Settings settings = Settings.from(name -> Optional.ofNullable(set.get(name)));
        return new Api(
                Routes.of(gateway.broker, presence, gateway.commands, DRAINS::incrementAndGet),
                ApiKey.of(settings, Path.of("")),
                settings,
                new Metrics(List.of(), List.of(), List.of()),
                gateway.lifecycle);
    }

    @AfterEach
    final void close() {
        gateway.close();
    }

    static Answer send(Api to, String verb, String path, String query, String key, String type, byte[] body) {
        return to.answer(new Api.Received(verb, path, query, key, type, new ByteArrayInputStream(body)));
    }

    Answer send(String verb, String path, String query, String body) {
        Answer answer = send(api, verb, path, query, "Bearer " + KEY, JSON, body.getBytes(StandardCharsets.UTF_8));
        gateway.settle();
        return answer;
    }

    static JsonObject json(Answer answer) {
        return Json.parse(answer.json()).orElseThrow().asJsonObject();
    }

    String client(String uid) {
        TestGateway.Client client = gateway.connect(new FakeWire(), Version.V2);
        client.login("g", uid);
        return client.connection.client();
    }
}
