package kefu.it;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import kefu.Await;

/** WebKitGTK's own small browser, on a screen of its own that nobody sees, driven by the W3C's protocol WebDriver. */
final class WebKit implements Engine {
    /** A page may need that long on a busy machine. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** What the screen says first. */
    private static final Pattern DISPLAY = Pattern.compile("(?m)^\\d+(?=\\n)");

    /** WebDriver tells nothing of errors: the page is asked to remember them. */
    private static final String REMEMBER = """
            (() => {
              window.complaints = [];
              const remember = what => window.complaints.push(String(what));
              addEventListener('error', ({ message }) => remember(message));
              addEventListener('unhandledrejection', ({ reason }) => remember(reason));
              addEventListener('securitypolicyviolation', ({ effectiveDirective }) => remember(effectiveDirective));
              console.error = remember;
            })()""";

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final ServerProcess screen;
    private final ServerProcess driver;
    private final URI server;
    private final String session;
    private final List<String> complaints = new ArrayList<>();

    /**
     * @param directory for what it says
     * @param port at which the driver listens
     */
    WebKit(Path directory, int port) throws IOException {
        Path display = directory.resolve("screen");
        screen = ServerProcess.of(
                new ProcessBuilder(Programs.find("xvfb", "Xvfb").toString(), "-displayfd", "1", "-nolisten", "tcp"),
                display);
        Await.until(() -> number(display).isPresent());
        ProcessBuilder command = new ProcessBuilder(
                Programs.find("webkit2gtk-driver", "WebKitWebDriver").toString(), "--host=127.0.0.1", "--port=" + port);
        command.environment().put("DISPLAY", ":" + number(display).orElseThrow());
        driver = ServerProcess.of(command, directory.resolve("webkit"));
        server = URI.create("http://127.0.0.1:" + port);
        Await.until(this::isReady);
        JsonObject itsOwn = object("capabilities", JsonValue.EMPTY_JSON_OBJECT);
        session = "/session/" + call("POST", "/session", itsOwn).asJsonObject().getString("sessionId");
    }

    private static Optional<String> number(Path output) {
        try {
            return DISPLAY.matcher(Files.readString(output))
                    .results()
                    .map(MatchResult::group)
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonObject object(String name, JsonValue value) {
        return Json.createObjectBuilder().add(name, value).build();
    }

    private static JsonObject object(String name, String value) {
        return object(name, Json.createValue(value));
    }

    private boolean isReady() {
        try {
            return call("GET", "/status", JsonValue.EMPTY_JSON_OBJECT)
                    .asJsonObject()
                    .getBoolean("ready");
        } catch (UncheckedIOException notThereYet) {
            return false;
        }
    }

    private JsonValue call(String verb, String path, JsonObject body) {
        HttpRequest request = HttpRequest.newBuilder(server.resolve(path))
                .method(verb, verb.equals("POST") ? BodyPublishers.ofString(body.toString()) : BodyPublishers.noBody())
                .timeout(PATIENCE)
                .build();
        try {
            HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            JsonObject value =
                    kefu.protocol.Json.parse(answer.body()).orElseThrow().asJsonObject();
            if (answer.statusCode() != 200) {
                throw new AssertionError(path + ": " + value);
            }
            return Objects.requireNonNull(value.get("value"), path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private JsonValue post(String path, JsonObject body) {
        return call("POST", session + path, body);
    }

    private String element(String selector) {
        JsonObject found = post(
                        "/element",
                        Json.createObjectBuilder()
                                .add("using", "css selector")
                                .add("value", selector)
                                .build())
                .asJsonObject();
        return "/element/" + ((JsonString) found.values().iterator().next()).getString();
    }

    @Override
    public void open(String url) {
        post("/url", object("url", url));
        evaluate(REMEMBER);
    }

    @Override
    public void reload() {
        complaints.addAll(remembered());
        post("/refresh", JsonValue.EMPTY_JSON_OBJECT);
        evaluate(REMEMBER);
    }

    @Override
    public void click(String selector) {
        post(element(selector) + "/click", JsonValue.EMPTY_JSON_OBJECT);
    }

    @Override
    public void type(String selector, String text) {
        post(element(selector) + "/value", object("text", text));
    }

    @Override
    public String evaluate(String expression) {
        String script = "const told = arguments[0]; (async () => (" + expression
                + "))().then(value => told(JSON.stringify(value ?? null)), problem => told(String(problem)));";
        JsonObject body = Json.createObjectBuilder()
                .add("script", script)
                .add("args", JsonValue.EMPTY_JSON_ARRAY)
                .build();
        return ((JsonString) post("/execute/async", body)).getString();
    }

    @Override
    public void picture(Path file) throws IOException {
        String png = ((JsonString) call("GET", session + "/screenshot", JsonValue.EMPTY_JSON_OBJECT)).getString();
        Files.write(file, Base64.getDecoder().decode(png));
    }

    @Override
    public List<String> takeErrors() {
        complaints.addAll(remembered());
        List<String> taken = List.copyOf(complaints);
        complaints.clear();
        return taken;
    }

    private List<String> remembered() {
        return kefu.protocol.Json.parse(evaluate("window.complaints.splice(0)")).orElseThrow().asJsonArray().stream()
                .map(JsonValue::toString)
                .toList();
    }

    /** The browser ends with its session, and at the latest with its screen. */
    @Override
    public void close() {
        call("DELETE", session, JsonValue.EMPTY_JSON_OBJECT);
        driver.close();
        screen.close();
    }
}
