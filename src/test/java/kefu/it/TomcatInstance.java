package kefu.it;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import kefu.Await;
import org.jboss.shrinkwrap.api.exporter.ExplodedExporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** A Tomcat of a test's own beside another one. */
final class TomcatInstance implements AutoCloseable {
    /** How long a start may take where much else is done. */
    private static final Duration START = Duration.ofMinutes(2);

    private final int port;
    private final ServerProcess process;

    /** One with the connector of docs/operations.md. */
    TomcatInstance(Path base, int port, Map<String, String> environment, WebArchive... applications)
            throws IOException {
        this(base, port, DocumentBlock.of("docs/operations.md", "xml"), environment, applications);
    }

    /**
     * Makes its directory where it is not there yet, and starts it.
     *
     * @param port where it answers HTTP: {@code ${http.port}} of its connectors
     * @param environment its settings
     * @param applications beside the gateway, which is started before them
     */
    TomcatInstance(Path base, int port, String connectors, Map<String, String> environment, WebArchive... applications)
            throws IOException {
        this.port = port;
        if (!Files.exists(base)) {
            prepare(base, connectors, applications);
        }
        Path home = Path.of(System.getProperty("kefu.it.home"));
        ProcessBuilder command = TomcatProcess.command(
                home, base, List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Dhttp.port=" + port));
        command.environment().putAll(environment);
        process = ServerProcess.of(command, Path.of(System.getProperty("kefu.it.dir"), "tomcat-" + port + ".log"));
    }

    private static void prepare(Path base, String connectors, WebArchive... applications) throws IOException {
        Path containers = Path.of(System.getProperty("kefu.it.containers"));
        for (String directory : List.of("conf", "temp", "webapps")) {
            Files.createDirectories(base.resolve(directory));
        }
        Files.copy(
                Path.of(System.getProperty("kefu.it.home"), "conf", "web.xml"),
                base.resolve("conf").resolve("web.xml"));
        Files.writeString(
                base.resolve("conf").resolve("server.xml"),
                Files.readString(containers.resolve("tomcat").resolve("server.xml"))
                        .replaceFirst("<Connector[^>]*/>", Matcher.quoteReplacement(connectors))
                        .replaceFirst("<Realm[^>]*/>", ""));
        Path webapps = base.resolve("webapps");
        Files.copy(Path.of(System.getProperty("kefu.it.war")), webapps.resolve("chat.war"));
        for (WebArchive application : applications) { // Tomcat starts files first, and then directories
            application.as(ExplodedExporter.class).exportExploded(webapps.toFile());
        }
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + port + "/chat");
    }

    /** Waits until it serves. */
    TomcatInstance awaitReady() {
        Await.until(START, () -> {
            try {
                return RawHttp.exchange(
                                url(),
                                RawHttp.lines(
                                        "GET /chat/health/ready HTTP/1.1", "Host: 127.0.0.1", "Connection: close"))
                        .startsWith("HTTP/1.1 200");
            } catch (IOException notThereYet) {
                return false;
            }
        });
        return this;
    }

    /** @param name e.g. {@code -STOP} */
    void signal(String name) throws IOException, InterruptedException {
        process.signal(name);
    }

    /** Ends it as a crash does. */
    void kill() throws InterruptedException {
        process.kill();
    }

    @Override
    public void close() {
        process.close();
    }
}
