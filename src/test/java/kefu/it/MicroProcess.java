package kefu.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import kefu.Await;

/** A Payara Micro of a test's own: it runs one application, and Arquillian's adapter gives up where that does not start. */
final class MicroProcess implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(3);

    private final ServerProcess process;

    /** Starts it with this application, and waits until it has done what it could. */
    MicroProcess(Path war, int port) throws IOException {
        Path log = ContainerLog.DIRECTORY.resolve(war.getFileName() + ".log");
        Files.deleteIfExists(log); // of a run before
        process = ServerProcess.of(
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:TieredStopAtLevel=1", // many starts and little work
                        "-jar",
                        System.getProperty("kefu.it.home"),
                        "--nocluster",
                        "--port",
                        String.valueOf(port),
                        "--prebootcommandfile",
                        System.getProperty("kefu.it.containers") + "/payara-micro.asadmin",
                        "--deploy",
                        war.toString()),
                log);
        try {
            Await.until(START, () -> ContainerLog.read(log).contains(") ready in ") || !process.isAlive());
        } catch (AssertionError notStarted) {
            close();
            throw notStarted;
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
