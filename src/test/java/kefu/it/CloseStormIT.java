package kefu.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import kefu.Await;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/**
 * Many clients say goodbye at once, and each is told so to its group: the container's threads, which wait for what is on
 * its way to the one that goes, must not all wait for each other.
 */
@ArquillianTest
class CloseStormIT {
    private static final BuiltWar STORM = new BuiltWar("closing");
    private static final int GROUPS = 10;

    /** Four times as many as Tomcat has threads. */
    private static final int CLIENTS = 800;

    /** Nobody is helped out by the watchdog. */
    private static final String SETTINGS = """
            kefu.backend.url=
            kefu.queue.timeout=10m
            kefu.heartbeat.interval=10m
            kefu.heartbeat.timeout=20m
            """;

    @Deployment(testable = false)
    static WebArchive closing() {
        return STORM.with(SETTINGS);
    }

    @Test
    void eachGetsItsGoodbyeAndEveryGroupHearsOfAllThatGo() throws Exception {
        List<WsClient> observers = new ArrayList<>();
        for (int group = 0; group < GROUPS; group++) {
            WsClient observer = WsClient.connect(STORM.socket());
            login(observer, group, "observer");
            observers.add(observer);
        }
        List<WsClient> clients = WsClient.connect(STORM.socket(), CLIENTS);
        for (int i = 0; i < CLIENTS; i++) {
            login(clients.get(i), i % GROUPS, "a" + i);
        }
        for (WsClient client : clients) {
            client.close();
        }
        for (WsClient client : clients) {
            assertEquals(1000, client.closeCode());
        }
        Await.until(() -> STORM.connections() == GROUPS);
        for (WsClient observer : observers) {
            long heard = 0;
            while (heard < CLIENTS / GROUPS) {
                heard += observer.next().contains("logout_push") ? 1 : 0;
            }
            observer.close();
        }
    }

    private static void login(WsClient client, int group, String id) throws Exception {
        client.send(
                "{\"method\":\"login\",\"bid\":" + group + ",\"customer_id\":\"" + id + "\",\"customer_name\":\"n\"}");
    }
}
