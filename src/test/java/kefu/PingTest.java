package kefu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import kefu.it.WsClient;
import org.junit.jupiter.api.Test;

/** Pings, which a container answers by itself, in Tyrus, which is Payara's. */
class PingTest {
    private static final int BURST = 10;

    private static final Map<String, String> SETTINGS =
            Map.of("kefu.pings.rate", "1", "kefu.heartbeat.interval", "1s", "kefu.heartbeat.timeout", "1m");

    @Test
    void noFrameCountsThatIsNoPing() throws Exception {
        try (LocalGateway gateway = new LocalGateway(SETTINGS)) {
            WsClient client = WsClient.connect(gateway.url());
            for (int i = 0; i < 5 * BURST; i++) {
                client.sendInParts("{\"method\":1}", 100);
                assertTrue(client.next().contains("10003"));
            }
            Await.until(() -> client.heartbeats() > 0); // with a ping of the gateway's, and its pong
            for (int i = 0; i < BURST; i++) {
                client.ping();
            }
            client.send("{\"method\":1}");
            assertTrue(client.next().contains("10003"));
        }
    }

    @Test
    void aPingTooManyClosesItsConnection() throws Exception {
        try (LocalGateway gateway = new LocalGateway(SETTINGS)) {
            WsClient client = WsClient.connect(gateway.url());
            try {
                for (int i = 0; i < 10 * BURST; i++) {
                    client.ping();
                }
            } catch (Exception hungUp) {
                // so soon
            }
            assertEquals(4007, client.closeCode());
        }
    }
}
