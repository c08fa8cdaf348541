package kefu.it;

import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Session;
import java.io.IOException;

/** Closes the sockets of {@link BareEndpoint} at the end. Payara leaves them open, and they go on to echo from the dead. */
@WebListener
public class BareGoodbye implements ServletContextListener {
    @Override
    public void contextDestroyed(ServletContextEvent event) {
        for (Session socket : BareEndpoint.OPEN) {
            try {
                socket.close(new CloseReason(CloseReason.CloseCodes.GOING_AWAY, ""));
            } catch (IOException gone) {
                // as it should be
            }
        }
    }
}
