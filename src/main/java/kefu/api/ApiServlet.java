package kefu.api;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;
import kefu.broker.Broker;
import kefu.broker.Presence;
import kefu.config.AccessSettings;
import kefu.config.ApiKey;
import kefu.config.Settings;
import kefu.gateway.SessionCommands;
import kefu.lifecycle.Lifecycle;
import kefu.lifecycle.Ownership;
import kefu.metrics.Metrics;
import kefu.metrics.Rejection;

/** {@code /api/*}: passes each call from the container to the {@link Api}, and writes the answer. */
@SuppressWarnings("NullAway.Init") // the container injects, and calls init
public class ApiServlet extends HttpServlet {
    private static final long serialVersionUID = 1;
    private static final Logger LOG = Logger.getLogger(ApiServlet.class.getName());

    /** The description of the API. Reading it needs no key. */
    private static final String DESCRIPTION = "/openapi.yaml";

    private static final String OVERRIDE = "X-HTTP-Method-Override";
    private static final String DELETE = "DELETE";

    @Inject
    private transient Broker broker;

    @Inject
    private transient Presence presence;

    @Inject
    private transient SessionCommands commands;

    @Inject
    private transient Lifecycle lifecycle;

    @Inject
    private transient Ownership ownership;

    @Inject
    private transient Settings settings;

    @Inject
    private transient ApiKey key;

    @Inject
    private transient Metrics metrics;

    private transient Api api;

    @Override
    public void init() {
        api = new Api(Routes.of(broker, presence, commands, ownership::drain), key, settings, metrics, lifecycle);
    }

    /** Takes all verbs: {@code HttpServlet} knows no PATCH, and answers unknown verbs in HTML. */
    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        boolean admitted = isOfAPageThatMayCall(request);
        if (admitted) {
            permit(request.getHeader("Origin"), response);
        }
        if (admitted && request.getMethod().equals("OPTIONS")) { // a preflight request has no key
            response.setStatus(HttpServletResponse.SC_NO_CONTENT);
            return;
        }
        if (DESCRIPTION.equals(request.getPathInfo()) && request.getMethod().equals("GET")) {
            describe(response);
            return;
        }
        String verb = verb(request);
        long begun = System.nanoTime();
        Answer answer = api.answer(new Api.Received(
                verb,
                request.getPathInfo(),
                request.getQueryString(),
                request.getHeader("Authorization"),
                request.getContentType(),
                request.getInputStream()));
        boolean known = api.knows(verb, request.getPathInfo()); // callers choose no tags
        metrics.apiCalled(
                known ? "/api" + request.getPathInfo() : "other",
                known ? verb : "other",
                answer.status(),
                Duration.ofNanos(System.nanoTime() - begun));
        if (answer.status() == HttpServletResponse.SC_UNAUTHORIZED
                || answer.status() == HttpServletResponse.SC_FORBIDDEN) {
            metrics.rejected(Rejection.API_KEY, line -> line.with("path", request.getPathInfo())
                    .with("address", request.getRemoteAddr())
                    .with("forwarded_for", request.getHeader("X-Forwarded-For"))
                    .with("status", answer.status()));
        }
        response.setStatus(answer.status());
        answer.headers().forEach(response::setHeader);
        if (!answer.json().isEmpty()) {
            try {
                write(response, "application/json", answer.json().getBytes(StandardCharsets.UTF_8));
            } catch (IOException gone) { // Payara would log a fault of ours, with a stack trace
                LOG.log(Level.FINE, gone, () -> "Nobody waits for the answer to " + verb);
            }
        }
    }

    private boolean isOfAPageThatMayCall(HttpServletRequest request) {
        String origin = request.getHeader("Origin");
        return origin != null && settings.get(AccessSettings.API_ORIGINS).admit(origin, null, null);
    }

    /** Lets a browser give the answer to the page (CORS, Fetch standard). */
    private static void permit(String origin, HttpServletResponse response) {
        response.setHeader("Access-Control-Allow-Origin", origin);
        response.setHeader("Vary", "Origin");
        response.setHeader("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE");
        response.setHeader("Access-Control-Allow-Headers", "Authorization, Content-Type, " + OVERRIDE);
    }

    /** Payara answers a DELETE that has a body by 400, before anything of ours sees it: a POST may stand for it. */
    private static String verb(HttpServletRequest request) {
        boolean isDelete = request.getMethod().equals("POST") && DELETE.equalsIgnoreCase(request.getHeader(OVERRIDE));
        return isDelete ? DELETE : request.getMethod();
    }

    private void describe(HttpServletResponse response) throws IOException {
        try (InputStream file = getServletContext().getResourceAsStream("/WEB-INF" + DESCRIPTION)) {
            write(response, "application/yaml", file.readAllBytes()); // RFC 9512
        }
    }

    private static void write(HttpServletResponse response, String type, byte[] utf8) throws IOException {
        response.setContentType(type);
        response.setCharacterEncoding("UTF-8");
        response.setContentLength(utf8.length);
        response.getOutputStream().write(utf8);
    }
}
