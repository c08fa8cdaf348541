package kefu.it;

import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;
import jakarta.websocket.CloseReason;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** As {@link BareEndpoint}, but it closes its sockets at its end. Payara leaves them open, and they go on to echo from the dead. */
@ServerEndpoint("/chat")
public class ClosingEcho {
    static final BareEndpoint.Loaded LOADED = BareEndpoint.Loaded.ONCE;

    private static final Set<Session> OPEN = ConcurrentHashMap.newKeySet();

    @OnOpen
    public void opened(Session socket) {
        OPEN.add(socket);
    }

    @OnMessage
    public String echo(String text) {
        return text;
    }

    @OnClose
    public void closed(Session socket) {
        OPEN.remove(socket);
    }

    /** Called by the container. */
    @WebListener
    public static class End implements ServletContextListener {
        @Override
        public void contextDestroyed(ServletContextEvent event) {
            for (Session socket : OPEN) {
                try {
                    socket.close(new CloseReason(CloseReason.CloseCodes.GOING_AWAY, ""));
                } catch (IOException gone) {
                    // as it should be
                }
            }
        }
    }
}
