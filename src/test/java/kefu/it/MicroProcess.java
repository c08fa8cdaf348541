package kefu.it;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import kefu.Await;

/** A Payara Micro of a test's own: it runs one application, and Arquillian's adapter gives up where that does not start. */
final class MicroProcess implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(3);

    private final Process process;

    /** Starts it with this application, and waits until it has done what it could. */
    MicroProcess(Path war, int port) throws IOException {
        Path log = ContainerLog.DIRECTORY.resolve(war.getFileName() + ".log");
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-jar",
                        System.getProperty("kefu.it.home"),
                        "--nocluster",
                        "--port",
                        String.valueOf(port),
                        "--prebootcommandfile",
                        System.getProperty("kefu.it.containers") + "/payara-micro.asadmin",
                        "--deploy",
                        war.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Ownership.endWithThisJvm(List.of(process.pid()));
        try {
            Await.until(START, () -> ContainerLog.read(log).contains(") ready in ") || !process.isAlive());
        } catch (AssertionError notStarted) {
            close();
            throw notStarted;
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException stopNow) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
