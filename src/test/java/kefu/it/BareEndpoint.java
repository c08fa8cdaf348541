package kefu.it;

import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;

/** As little as an application with a WebSocket can be: the measure of what a container itself keeps of one. */
@ServerEndpoint("/chat")
public class BareEndpoint {
    /** One object for each deployment that was used, for as long as its class loader is there. */
    enum Loaded {
        ONCE
    }

    static final Loaded LOADED = Loaded.ONCE;

    @OnMessage
    public String echo(String text) {
        return text;
    }
}
