package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import jakarta.websocket.CloseReason;
import jakarta.websocket.Session;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;

class ChatEndpointTest {
    private static final Session NOBODY = (Session) Proxy.newProxyInstance(
            ChatEndpointTest.class.getClassLoader(), new Class<?>[] {Session.class}, (proxy, method, arguments) -> {
                throw new AssertionError(method);
            });

    @Test
    void whoIsTurnedAwayBeforeItsConnectionIsKnownCausesNoFault() {
        CloseReason reason = new CloseReason(CloseReason.CloseCodes.TRY_AGAIN_LATER, "retry=5000");
        assertDoesNotThrow(() -> new ChatEndpoint().onClose(NOBODY, reason));
    }
}
