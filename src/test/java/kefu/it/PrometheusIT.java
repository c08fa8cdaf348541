package kefu.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prometheus' own tool finds nothing to say against what we give to Prometheus. */
@ArquillianTest
class PrometheusIT {
    private static final BuiltWar CHAT = new BuiltWar("measured");

    @TempDir
    static Path directory;

    @Deployment(testable = false)
    static WebArchive chat() {
        return CHAT.with("kefu.events.url=http://127.0.0.1:1/events\n");
    }

    /** @return its exit code and what it said, which is nothing where all is well */
    private static String promtool(Path input, String... arguments) throws Exception {
        Path output = Files.createTempFile(directory, "promtool", ".txt");
        Process process = new ProcessBuilder(Stream.concat(Stream.of("promtool"), Stream.of(arguments))
                        .toList())
                .redirectInput(input.toFile())
                .redirectOutput(output.toFile())
                .redirectErrorStream(true)
                .start();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("promtool does not end");
        }
        return process.exitValue() + " " + Files.readString(output);
    }

    @Test
    void thePageOfMetricsIsAsPrometheusWantsIt() throws Exception {
        WsClient client = WsClient.connect(CHAT.socket());
        client.send("{\"method\":\"login\",\"bid\":1,\"customer_id\":1,\"customer_name\":\"n\"}");
        client.next();
        assertEquals(401, CHAT.get("/api/clients").statusCode());
        Path page = Files.writeString(
                directory.resolve("metrics.txt"), CHAT.get("/metrics").body());
        client.close();
        assertEquals("0 ", promtool(page, "check", "metrics"));
    }

    @Test
    void theAlertsAreRulesAndFireForWhatTheyAreMeantForOnly() throws Exception {
        for (List<String> arguments : List.of(
                List.of("check", "rules", "docs/alerts.yml"),
                List.of("test", "rules", "src/test/prometheus/alerts-test.yml"))) {
            String said = promtool(Path.of("/dev/null"), arguments.toArray(String[]::new));
            assertEquals("0", said.substring(0, 1), said);
        }
    }
}
