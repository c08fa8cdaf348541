package kefu.web;

import jakarta.inject.Inject;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import kefu.config.AuthSettings;
import kefu.config.Settings;
import kefu.gateway.Connections;
import kefu.lifecycle.Lifecycle;
import kefu.protocol.Json;

/** {@code /health/live} and {@code /health/ready}, for the proxy and the monitor. 200 where the state is UP, else 503. */
@SuppressWarnings("NullAway.Init") // the container injects, and calls init
public class HealthServlet extends HttpServlet {
    private static final long serialVersionUID = 1;

    /**
     * The answer.
     *
     * @param status UP or DOWN, the words of MicroProfile Health
     * @param state of this deployment
     * @param auth the authentication mode
     */
    public record Health(
            String status, Lifecycle.State state, String version, String node, int connections, String auth) {}

    @Inject
    private transient Connections connections;

    @Inject
    private transient Lifecycle lifecycle;

    @Inject
    private transient Settings settings;

    private String version;

    @Override
    public void init() throws ServletException {
        version = BuildVersion.of(getServletContext());
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = request.getPathInfo();
        if ("/live".equals(path)) {
            answer(response, true);
        } else if ("/ready".equals(path)) {
            answer(response, lifecycle.isReady());
        } else {
            response.sendError(HttpServletResponse.SC_NOT_FOUND);
        }
    }

    private void answer(HttpServletResponse response, boolean up) throws IOException {
        response.setStatus(up ? HttpServletResponse.SC_OK : HttpServletResponse.SC_SERVICE_UNAVAILABLE);
        response.setContentType("application/json");
        response.setCharacterEncoding("UTF-8");
        response.setHeader("Cache-Control", "no-store");
        response.getWriter()
                .write(Json.write(new Health(
                        up ? "UP" : "DOWN",
                        lifecycle.state(),
                        version,
                        settings.get(Settings.NODE),
                        connections.count(),
                        AuthSettings.mode(settings).toString())));
    }
}
