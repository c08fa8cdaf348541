package kefu.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.Session;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WireTest {
    private static final Map<String, Object> BRIEF =
            Map.of("org.apache.tomcat.websocket.BLOCKING_SEND_TIMEOUT", 1_000L);

    private final Map<String, Object> properties = new HashMap<>();
    private final List<Map<String, Object>> atPings = new ArrayList<>();

    private static <T> T fake(Class<T> type, InvocationHandler calls) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, calls));
    }

    private Wire wire() {
        RemoteEndpoint.Async remote = fake(RemoteEndpoint.Async.class, (proxy, method, arguments) -> {
            atPings.add(Map.copyOf(properties));
            return null;
        });
        return Wire.of(fake(
                Session.class,
                (proxy, method, arguments) -> method.getName().equals("getAsyncRemote") ? remote : properties));
    }

    @Test
    void tomcatIsToldToHoldNoThreadForLongForAClientThatDoesNotRead() throws Exception {
        wire().ping(ByteBuffer.allocate(1), true);
        assertEquals(List.of(BRIEF), atPings);
        assertEquals(BRIEF, properties);
    }

    @Test
    void aPingForWhichThereMayBeNoRoomWaitsItsTurn() throws Exception {
        wire().ping(ByteBuffer.allocate(1), false);
        assertEquals(List.of(Map.of()), atPings);
        assertEquals(BRIEF, properties, "on whoever else sends");
    }
}
