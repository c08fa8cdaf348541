package kefu.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import kefu.Await;
import kefu.chaos.Chaos;
import kefu.chaos.ChaosSettings;
import kefu.chaos.Report;
import kefu.protocol.Version;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A redeploy that nobody notices, by each way of the container, again and again: no client misses anything, and nobody hears
 * of it. {@code kefu.chaos.rounds} says how often each way is gone.
 */
@ArquillianTest
class ChaosIT {
    private static final boolean ON_TOMCAT =
            System.getProperty("arquillian.launch").startsWith("tomcat");
    private static final int ROUNDS = Integer.getInteger("kefu.chaos.rounds", 1);
    private static final int MOST_LINES = 1_000; // of the log, for a fault
    private static final int BACKEND = Ports.BACKEND;

    private final ChaosSettings settings = ChaosSettings.read();

    @TempDir
    Path directory;

    /** For Arquillian, which starts a container for its own deployments only. */
    @Deployment(testable = false)
    static WebArchive started() {
        return ShrinkWrap.create(WebArchive.class, "started.war").addClass(BareEndpoint.class);
    }

    @Test
    void nobodyNoticesThatTheGatewayIsRedeployed() throws Exception {
        Path war = export("chat", new BuiltWar("chat").with(gatewaySettings()));
        Path bare = export(
                "bare", ShrinkWrap.create(WebArchive.class).addClasses(ClosingEcho.class, BareEndpoint.Loaded.class));
        try (ChaosContainer container = ON_TOMCAT ? new ChaosTomcat(directory.resolve("tomcat")) : new ChaosPayara()) {
            BuiltWar chat = new BuiltWar("chat", container.port());
            container.deploy("bare", bare);
            container.deploy("chat", war);
            Await.until(Chaos.READY, () -> isReady(chat));
            URI gateway = URI.create("http://127.0.0.1:" + container.port() + "/chat");
            try (Chaos chaos = new Chaos(settings, gateway, System.getProperty("kefu.it.api.key"), BACKEND)) {
                URI echo = new BuiltWar("bare", container.port()).socket();
                for (int i = 0; i < ROUNDS; i++) {
                    chaos.compare("bare WAR in place", echo, () -> container.redeploy("bare", bare));
                }
                chaos.start();
                for (int i = 0; i < ROUNDS; i++) {
                    container.redeployByEachWay(chaos, war);
                }
                Report report = chaos.finish();
                System.out.println(report);
                if (!report.faults().isEmpty()) {
                    print(container.log(), report.explanations().keySet());
                }
                assertEquals(Map.of(), report.faults(), report::toString);
                assertEquals(0, report.failedAttempts("parallel"), report::toString);
                assertTrue(report.sleptPastTheGrace() > 0, report::toString);
                assertNothingIsLeftOfTheOldOnes(container);
            }
        }
    }

    /** While clients are connected: threads of a container that have nothing to do keep what they last served. */
    private void assertNothingIsLeftOfTheOldOnes(ChaosContainer container) {
        Await.untilEquals(List.of("kefu-lifecycle-1"), () -> ContainerHeap.threads(container.pid()).stream()
                .filter(name -> name.startsWith("kefu-lifecycle"))
                .toList());
        if (ON_TOMCAT) { // Payara's threads keep what they last served: see RedeployIT
            Await.untilEquals(1, () -> ContainerHeap.look(container.pid()).loaders(Version.class));
        }
    }

    /** What the log says of the deployments, and of the clients with a fault. */
    private static void print(Path log, Set<String> uids) throws IOException {
        Pattern known =
                Pattern.compile("Drain|HandOver|TakeOver| Stop |Fault|agent=\"(?:" + String.join("|", uids) + ")\"");
        try (Stream<String> lines = Files.lines(log)) {
            lines.filter(line -> known.matcher(line).find()).limit(MOST_LINES).forEach(System.out::println);
        }
    }

    /** A test machine that is slow is no backend that is dead. */
    private String gatewaySettings() {
        String backend = "http://127.0.0.1:" + BACKEND;
        return """
                kefu.backend.url=%s/service/customer/
                kefu.desk=on
                kefu.auth.mode=backend
                kefu.login.timeout=2m
                kefu.events.url=%s/events
                kefu.session.grace=%dms
                kefu.agent.connections=1000
                kefu.backend.timeout=20s
                kefu.backend.breaker.calls=0
                """.formatted(backend, backend, settings.grace().toMillis());
    }

    private Path export(String name, WebArchive war) {
        Path file = directory.resolve(name + ".war");
        war.as(ZipExporter.class).exportTo(file.toFile());
        return file;
    }

    private static boolean isReady(BuiltWar chat) {
        try {
            return chat.get("/health/ready").statusCode() == 200;
        } catch (RuntimeException away) {
            return false;
        }
    }
}
