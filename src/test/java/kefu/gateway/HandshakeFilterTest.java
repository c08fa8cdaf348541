package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import jakarta.servlet.FilterChain;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
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
    private static final int NOTHING_DONE = -1;

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
        return filter(method, origin, false, (request, response) -> {});
    }

    private int filter(String method, String origin, boolean isCommitted, FilterChain chain) throws Exception {
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
        int[] status = {NOTHING_DONE};
        HttpServletResponse response = fake(HttpServletResponse.class, (proxy, called, arguments) -> {
            if (called.getName().equals("sendError")) {
                status[0] = (int) arguments[0];
            }
            return called.getName().equals("isCommitted") ? isCommitted : null;
        });
        filter.doFilter(request, response, (passed, on) -> {
            status[0] = PASSED;
            chain.doFilter(passed, on);
        });
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

    @Test
    void aHandshakeThatIsProcessedOnceMoreGoesNoFurther() throws Exception {
        for (String origin : List.of(DESK, "https://evil.example")) {
            assertEquals(NOTHING_DONE, filter("GET", origin, true, (request, response) -> {}), origin);
        }
    }

    @Test
    void aClientThatHasGoneBeforeItIsAnsweredIsNobodysFault() throws Exception {
        FilterChain gone = (request, response) -> {
            throw new IOException("Connection is closed");
        };
        assertEquals(PASSED, filter("GET", DESK, false, gone));
        assertEquals("", HandshakeFilter.address());
        assertThrows(IOException.class, () -> filter("POST", DESK, false, gone));
    }
}
