package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import kefu.desk.Desk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HandshakeFilterTest {
    private static final String DESK = "https://desk.example";
    private static final int PASSED = 0;

    private final TestGateway gateway = new TestGateway(
            Map.of("kefu.origins", DESK, "kefu.connections", "1"), own -> new Desk(own.broker, Clock.systemUTC()));

    @AfterEach
    void close() {
        gateway.close();
    }

    private static <T> T fake(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(HandshakeFilterTest.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    /** @return the status; {@link #PASSED}: the request goes on */
    private int filter(String method, String origin) throws Exception {
        HandshakeFilter filter = new HandshakeFilter();
        filter.settings = gateway.settings;
        filter.connections = gateway.connections;
        filter.lifecycle = gateway.lifecycle;
        filter.metrics = gateway.metrics;
        HttpServletRequest request =
                fake(HttpServletRequest.class, (proxy, called, arguments) -> switch (called.getName()) {
                    case "getMethod" -> method;
                    case "getHeader" -> "Origin".equals(arguments[0]) ? origin : null;
                    case "getHeaders" -> Collections.enumeration(List.of());
                    case "getRemoteAddr" -> "192.0.2.7";
                    case "isSecure" -> true;
                    default -> null;
                });
        int[] status = {-1};
        HttpServletResponse response = fake(HttpServletResponse.class, (proxy, called, arguments) -> {
            if (called.getName().equals("sendError")) {
                status[0] = (int) arguments[0];
            }
            return null;
        });
        filter.doFilter(request, response, (passed, on) -> status[0] = PASSED);
        return status[0];
    }

    @Test
    void anotherPageIsRefusedWhateverItAsks() throws Exception {
        for (String method : List.of("GET", "POST", "OPTIONS")) {
            assertEquals(403, filter(method, "https://evil.example"), method);
            assertEquals(PASSED, filter(method, DESK), method);
        }
    }

    @Test
    void whereNobodyIsLetInAClientThatIsThereMayPost() throws Exception {
        gateway.connect();
        assertEquals(503, filter("GET", DESK));
        assertEquals(PASSED, filter("POST", DESK));
        gateway.lifecycle.drain();
        assertEquals(503, filter("GET", DESK));
        assertEquals(PASSED, filter("POST", DESK));
    }
}
