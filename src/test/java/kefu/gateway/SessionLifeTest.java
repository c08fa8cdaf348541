package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import jakarta.json.JsonObject;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import kefu.broker.Audience;
import kefu.broker.Presence;
import kefu.broker.Publication;
import kefu.desk.Desk;
import kefu.protocol.Channel;
import kefu.protocol.Id;
import kefu.protocol.Version;
import kefu.session.FakeWire;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of a session when logins, logouts, the backend's calls and the end of its connection meet. */
class SessionLifeTest {

    private final List<TestGateway> gateways = new ArrayList<>();

    @AfterEach
    void close() {
        gateways.forEach(TestGateway::close);
    }

    private TestGateway gateway() {
        gateways.add(new TestGateway());
        return gateways.get(0);
    }

    /** @param beforeJoin is run before each join, and may fail in its place */
    private TestGateway gateway(Runnable beforeJoin) {
        gateways.add(new TestGateway(
                Map.of(),
                gateway -> new Desk(gateway.broker, Clock.systemUTC()),
                presence -> (Presence) Proxy.newProxyInstance(
                        Presence.class.getClassLoader(),
                        new Class<?>[] {Presence.class},
                        (proxy, method, arguments) -> joined(presence, method, arguments, beforeJoin))));
        return gateways.get(0);
    }

    private static Object joined(Presence presence, Method method, Object[] arguments, Runnable beforeJoin)
            throws Exception {
        if (method.getName().equals("join")) {
            try {
                beforeJoin.run();
            } catch (IllegalStateException away) {
                return CompletableFuture.failedFuture(away);
            }
        }
        return method.invoke(presence, arguments);
    }

    private static TestGateway.Client connect(TestGateway gateway) {
        return gateway.connect(new FakeWire(), Version.V2);
    }

    private static JsonObject last(TestGateway.Client client) {
        List<JsonObject> frames = client.frames();
        return frames.get(frames.size() - 1);
    }

    private static List<String> heard(TestGateway.Client client) {
        return client.frames().stream()
                .map(frame -> frame.containsKey("push") ? frame.getJsonObject("push") : frame)
                .map(frame -> frame.getString("method", frame.toString()))
                .toList();
    }

    private static Id id(String text) {
        return Id.ofText(text).orElseThrow();
    }

    private static void push(TestGateway gateway, Channel channel) {
        gateway.broker.publish(channel, Publication.byBackend("{\"n\":1}", Audience.EVERYBODY, Optional.empty()));
    }

    @Test
    void whatWasMeantForASessionNeverReachesTheNextOneOnTheSameConnection() {
        TestGateway gateway = gateway();
        TestGateway.Client client = connect(gateway);
        client.login("g", "ann");
        JsonObject ann = last(client);
        client.send("{\"method\":\"logout\"}");
        client.login("g", "bob");
        JsonObject bob = last(client);
        assertNotEquals(ann.getString("client"), bob.getString("client"));
        push(gateway, Channel.client(ann.getString("client")));
        assertEquals(List.of("login", "logout", "login"), heard(client));
        push(gateway, Channel.client(bob.getString("client")));
        assertEquals(List.of("login", "logout", "login", "{\"n\":1}"), heard(client));
    }
}
