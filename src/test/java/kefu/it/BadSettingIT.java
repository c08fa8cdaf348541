package kefu.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.http.WebSocketHandshakeException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
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
    private static final BuiltWar BAD = MICRO ? new BuiltWar("bad", 21012) : new BuiltWar("bad");
    private static final String REASON =
            "kefu.queue.max-frames (KEFU_QUEUE_MAX_FRAMES) is \"many\"; allowed: a whole number, 16 to 1000000";

    @TempDir
    Path directory;

    @Deployment(name = "bad", managed = false, testable = false)
    static WebArchive bad() {
        return BAD.with("kefu.queue.max-frames=many\n");
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
        assertEquals(404, BAD.get("/").statusCode());
        assertEquals(404, BAD.get("/health/live").statusCode());
        var handshake = assertThrows(ExecutionException.class, () -> WsClient.connect(BAD.socket()));
        assertInstanceOf(WebSocketHandshakeException.class, handshake.getCause());
    }
}
