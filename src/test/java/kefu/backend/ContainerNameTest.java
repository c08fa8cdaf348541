package kefu.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import kefu.config.BackendSettings;
import kefu.config.Settings;
import kefu.metrics.Metrics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Services whose names {@code java.net.URI} takes for no host. In a JVM of its own, which has its own names of hosts. */
class ContainerNameTest {
    @TempDir
    Path directory;

    private String call(String... urls) throws Exception {
        Path hosts = Files.writeString(directory.resolve("hosts"), "127.0.0.1 php_backend desk.1st\n");
        Path out = directory.resolve("out");
        Process caller = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djdk.net.hosts.file=" + hosts,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Caller.class.getName(),
                        String.join(" ", urls)))
                .redirectError(directory.resolve("err").toFile())
                .redirectOutput(out.toFile())
                .start();
        boolean ended = caller.waitFor(60, TimeUnit.SECONDS);
        caller.destroyForcibly();
        String said = Files.readString(out, StandardCharsets.UTF_8);
        assertTrue(ended, said);
        return said;
    }

    @Test
    void theBackendIsCalledByTheNameThatIsSet() throws Exception {
        try (StubService service = new StubService((request, socket) -> StubService.ok(socket, "ok"))) {
            int port = service.url().getPort();
            String said =
                    call("http://php_backend:" + port + "/a/", "http://desk.1st:" + port + "/b/", "http://no_such:1/");
            assertEquals("Answered[body=ok]\nAnswered[body=ok]\nFailed[status=0]\n", said);
            List<StubService.Received> got = service.requests;
            assertEquals(
                    List.of("php_backend:" + port, "desk.1st:" + port), List.of(host(got.get(0)), host(got.get(1))));
            assertEquals("POST /a/order/list?token=t HTTP/1.1", got.get(0).line());
            assertEquals("POST /b/order/list?token=t HTTP/1.1", got.get(1).line());
        }
    }

    private static String host(StubService.Received request) {
        return request.headers().getOrDefault("host", "none");
    }

    /** Calls each backend once, and prints what came of it. */
    static final class Caller {
        public static void main(String[] urls) throws Exception {
            ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
            for (String url : urls[0].split(" ")) {
                Settings settings = Settings.from(key -> switch (key) {
                    case "kefu.backend.url" -> Optional.of(url);
                    case "kefu.backend.token" -> Optional.of("t");
                    default -> Optional.empty();
                });
                URI set = settings.get(BackendSettings.URL).orElseThrow();
                try (HttpBackend backend = new HttpBackend(
                        set,
                        1,
                        settings,
                        timer,
                        timer,
                        timer,
                        new Metrics(List.of(), List.of(), List.of()),
                        System::nanoTime,
                        System::nanoTime)) {
                    System.out.println(HttpBackendTestbed.answer(backend, "order/list"));
                }
            }
            System.exit(0);
        }
    }
}
