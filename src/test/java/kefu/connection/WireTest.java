package kefu.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendHandler;
import jakarta.websocket.Session;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kefu.container.TomcatSocket;
import kefu.protocol.Frame;
import org.junit.jupiter.api.Test;

class WireTest {
    private static final String TIMEOUT = "org.apache.tomcat.websocket.BLOCKING_SEND_TIMEOUT";

    private final Map<String, Object> properties = new HashMap<>();
    private final List<String> sent = new ArrayList<>();
    private final Session socket = proxy(Session.class, (proxy, method, arguments) -> switch (method.getName()) {
        case "getUserProperties" -> properties;
        case "getBasicRemote" -> remote(RemoteEndpoint.Basic.class);
        case "getAsyncRemote" -> remote(RemoteEndpoint.Async.class);
        default -> null;
    });

    /** Notes for how many milliseconds each send may wait. */
    private <T> T remote(Class<T> type) {
        return proxy(type, (proxy, method, arguments) -> {
            boolean sets = method.getName().equals("setSendTimeout");
            sent.add(method.getName() + " " + (sets ? arguments[0] : properties.get(TIMEOUT)));
            return null;
        });
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(WireTest.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    @Test
    void tomcatIsToldToHoldNoThreadMuchLongerForAClientThatDoesNotReadThanTheGatewayWaits() {
        Wire.of(socket, Duration.ofSeconds(5));
        assertEquals(Map.of(TIMEOUT, 6_000L), properties);
    }

    @Test
    void whatIsThoughtToHaveRoomGivesUpSoonAndNothingElseWaits() throws Exception {
        Wire wire = new SocketWire(socket, Duration.ofSeconds(5), Optional.of(new CountingSocket()));
        assertTrue(wire.send(new Frame("中"), true, result -> sent.add("handler")));
        wire.ping(ByteBuffer.allocate(0), true);
        assertFalse(wire.send(new Frame("x"), false, result -> {}));
        wire.ping(ByteBuffer.allocate(0), false);
        assertEquals(List.of("setSendTimeout 6000", "中 1000", "ping", "x later", "ping"), sent);
    }

    @Test
    void whereTheContainerMakesEncodersAnewForClosedSessionsNoneIsUsed() {
        Wire wire = new SocketWire(socket, Duration.ofSeconds(5), Optional.empty());
        assertFalse(wire.send(new Frame("x"), true, result -> {}));
        assertEquals(List.of("sendText 6000"), sent);
    }

    /** Notes what is sent, and for how many milliseconds it may wait. */
    private final class CountingSocket implements TomcatSocket {
        @Override
        public long sentBytes() {
            return 0;
        }

        @Override
        public boolean sendText(ByteBuffer frame, int bytes, long millis, SendHandler handler) {
            return sent.add(payload(frame, bytes) + " " + millis);
        }

        @Override
        public boolean sendText(ByteBuffer frame, int bytes, SendHandler handler) {
            sent.add(payload(frame, bytes) + " later");
            return false;
        }

        private static String payload(ByteBuffer frame, int bytes) {
            return StandardCharsets.UTF_8
                    .decode(frame.position(frame.limit() - bytes))
                    .toString();
        }

        @Override
        public void ping(ByteBuffer payload) {
            sent.add("ping");
        }
    }
}
