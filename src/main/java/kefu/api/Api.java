package kefu.api;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import kefu.config.ApiKey;
import kefu.config.LimitSettings;
import kefu.config.Settings;
import kefu.lifecycle.Lifecycle;
import kefu.limit.TokenBucket;
import kefu.metrics.Bound;
import kefu.metrics.LogLine;
import kefu.metrics.Metrics;
import kefu.protocol.Json;
import org.jspecify.annotations.Nullable;

/** Answers each call of the HTTP API: checks the key, finds the route, reads the body. Thread-safe. */
final class Api {
    private static final Logger LOG = Logger.getLogger(Api.class.getName());
    private static final String BEARER = "bearer ";
    private static final String JSON = "application/json";
    private static final String MERGE_PATCH = "application/merge-patch+json";

    private final Map<String, Map<String, Route>> routes; // by path and verb
    private final ApiKey key;
    private final int maxBytes;
    private final TokenBucket calls;
    private final Metrics metrics;
    private final Lifecycle lifecycle;

    /**
     * One HTTP request.
     *
     * @param path the path after {@code /api}; null: none
     * @param query as the caller sent it
     */
    record Received(
            String verb,
            @Nullable String path,
            @Nullable String query,
            @Nullable String authorization,
            @Nullable String contentType,
            InputStream body) {}

    Api(List<Route> routes, ApiKey key, Settings settings, Metrics metrics, Lifecycle lifecycle) {
        this.routes = routes.stream()
                .collect(groupingBy(Route::path, toMap(Route::verb, Function.identity(), (a, b) -> a, TreeMap::new)));
        this.key = key;
        this.maxBytes = settings.get(LimitSettings.API_MAX_BYTES);
        int rate = settings.get(LimitSettings.API_RATE);
        this.calls = new TokenBucket(rate, 2 * rate, System::nanoTime);
        this.metrics = metrics;
        this.lifecycle = lifecycle;
    }

    Answer answer(Received received) {
        try {
            authorize(received.authorization());
            if (!calls.tryAcquire()) {
                metrics.hit(Bound.API_CALLS, line -> line.with("path", received.path()));
                throw Refusal.tooMany();
            }
            Route route = route(received);
            if (!lifecycle.admits()) {
                throw Refusal.busy();
            }
            return serve(route, call(route, received));
        } catch (Refusal refusal) {
            LOG.fine(() ->
                    line("Refused", received).with("why", refusal.getMessage()).toString());
            return refusal.answer();
        } catch (RuntimeException fault) {
            LOG.log(Level.WARNING, fault, () -> line("Fault", received).toString());
            return Refusal.fault().answer();
        }
    }

    /** Not before the whole call is there: a drain does not wait for a caller who sends slowly. */
    private Answer serve(Route route, Call call) {
        if (!lifecycle.begin()) {
            throw Refusal.busy();
        }
        try {
            return route.does().apply(call);
        } finally {
            lifecycle.end();
        }
    }

    private static LogLine line(String event, Received received) {
        return LogLine.of(event)
                .with("in", "api")
                .with("method", received.verb())
                .with("path", received.path());
    }

    /** Whether the API has this call. */
    boolean knows(String verb, @Nullable String path) {
        return routes.getOrDefault(path == null ? "" : path, Map.of()).containsKey(verb);
    }

    private void authorize(@Nullable String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            throw Refusal.noKey();
        }
        if (!key.is(authorization.substring(BEARER.length()).strip())) {
            throw Refusal.wrongKey();
        }
    }

    private Route route(Received received) {
        Map<String, Route> verbs = routes.get(received.path() == null ? "" : received.path());
        if (verbs == null) {
            throw Refusal.unknownPath();
        }
        Route route = verbs.get(received.verb());
        if (route == null) {
            throw Refusal.unknownVerb(String.join(", ", verbs.keySet()));
        }
        return route;
    }

    private Call call(Route route, Received received) {
        Map<String, List<String>> parameters = QueryString.parse(received.query());
        parameters.forEach((name, values) -> {
            Route.Use use = route.use(name).orElseThrow(() -> Refusal.bad(name, "is not known here"));
            if (use != Route.Use.REPEATED && values.size() > 1) {
                throw Refusal.bad(name, "may be given once only");
            }
        });
        return new Call(parameters, body(route, received));
    }

    private JsonObject body(Route route, Received received) {
        if (route.body() == Route.Body.NONE) {
            return JsonValue.EMPTY_JSON_OBJECT;
        }
        byte[] bytes = read(received.body());
        if (bytes.length > maxBytes) {
            metrics.hit(Bound.API_BYTES, line -> line.with("path", received.path()));
            throw Refusal.tooLarge(maxBytes);
        }
        if (bytes.length == 0 && route.body() == Route.Body.OPTIONAL) {
            return JsonValue.EMPTY_JSON_OBJECT;
        }
        if (!isJson(received)) {
            throw Refusal.notJson();
        }
        JsonValue value = text(bytes)
                .map(Json::withoutByteOrderMark)
                .flatMap(Json::parse)
                .orElseThrow(() -> Refusal.badBody("the body must be a JSON object"));
        if (value instanceof JsonObject object) {
            return object;
        }
        if (JsonValue.EMPTY_JSON_ARRAY.equals(value)
                || (value == JsonValue.NULL && route.body() == Route.Body.OPTIONAL)) {
            return JsonValue.EMPTY_JSON_OBJECT; // what PHP writes for an empty array
        }
        throw Refusal.badBody("the body must be a JSON object");
    }

    /** Reads at most one byte more than the limit. */
    private byte[] read(InputStream body) {
        try {
            return body.readNBytes(maxBytes + 1);
        } catch (IOException cutOff) { // or no chunks, or not as many bytes as were announced: the caller's fault
            throw Refusal.badBody("the body did not come whole");
        }
    }

    private static boolean isJson(Received received) {
        String type = received.contentType() == null ? "" : received.contentType();
        String media = type.split(";", 2)[0].strip();
        return media.equalsIgnoreCase(JSON)
                || (media.equalsIgnoreCase(MERGE_PATCH) && received.verb().equals("PATCH"));
    }

    private static Optional<String> text(byte[] utf8) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString());
        } catch (CharacterCodingException notUtf8) {
            return Optional.empty();
        }
    }
}
