package kefu.it;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import kefu.protocol.Json;
import kefu.protocol.PercentEncoding;

/** Calls the HTTP API as a backend does, over connections that are kept. Thread-safe. */
final class ApiClient {
    /** It lets no DELETE with a body through. */
    private static final boolean IS_PAYARA =
            System.getProperty("arquillian.launch", "").startsWith("payara");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String base;
    private final String key;

    /** @param json an empty object where there is no body */
    record Response(int status, HttpHeaders headers, String body, JsonObject json) {}

    /** @param base of the API, e.g. {@code http://127.0.0.1:21010/chat/api} */
    ApiClient(String base, String key) {
        this.base = base;
        this.key = key;
    }

    /** @param parameters names and values in turn, as they are before encoding */
    static String query(Object... parameters) {
        StringBuilder query = new StringBuilder();
        for (int i = 0; i < parameters.length; i += 2) {
            query.append(i == 0 ? "?" : "&")
                    .append(parameters[i])
                    .append('=')
                    .append(PercentEncoding.encode(String.valueOf(parameters[i + 1])));
        }
        return query.toString();
    }

    Response call(String verb, String path) throws Exception {
        return call(verb, path, "");
    }

    Response call(String verb, String path, String body) throws Exception {
        return send(request(verb, path, body).header("Authorization", "Bearer " + key));
    }

    /** A call without its key. */
    HttpRequest.Builder request(String verb, String path, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(Duration.ofSeconds(30))
                .method(verb, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (body.isEmpty()) {
            return request;
        }
        request.header("Content-Type", "application/json");
        return verb.equals("DELETE") && IS_PAYARA
                ? request.header("X-HTTP-Method-Override", verb).method("POST", BodyPublishers.ofString(body))
                : request;
    }

    Response send(HttpRequest.Builder request) throws Exception {
        HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        JsonObject json = Json.parse(answer.body()).orElse(JsonValue.EMPTY_JSON_OBJECT) instanceof JsonObject object
                ? object
                : JsonValue.EMPTY_JSON_OBJECT;
        return new Response(answer.statusCode(), answer.headers(), answer.body(), json);
    }
}
