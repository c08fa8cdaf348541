package kefu.it;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import kefu.protocol.Json;

/**
 * A running gateway that is attacked.
 *
 * @param base its address, with its context path and no slash at the end
 * @param key of its API
 */
record Target(URI base, String key) {
    URI socket() {
        return URI.create("ws://" + base.getAuthority() + base.getPath() + "/chat");
    }

    HostileClient connect(String... headers) throws IOException {
        return new HostileClient(socket(), headers);
    }

    /** How many clients are connected, by its own word. */
    int connections() {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(base + "/health/ready")).build();
        String health = HttpClient.newHttpClient()
                .sendAsync(request, HttpResponse.BodyHandlers.ofString())
                .join()
                .body();
        return Json.parse(health).orElseThrow().asJsonObject().getInt("connections");
    }

    ApiClient api() {
        return new ApiClient(base + "/api", key);
    }

    /** The head of a request, with more lines if there are any. @param path behind the context path */
    String head(String verb, String path, String... more) {
        return RawHttp.lines(
                verb + " " + base.getPath() + path + " HTTP/1.1",
                "Host: " + base.getAuthority() + (more.length == 0 ? "" : "\r\n" + String.join("\r\n", more)));
    }

    /** The head of a handshake. */
    String handshake(String path, String... more) {
        String lines = String.join("\r\n", more);
        return head(
                "GET",
                path,
                "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==" + (lines.isEmpty() ? "" : "\r\n" + lines));
    }
}
