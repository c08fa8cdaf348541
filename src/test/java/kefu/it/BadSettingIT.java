package kefu.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.WebSocketHandshakeException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import kefu.Await;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A setting that is not allowed keeps the application from starting, in every container, and the log says why. */
@ArquillianTest
class BadSettingIT {
    private static final boolean MICRO = System.getProperty("arquillian.launch").equals("payara-micro");
    private static final BuiltWar BAD = MICRO ? new BuiltWar("bad", Ports.of(2)) : new BuiltWar("bad");
    private static final String REASON =
            "kefu.queue.max-frames (KEFU_QUEUE_MAX_FRAMES) is \"many\"; allowed: a whole number, 16 to 1000000";

    /** What the gateway itself says: a record of any container's form, in one line or in two. */
    private static final Pattern CONSOLE =
            Pattern.compile("SEVERE[^\\n]*kefu\\.Startup[^\\n]*\\n?[^\\n]*does not start[^\\n]*");

    @TempDir
    Path directory;

    @Deployment(name = "bad", managed = false, testable = false)
    static WebArchive bad() {
        return BAD.with("kefu.queue.max-frames=many\nkefu.node=a b\nkefu.queue.max-frame=1\n");
    }

    @Test
    void theApplicationDoesNotServeAndTheLogHasKeyValueAndWhatIsAllowed(@ArquillianResource Deployer deployer)
            throws Exception {
        if (MICRO) {
            Path war = directory.resolve("bad.war");
            bad().as(ZipExporter.class).exportTo(war.toFile());
            try (MicroProcess micro = new MicroProcess(war, BAD.port())) {
                isNotServed();
            }
        } else {
            assertThrows(Exception.class, () -> deployer.deploy("bad"));
            isNotServed();
        }
    }

    private static void isNotServed() {
        Await.until(() -> ContainerLog.text().contains(REASON));
        String console = CONSOLE.matcher(ContainerLog.text())
                .results()
                .map(MatchResult::group)
                .collect(Collectors.joining());
        assertTrue(console.contains(REASON), console);
        assertTrue(console.contains("kefu.node (KEFU_NODE) is \"a b\""), console);
        assertTrue(
                ContainerLog.text()
                        .contains(
                                "Setting setting=\"kefu.queue.max-frame\" problem=\"it is no setting\" nearest=\"kefu.queue.max-frames\""));
        assertEquals(404, BAD.get("/").statusCode());
        assertEquals(404, BAD.get("/health/live").statusCode());
        var handshake = assertThrows(ExecutionException.class, () -> WsClient.connect(BAD.socket()));
        assertInstanceOf(WebSocketHandshakeException.class, handshake.getCause());
    }
}
