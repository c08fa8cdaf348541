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

    private final List<TestGateway.Client> clients = new ArrayList<>();
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
            clients.add(client);
        }
        Await.until(() ->
                clients.stream().allMatch(client -> !client.wire.received().isEmpty()));
    }

    /** Each of them says something more, and both have heard it all once and in order. */
    public void talk() {
        for (TestGateway.Client client : clients) {
            said.add(SAY + said.size());
            client.send("{\"method\":\"say\",\"to\":\"all\",\"content\":\"" + said.get(said.size() - 1) + "\"}");
        }
        for (TestGateway.Client client : clients) {
            Await.until(() -> heard(client).size() >= said.size());
            assertEquals(said, heard(client));
            assertFalse(client.connection.hasEnded());
        }
    }

    private static List<String> heard(TestGateway.Client client) {
        return client.wire.received().stream()
                .filter(text -> text.contains(SAY))
                .map(text -> Json.parse(text).orElseThrow().asJsonObject())
                .map(frame -> frame.containsKey("push") ? frame.getJsonObject("push") : frame)
                .map(frame -> frame.getString("content"))
                .toList();
    }
}
