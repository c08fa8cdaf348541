package kefu.gateway;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServlet;

/**
 * Ends what the dispatcher holds when the application stops. A servlet, since its {@code destroy} is the one hook that
 * every container calls while the sockets still work; it serves no request.
 */
@SuppressWarnings("NullAway.Init") // the container injects
public class LifecycleServlet extends HttpServlet {
    private static final long serialVersionUID = 1;

    @Inject
    private transient Dispatcher dispatcher;

    @Override
    public void destroy() {
        dispatcher.stop();
    }
}
