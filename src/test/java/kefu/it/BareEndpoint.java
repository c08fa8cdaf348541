package kefu.it;

import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** As little as an application with a WebSocket can be: the measure of what a container itself keeps of one. */
@ServerEndpoint("/chat")
public class BareEndpoint {
    /** One object for each deployment that was used, for as long as its class loader is there. */
    enum Loaded {
        ONCE
    }

    static final Loaded LOADED = Loaded.ONCE;
    static final Set<Session> OPEN = ConcurrentHashMap.newKeySet();

    @OnOpen
    public void opened(Session socket) {
        OPEN.add(socket);
    }

    @OnClose
    public void closed(Session socket) {
        OPEN.remove(socket);
    }

    @OnMessage
    public String echo(String text) {
        return text;
    }
}
