package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What one client leaves behind that logs in as ever new agents of ever new groups. */
class IdleChannelsTest extends V2Testbed {
    private static final int BOUND = 10;

    private TestGateway bounded() {
        return slow(Map.of("kefu.stream.idle-channels", String.valueOf(BOUND)));
    }

    private static void logInAsManyOthers(TestGateway gateway) {
        TestGateway.Client stranger = gateway.connect();
        for (int i = 0; i < 10 * BOUND; i++) {
            stranger.login("group-" + i, "agent-" + i);
        }
        stranger.close();
    }

    private static JsonObject resumed(TestGateway.Client client) {
        return frames(client).stream()
                .filter(frame -> frame.getString("method", "").equals("resume"))
                .findFirst()
                .orElseThrow()
                .getJsonObject("channels");
    }

    @Test
    void whoIsGoneFindsAnotherEpochAndIsNotFooled() {
        TestGateway gateway = bounded();
        TestGateway.Client agent = v2(gateway);
        JsonObject before = login(agent, "3", "17", "").getJsonObject("channels");
        push(gateway, group("3"), "{\"n\":1}");
        agent.close();
        logInAsManyOthers(gateway);
        assertTrue(gateway.metrics.scrape().contains("bound=\"idle_channels\"} "));
        TestGateway.Client again = v2(gateway);
        JsonObject now = login(again, "3", "17", ",\"channels\":" + before).getJsonObject("channels");
        assertFalse(now.getJsonObject("g:3").getBoolean("recovered"));
        assertFalse(before.getJsonObject("g:3")
                .getString("epoch")
                .equals(now.getJsonObject("g:3").getString("epoch")));
    }

    @Test
    void whoIsConnectedOrMayResumeMissesNothing() {
        TestGateway gateway = bounded();
        TestGateway.Client there = v2(gateway);
        login(there, "4", "18", "");
        TestGateway.Client agent = v2(gateway);
        JsonObject login = login(agent, "3", "17", "");
        agent.lose();
        push(gateway, group("3"), "{\"n\":1}");
        logInAsManyOthers(gateway);
        push(gateway, group("3"), "{\"n\":2}");
        push(gateway, group("4"), "{\"n\":3}");
        TestGateway.Client again = v2(gateway);
        resume(
                again,
                login.getString("ticket"),
                1,
                login.getJsonObject("channels").toString());
        assertTrue(resumed(again).getJsonObject("g:3").getBoolean("recovered"));
        assertEquals(List.of(1, 2), heard(again, "g:3"));
        assertEquals(List.of(3), heard(there, "g:4"));
    }
}
