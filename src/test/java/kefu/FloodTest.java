package kefu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import kefu.connection.Connection;
import kefu.it.RawClient;
import kefu.it.WsClient;
import org.junit.jupiter.api.Test;

/** Who sends too much, in Tyrus, which is Payara's. */
class FloodTest {
    private static final int BURST = 10;

    private static final Map<String, String> SETTINGS =
            Map.of("kefu.pings.rate", "1", "kefu.heartbeat.interval", "1s", "kefu.heartbeat.timeout", "1m");

    @Test
    void noFrameCountsThatIsNoPing() throws Exception {
        try (LocalGateway gateway = new LocalGateway(SETTINGS)) {
            WsClient client = WsClient.connect(gateway.url());
            for (int i = 0; i < 5 * BURST; i++) {
                client.send("{\"method\":1}");
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

    @Test
    void ofWhatComesAfterItsEndNothingIsLookedAt() throws Exception {
        AtomicInteger messages = new AtomicInteger();
        Logger logger = Logger.getLogger(Connection.class.getName()); // held, or its level would be forgotten
        Handler counter = counter(messages);
        logger.setLevel(Level.FINE);
        logger.addHandler(counter);
        try (LocalGateway gateway = new LocalGateway(Map.of("kefu.requests.rate", "1", "kefu.requests.burst", "1"));
                RawClient client = new RawClient(gateway.url())) {
            client.send(Collections.nCopies(1_000, "beat").toArray(String[]::new));
            assertEquals(4007, client.closeCode());
        } finally {
            logger.removeHandler(counter);
            logger.setLevel(null);
        }
        assertTrue(messages.get() >= 3 && messages.get() < 10, messages::toString); // of a second some more
    }

    private static Handler counter(AtomicInteger messages) {
        return new Handler() {
            @Override
            public void publish(LogRecord said) {
                messages.addAndGet(said.getMessage().startsWith("Received") ? 1 : 0);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }
}
