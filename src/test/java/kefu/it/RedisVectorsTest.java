package kefu.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kefu.LocalGateway;
import kefu.broker.redis.RedisServer;
import kefu.protocol.Json;
import org.junit.jupiter.api.Test;

/** The recorded conversations with a gateway that keeps all in Redis. */
class RedisVectorsTest {
    @Test
    void everyRecordedConversationGoesAsRecorded() throws Exception {
        JsonObject recorded = Json.parse(Files.readString(Path.of("src/test/resources/seed-protocol.json")))
                .orElseThrow()
                .asJsonObject();
        List<String> differences = new ArrayList<>();
        try (StubBackend backend = new StubBackend(0, recorded.getJsonObject("backend"))) {
            Map<String, String> settings = new HashMap<>(RedisServer.shared().settings());
            settings.put("kefu.backend.url", "http://127.0.0.1:" + backend.port() + "/service/customer/");
            settings.put("kefu.backend.token", "t-1+2/3");
            try (LocalGateway gateway = new LocalGateway(settings)) {
                for (JsonValue vector : recorded.getJsonArray("vectors")) {
                    try (Player player = new Player(() -> WsClient.connect(gateway.url()), backend)) {
                        List<String> found = player.play(vector.asJsonObject());
                        if (!found.isEmpty()) {
                            differences.add(vector.asJsonObject().getString("name") + "\n" + String.join("\n", found));
                        }
                    }
                }
            }
        }
        assertEquals("", String.join("\n\n", differences));
    }
}
