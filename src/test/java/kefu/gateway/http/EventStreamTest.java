package kefu.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import kefu.protocol.Close;
import kefu.protocol.CloseCode;
import org.junit.jupiter.api.Test;

class EventStreamTest {
    private static final Event OPENING = new Event(Event.OPEN, "{}");

    @Test
    void aStreamIsClosedWhenTheContainerHasTakenWhatEndsIt() throws Exception {
        FakeResponse response = new FakeResponse();
        EventStream stream = new EventStream(response.request(), OPENING, Runnable::run, () -> {});
        stream.begin();
        response.stick(); // as a container that is busy
        stream.beginClose(Close.of(CloseCode.SERVICE_RESTART));
        response.listener().onWritePossible();
        assertFalse(stream.isClosedByPeer());
        assertEquals(List.of(), response.events());
        response.unstick();
        assertEquals(
                List.of(Event.OPEN, Event.CLOSE),
                response.events().stream().map(Event::type).toList());
        assertTrue(stream.isClosedByPeer());
        assertTrue(response.isCompleted());
    }
}
