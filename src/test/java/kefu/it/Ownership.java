package kefu.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jboss.arquillian.container.spi.event.container.AfterDeploy;
import org.jboss.arquillian.container.spi.event.container.AfterStart;
import org.jboss.arquillian.container.spi.event.container.BeforeStart;
import org.jboss.arquillian.core.api.annotation.Observes;
import org.jboss.arquillian.core.spi.LoadableExtension;

/** The container under test is the tests' own: none is started beside a stranger's listener, and none outlives the tests' JVM. */
public final class Ownership implements LoadableExtension {
    /** Payara Server's launcher leaves its child behind, and this file. */
    private static final Path PAYARA_PID =
            Path.of(System.getProperty("kefu.it.home", ""), "glassfish", "domains", "kefu", "config", "pid");

    @Override
    public void register(ExtensionBuilder extensions) {
        extensions.observer(Observer.class);
    }

    /** What is told of the container's life. */
    public static final class Observer {
        public void beforeStart(@Observes BeforeStart event) {
            int port = Ports.HTTP;
            try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
                // while the container starts, its process is a child of this one, or the file tells it
                Runtime.getRuntime().addShutdownHook(new Thread(() -> started()
                        .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy))));
            } catch (IOException taken) {
                throw new IllegalStateException(
                        "Something else listens on 127.0.0.1:" + port + ", which the tests need: end it first", taken);
            }
        }

        public void afterStart(@Observes AfterStart event) {
            endWithThisJvm(started());
        }

        /** Payara Micro's adapter starts its process only here. */
        public void afterDeploy(@Observes AfterDeploy event) {
            endWithThisJvm(started());
        }
    }

    /** Has these processes ended when this JVM has, even where it is killed: its end closes the pipe that a shell reads. */
    static void endWithThisJvm(List<Long> pids) {
        List<String> command =
                new ArrayList<>(List.of("sh", "-c", "trap '' INT TERM HUP; cat; kill \"$@\" 2>/dev/null", "sh"));
        pids.forEach(pid -> command.add(String.valueOf(pid)));
        try {
            new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException noShell) {
            throw new UncheckedIOException(noShell);
        }
    }

    /** The processes of the container, as far as they run. */
    static List<Long> started() {
        List<Long> pids = new ArrayList<>(ProcessHandle.current()
                .descendants()
                .filter(process -> process.info().command().orElse("").endsWith("java"))
                .map(ProcessHandle::pid)
                .toList());
        try {
            if (Files.exists(PAYARA_PID)) {
                pids.add(Long.valueOf(Files.readString(PAYARA_PID).trim()));
            }
        } catch (IOException | NumberFormatException gone) {
            // it has just ended
        }
        return pids;
    }
}
