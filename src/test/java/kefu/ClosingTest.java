package kefu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import kefu.it.RawClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a client reads at the end of the application, over a real wire from Tyrus. */
@SuppressWarnings("NullAway.Init")
class ClosingTest {
    private static final Duration LONG = Duration.ofSeconds(10);

    private LocalGateway gateway;
    private RawClient client;

    @BeforeEach
    void connect() throws Exception {
        gateway = new LocalGateway(Map.of());
        client = new RawClient(gateway.url());
        client.send("{\"method\":\"login\",\"bid\":1,\"customer_id\":1,\"customer_name\":\"n\"}");
        assertTrue(client.read().contains("login"));
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        gateway.close();
    }

    /** A connection that is closed while the client still writes is reset, and what it has not read is lost. */
    @Test
    void aConnectionIsReadOnUntilItsClientHasClosedToo() throws Exception {
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(gateway::stop);
        assertEquals(1012, client.closeCode());
        client.send("{\"method\":\"sent/too/late\"}");
        assertFalse(client.hasEnded(Duration.ofMillis(100)));
        assertFalse(stopped.isDone());
        client.sendClose(1012);
        assertTrue(client.hasEnded(LONG)); // and nothing comes behind the close frame
        stopped.join();
    }

    @Test
    void aClientThatDoesNotCloseIsCutOff() throws Exception {
        gateway.stop();
        assertEquals(1012, client.closeCode());
        assertTrue(client.hasEnded(LONG));
    }
}
