package kefu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kefu.config.BadSettingException;
import kefu.gateway.Gateway;
import kefu.gateway.Stopped;
import kefu.lifecycle.Lifecycle;
import kefu.lifecycle.Ownership;
import org.jboss.weld.environment.se.Weld;
import org.jboss.weld.environment.se.WeldContainer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the start says, and to whom. */
class StartupTest {
    private final Map<String, String> settings = new HashMap<>();
    private final LoggedLines log = new LoggedLines();
    private WeldContainer cdi;
    private boolean started;

    @TempDir
    private Path data;

    @BeforeEach
    void open() {
        cdi = new Weld()
                .disableDiscovery()
                .beanClasses(Wiring.class, Gateway.class)
                .initialize();
        settings.put("kefu.data.dir", data.toString());
    }

    @AfterEach
    void close() {
        log.close();
        if (started) {
            cdi.select(Ownership.class).get().stop();
            cdi.getBeanManager().getEvent().fire(new Stopped());
        }
        cdi.close();
        settings.keySet().forEach(System::clearProperty);
    }

    private void start() {
        settings.forEach(System::setProperty);
        ServletContext context = (ServletContext) Proxy.newProxyInstance(
                ServletContext.class.getClassLoader(),
                new Class<?>[] {ServletContext.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getContextPath" -> "/chat";
                    case "getVirtualServerName" -> "Catalina/localhost";
                    default -> null;
                });
        new Startup().contextInitialized(new ServletContextEvent(context));
        started = true;
    }

    @Test
    void theStartSaysItsSettingsAndNoSecret() {
        settings.put("kefu.api.key", "54827ea4c1f0b3d2");
        settings.put("kefu.node", "n1");
        start();
        String line = log.starting("Start").get(0);
        assertTrue(line.startsWith("Start context=\"/chat\" data=\"" + data), line);
        assertTrue(line.contains(" key=\"as set\" "), line);
        assertTrue(line.contains(" kefu.api.key=\"***\" "), line);
        assertTrue(line.contains(" kefu.node=\"n1\""), line);
        assertTrue(line.contains(" kefu.queue.max-frames=\"4096\" "), line);
        assertFalse(line.contains("54827ea4"), line);
        assertFalse(line.contains("kefu.backend.token="), line);
    }

    @Test
    void theStartTakesTheSessionsInADirectoryOfItsOwn() {
        start();
        assertTrue(cdi.select(Lifecycle.class).get().isOpen());
        assertTrue(Files.exists(
                data.resolve("Catalina%2Flocalhost").resolve("chat").resolve("owner.lock")));
    }

    @Test
    void itWarnsWhereWhoeverReachesItMayLogInAsAnyAgent() {
        start();
        assertEquals(1, log.starting("Setting setting=\"kefu.auth.mode\"").size());
        settings.put("kefu.auth.secret", "a secret of thirty-two bytes or more");
        start();
        assertEquals(1, log.starting("Setting setting=\"kefu.auth.mode\"").size());
    }

    @Test
    void itWarnsOnceWhereNothingStaysOverARestart() {
        settings.remove("kefu.data.dir");
        settings.put(
                "com.sun.aas.instanceRoot", data.toString()); // a directory for temporary files, as Payara Micro has
        start();
        assertEquals(
                List.of(
                        "Setting setting=\"kefu.data.dir\" problem=\"the API key is a new one at each start, and no session"
                                + " outlives a restart, since the directory is a new one at each start: set it to one that stays\""
                                + " context=\"/chat\" data=\""
                                + data.resolve("kefu").resolve("chat") + "\""),
                log.starting("Setting setting=\"kefu.data.dir\""));
        settings.put("kefu.api.key", "54827ea4c1f0b3d2");
        start();
        assertTrue(log.starting("Setting setting=\"kefu.data.dir\"")
                .get(1)
                .contains("problem=\"no session outlives a restart,"));
    }

    @Test
    void itWarnsOfANameThatIsNoSetting() {
        settings.put("kefu.queue.max-frame", "17");
        start();
        assertEquals(
                List.of(
                        "Setting setting=\"kefu.queue.max-frame\" problem=\"it is no setting\" nearest=\"kefu.queue.max-frames\""),
                log.starting("Setting").stream()
                        .filter(line -> line.contains("kefu.queue."))
                        .toList());
    }

    @Test
    void whatKeepsItFromStartingIsSevereEachSettingByItself() {
        settings.put("kefu.queue.max-frames", "many");
        settings.put("kefu.node", "a b");
        assertThrows(BadSettingException.class, this::start);
        List<String> said = log.severe();
        assertEquals(2, said.size(), said.toString());
        assertTrue(said.get(0)
                .startsWith("/chat does not start: kefu.queue.max-frames (KEFU_QUEUE_MAX_FRAMES) is \"many\""));
        assertTrue(said.get(1).startsWith("/chat does not start: kefu.node (KEFU_NODE) is \"a b\""));
        assertEquals(List.of(), log.starting("Start"));
    }
}
