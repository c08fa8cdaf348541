package kefu.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.websocket.Session;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WireTest {
    @Test
    void tomcatIsToldToHoldNoThreadMuchLongerForAClientThatDoesNotReadThanTheGatewayWaits() {
        Map<String, Object> properties = new HashMap<>();
        Wire.of(
                (Session) Proxy.newProxyInstance(
                        Session.class.getClassLoader(),
                        new Class<?>[] {Session.class},
                        (proxy, method, arguments) -> properties),
                Duration.ofSeconds(5));
        assertEquals(Map.of("org.apache.tomcat.websocket.BLOCKING_SEND_TIMEOUT", 6_000L), properties);
    }
}
