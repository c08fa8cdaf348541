package kefu.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import kefu.Await;
import kefu.auth.SignedTokens;
import kefu.protocol.Json;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Whatever comes over the network: who sends it is refused or ignored and shown nothing of the gateway's insides, two
 * others are served all the while and miss nothing, and afterwards everything works as before.
 */
@ArquillianTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileIT {
    private static final BuiltWar WAR = new BuiltWar("hostile");
    private static final Pattern RECORD = Pattern.compile("(?m)^(?=\\d\\d-\\w{3}-\\d{4} |\\[\\d{4}-)");
    private static final Pattern OURS = Pattern.compile("(WARNING|SEVERE).*\\bkefu\\.");
    private static final Target TARGET = new Target(
            URI.create("http://127.0.0.1:" + WAR.port() + "/hostile"), System.getProperty("kefu.it.api.key"));

    private StubBackend backend;
    private HealthyPair healthy;
    private List<String> loggedBefore = List.of();

    @Deployment(testable = false)
    static WebArchive hostile() {
        return WAR.with("""
                kefu.auth.secret=%s
                kefu.login.timeout=10m
                kefu.heartbeat.interval=500ms
                kefu.heartbeat.timeout=5s
                kefu.proxies=127.0.0.1
                kefu.address.connections=50
                kefu.queue.max-bytes=1MiB
                """.formatted(SignedTokens.SECRET)).addClass(QuietLog.class);
    }

    @BeforeAll
    void beginBackend() throws Exception {
        backend = new StubBackend(
                Ports.BACKEND,
                Json.parse("{\"*\":{\"status\":200,\"echo\":true}}")
                        .orElseThrow()
                        .asJsonObject());
        loggedBefore = faults(); // of tests that deploy what is wrong
    }

    @AfterAll
    void endBackend() {
        backend.close();
    }

    @BeforeEach
    void connect() throws Exception {
        healthy = new HealthyPair(TARGET);
    }

    /** Nobody else is connected any more, heartbeats come, and no fault was logged. */
    @AfterEach
    void everythingIsAsBefore() throws Exception {
        int heartbeats = healthy.heartbeats();
        Await.until(() -> WAR.connections() == HealthyPair.CLIENTS);
        Await.until(() -> healthy.heartbeats() > heartbeats + 2);
        healthy.close();
        List<String> faults = new ArrayList<>(faults());
        faults.removeAll(loggedBefore);
        assertEquals(List.of(), faults);
        for (StubBackend.Received call : backend.received()) {
            assertTrue(call.path().matches("/service/customer" + ContentAttacks.ALLOWED_PATH), call.path());
            assertTrue(call.headers().keySet().stream().noneMatch(name -> name.matches("(?i)x-forged.*")));
        }
    }

    /** What the log says is wrong with us, be it by our own word or by that of the container that had called us. */
    private List<String> faults() {
        return RECORD.splitAsStream(ContainerLog.text())
                .filter(record ->
                        OURS.matcher(record.lines().findFirst().orElse("")).find()
                                || record.contains("Servlet.service()"))
                .filter(record -> record.contains("\tat "))
                .toList();
    }

    private void withstands(List<Attack> attacks) {
        List<String> others = new ArrayList<>();
        for (Attack attack : attacks) {
            for (int i = 0; i < attack.times(); i++) {
                int rounds = healthy.rounds();
                String end = end(attack);
                if (!end.matches(attack.refused())) {
                    others.add(attack.name() + ": " + end);
                }
                Await.until(() -> healthy.rounds() > rounds);
            }
        }
        assertEquals(List.of(), others);
    }

    private static String end(Attack attack) {
        try {
            return attack.once().tryOn(TARGET);
        } catch (Exception | AssertionError failed) {
            return failed.toString();
        }
    }

    @Test
    void framesThatAreNone() {
        withstands(FrameAttacks.all());
    }

    @Test
    void floods() {
        withstands(FloodAttacks.all());
    }

    @Test
    void handshakesThatAreNone() {
        withstands(HandshakeAttacks.all());
    }

    @Test
    void methodsAndNamesThatAreMeantToBeSomethingElse() {
        withstands(ContentAttacks.all());
    }

    @Test
    void callsOfTheApi() {
        withstands(ApiAttacks.all());
        withstands(List.of(ApiAttacks.SLOW_BODIES));
    }

    @Test
    void moreThanASharePressesNobodyElse() {
        withstands(List.of(
                PressureAttacks.BAD_TOKENS,
                PressureAttacks.CONNECTIONS,
                PressureAttacks.slowReaders(2),
                PressureAttacks.unreadPongs(4),
                PressureAttacks.calls("calls without a key", "403", "x")));
    }
}
