package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import jakarta.websocket.CloseReason;
import org.junit.jupiter.api.Test;

class ChatEndpointTest {
    @Test
    void whoIsTurnedAwayBeforeItsConnectionIsKnownCausesNoFault() {
        CloseReason reason = new CloseReason(CloseReason.CloseCodes.TRY_AGAIN_LATER, "retry=5000");
        assertDoesNotThrow(() -> new ChatEndpoint().onClose(reason));
    }
}
