package kefu.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.List;
import kefu.Await;
import kefu.connection.FakeWire;
import kefu.gateway.TestGateway;
import kefu.protocol.Json;
import kefu.protocol.Version;

/** A client of each version in a group of their own, who talk to each other whatever the others send. */
public final class Listeners {
    public static final String GROUP = "listeners";
    private static final String SAY = "listeners hear ";

    private final List<Listener> clients = new ArrayList<>();
    private final List<String> said = new ArrayList<>();

    public Listeners(TestGateway gateway) {
        this(gateway, "");
    }

    /** @param more members of the login */
    Listeners(TestGateway gateway, String more) {
        for (Version version : Version.values()) {
            TestGateway.Client client = gateway.connect(new FakeWire(), version);
            client.send("{\"method\":\"login\",\"bid\":\"" + GROUP
                    + "\",\"customer_id\":\"listener\",\"customer_name\":\"" + version + "\"" + more + "}");
            clients.add(new Listener(client));
        }
        Await.until(() -> clients.stream()
                .allMatch(listener -> !listener.client.wire.received().isEmpty()));
    }

    /** Each of them says something more, and both have heard it all once and in order. */
    public void talk() {
        for (Listener listener : clients) {
            said.add(SAY + said.size());
            listener.client.send(
                    "{\"method\":\"say\",\"to\":\"all\",\"content\":\"" + said.get(said.size() - 1) + "\"}");
        }
        for (Listener listener : clients) {
            Await.until(() -> listener.heard().size() >= said.size());
            assertEquals(said, listener.heard());
            assertFalse(listener.client.connection.hasEnded());
        }
    }

    /** One of them, and what it has heard so far. */
    private static final class Listener {
        final TestGateway.Client client;
        private final List<String> heard = new ArrayList<>();
        private int looked; // at so many frames

        Listener(TestGateway.Client client) {
            this.client = client;
        }

        List<String> heard() {
            List<String> frames = client.wire.received();
            frames.subList(looked, frames.size()).stream()
                    .filter(text -> text.contains(SAY))
                    .map(text -> Json.parse(text).orElseThrow().asJsonObject())
                    .map(frame -> frame.containsKey("push") ? frame.getJsonObject("push") : frame)
                    .map(frame -> frame.getString("content"))
                    .forEach(heard::add);
            looked = frames.size();
            return heard;
        }
    }
}
