package kefu.api;

import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kefu.broker.Broker;
import kefu.broker.Presence;
import kefu.config.ApiKey;
import kefu.config.Settings;
import kefu.gateway.Dispatcher;
import kefu.metrics.Metrics;
import kefu.protocol.Json;
import org.jspecify.annotations.Nullable;

/** {@code /api/*}, for the backend: who calls must show the key; every answer is JSON. */
@SuppressWarnings("NullAway.Init") // the container injects, and calls init
public class ApiServlet extends HttpServlet {
    private static final long serialVersionUID = 1;
    private static final Logger LOG = Logger.getLogger(ApiServlet.class.getName());
    private static final String DESCRIPTION = "/api/openapi.yaml";
    private static final String BEARER = "bearer ";

    /** How long a call of the broker may take: within one process it takes no time at all. */
    private static final long WAIT_SECONDS = 2;

    @Inject
    private transient Dispatcher dispatcher;

    @Inject
    private transient Broker broker;

    @Inject
    private transient Presence presence;

    @Inject
    private transient ApiKey key;

    @Inject
    private transient Settings settings;

    @Inject
    private transient Metrics metrics;

    private transient List<Route> routes;

    @Override
    public void init() {
        routes = routes(broker, presence, dispatcher);
    }

    /** Every call that there is. */
    static List<Route> routes(Broker broker, Presence presence, Dispatcher dispatcher) {
        return Stream.of(
                        new PushApi(broker, presence).routes(),
                        new LookupApi(presence).routes(),
                        new ClientApi(dispatcher.clients(), presence).routes())
                .flatMap(List::stream)
                .toList();
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        String path = request.getServletPath()
                + Optional.ofNullable(request.getPathInfo()).orElse("");
        if (path.equals(DESCRIPTION) && request.getMethod().equals("GET")) {
            describe(response);
            return;
        }
        int status = HttpServletResponse.SC_OK;
        String body;
        try {
            body = Json.write(serve(path, request, response));
        } catch (ApiException refused) {
            status = refused.status();
            body = Json.write(refused.said());
        } catch (RuntimeException fault) { // a caller is told nothing of our inside
            LOG.log(Level.SEVERE, "A call of " + path + " failed", fault);
            ApiException failed = ApiException.of(500, "the gateway has failed");
            status = failed.status();
            body = Json.write(failed.said());
        }
        String verb = request.getMethod();
        boolean known =
                routes.stream().anyMatch(r -> r.path().equals(path) && r.verb().equals(verb));
        metrics.apiCalled(known ? path : "other", known ? verb : "other", status); // callers choose no tags
        response.setStatus(status);
        response.setContentType("application/json");
        response.setCharacterEncoding("UTF-8");
        response.getWriter().write(body);
    }

    private Record serve(String path, HttpServletRequest request, HttpServletResponse response) throws IOException {
        authorize(request.getHeader("Authorization"), response);
        List<Route> there = routes.stream().filter(r -> r.path().equals(path)).toList();
        if (there.isEmpty()) {
            throw ApiException.of(404, "there is no such call");
        }
        Route route = there.stream()
                .filter(r -> r.verb().equals(request.getMethod()))
                .findAny()
                .orElseThrow(() -> {
                    response.setHeader(
                            "Allow", there.stream().map(Route::verb).sorted().collect(Collectors.joining(", ")));
                    return ApiException.of(405, "this call has no " + request.getMethod());
                });
        if (!dispatcher.isOpen()) {
            throw busy(response, "the gateway stops");
        }
        ApiCall call =
                new ApiCall(ApiCall.parse(request.getQueryString(), route.parameters()), body(request, route.body()));
        return await(route.handler().apply(call), response);
    }

    private void authorize(@Nullable String shown, HttpServletResponse response) {
        if (shown == null || !shown.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            response.setHeader("WWW-Authenticate", "Bearer");
            throw ApiException.of(401, "the key is missing: Authorization: Bearer …");
        }
        if (!key.is(shown.substring(BEARER.length()).strip())) {
            throw ApiException.of(403, "this is not the key");
        }
    }

    private Optional<JsonObject> body(HttpServletRequest request, Route.Body wanted) throws IOException {
        int most = settings.get(Settings.API_MAX_BYTES);
        byte[] bytes;
        try (InputStream in = request.getInputStream()) {
            bytes = in.readNBytes(most + 1);
        }
        if (bytes.length > most) {
            throw ApiException.of(413, "more than " + most + " bytes");
        }
        if (bytes.length == 0) {
            if (wanted == Route.Body.REQUIRED) {
                throw ApiException.badBody("the body is missing");
            }
            return Optional.empty();
        }
        if (wanted == Route.Body.NONE) {
            throw ApiException.badBody("this call has no body");
        }
        String type = Optional.ofNullable(request.getContentType()).orElse("");
        if (!type.split(";", 2)[0].strip().equalsIgnoreCase("application/json")) {
            throw ApiException.of(415, "the body must be application/json");
        }
        return Optional.of(ApiCall.parse(bytes));
    }

    private static Record await(CompletionStage<? extends Record> answer, HttpServletResponse response) {
        try {
            return answer.toCompletableFuture().get(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | CompletionException failed) {
            if (failed.getCause() instanceof ApiException refused) {
                throw refused;
            }
            LOG.log(Level.WARNING, "A call of the API failed", failed);
            throw busy(response, "the gateway cannot do this now");
        } catch (TimeoutException late) {
            throw busy(response, "the gateway cannot do this now");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw busy(response, "the gateway stops");
        }
    }

    private static ApiException busy(HttpServletResponse response, String why) {
        response.setHeader("Retry-After", "1");
        return ApiException.of(503, why);
    }

    private void describe(HttpServletResponse response) throws IOException {
        try (InputStream file = getServletContext().getResourceAsStream("/WEB-INF/openapi.yaml")) {
            if (file == null) {
                response.setStatus(HttpServletResponse.SC_NOT_FOUND);
                return;
            }
            response.setContentType("application/yaml");
            response.setCharacterEncoding("UTF-8");
            file.transferTo(response.getOutputStream());
        }
    }
}
