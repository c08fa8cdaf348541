package kefu.it;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import kefu.Await;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page in each engine that browsers have: of the agents in one room one has Chromium, one Firefox and one WebKit. The container
 * is the test's own, since it is restarted.
 */
class EnginesPageIT {
    private static final int PORT = Ports.of(2);
    private static final BuiltWar DESK = new BuiltWar("engines", PORT);
    private static final int DRIVER = Ports.of(6);

    /** Longer than any limit of silence, and than any back-off. */
    private static final Duration LONG_LOSS = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    private TomcatProcess tomcat;
    private PlaywrightBrowser firefox;
    private @Nullable EngineAgent leaver;
    private Path war;
    private final List<EngineAgent> agents = new ArrayList<>();
    private final List<String> said = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        war = directory.resolve("engines.war");
        DESK.with("kefu.backend.url=\nkefu.heartbeat.interval=1s\n") // a heartbeat that is soon missed
                .as(ZipExporter.class)
                .exportTo(war.toFile());
        tomcat = new TomcatProcess(
                Path.of(System.getProperty("kefu.it.home")),
                directory.resolve("tomcat"),
                Path.of(System.getProperty("kefu.it.containers")),
                PORT,
                List.of("-XX:TieredStopAtLevel=1"));
        tomcat.put(war, "engines.war");
        agents.add(new EngineAgent(
                "Chromium", new PlaywrightEngine(PlaywrightBrowser.chromium(), "en-US"), DESK.socket()));
        firefox = PlaywrightBrowser.firefox();
        agents.add(new EngineAgent("Firefox", new PlaywrightEngine(firefox, "zh-CN"), DESK.socket()));
        agents.add(new EngineAgent("WebKit", new WebKit(directory, DRIVER), DESK.socket()));
        Await.until(DESK::isReady);
    }

    @AfterEach
    void stop() throws IOException {
        for (EngineAgent agent : agents) {
            agent.close();
        }
        if (leaver != null) {
            leaver.line.close(); // the browser is the other one's
        }
        tomcat.close();
    }

    @Test
    void aDayAtTheDeskLosesNothingAndShowsNothingTwice() throws Exception {
        logIn();
        eachSays("good morning");
        loseTheLine(goToAnotherPage());
        assertFalse(agents.get(0).seesNow("Leaver"), "gone after 5 s");
        restart();
        reload();
        refuseWebSocket();
        for (EngineAgent agent : agents) {
            agent.findsItAccessible("room");
            agent.logOut();
            agent.hasNothingLeftInTheBrowser();
            agent.hadNoErrors();
        }
    }

    private void logIn() throws IOException {
        for (EngineAgent agent : agents) {
            agent.open();
            agent.findsItAccessible("login");
            agent.logIn("engines");
        }
        watch();
    }

    private void watch() {
        agents.forEach(agent -> agent.watch(agents));
    }

    private void eachSays(String words) {
        for (EngineAgent agent : agents) {
            says(agent, words);
        }
        allHaveHeard();
    }

    private void says(EngineAgent agent, String words) {
        agent.write(agent.name + ": " + words);
        agent.send();
        said.add(agent.name + ": " + words);
    }

    private void allHaveHeard() {
        agents.forEach(agent -> agent.hasHeard(said));
    }

    /** In the same tab. Firefox closes the line before the page knows. */
    private EngineAgent goToAnotherPage() throws IOException {
        EngineAgent gone = new EngineAgent("Leaver", new PlaywrightEngine(firefox, "en-US"), DESK.socket());
        leaver = gone;
        gone.open();
        gone.logIn("engines");
        gone.leave();
        return gone;
    }

    /**
     * Nothing passes, and nothing is closed: each page notices it by itself. Another agent goes on talking. For one of them it is long
     * until the line is back, and the gateway is redeployed meanwhile.
     */
    private void loseTheLine(EngineAgent gone) throws Exception {
        WsClient other = WsClient.connectV2(DESK.socket());
        other.send("{\"method\":\"login\",\"bid\":\"engines\",\"customer_id\":\"other\",\"customer_name\":\"Other\"}");
        long cut = System.nanoTime();
        for (EngineAgent agent : agents) {
            agent.line.cut();
        }
        for (int n = 0; n < 3; n++) {
            other.send("{\"method\":\"say\",\"to\":\"all\",\"content\":\"missed %d\",\"id\":\"%d\"}".formatted(n, n));
            said.add("missed " + n);
        }
        for (EngineAgent agent : agents) {
            agent.hasLostTheLine();
            says(agent, "without a line");
            agent.findsItAccessible("lost");
        }
        EngineAgent longAway = agents.get(1);
        List<EngineAgent> others = List.of(agents.get(0), agents.get(2));
        for (EngineAgent agent : others) {
            agent.line.mend();
        }
        others.forEach(EngineAgent::isOnline);
        assertFalse(
                other.take().stream().anyMatch(frame -> frame.contains("logout_push") && !frame.contains(gone.name)));
        other.close();
        TomcatManager.update(DESK.port(), DESK.name(), war);
        for (EngineAgent agent : others) {
            says(agent, "on the new deployment");
        }
        says(longAway, "still without a line");
        others.forEach(EngineAgent::isOnline);
        Await.until(() -> System.nanoTime() - cut > LONG_LOSS.toNanos());
        longAway.line.mend();
        longAway.isOnline();
        allHaveHeard();
        agents.forEach(EngineAgent::sawNobodyLeave);
    }

    /** What is written while there is no gateway is said once it is there again. */
    private void restart() throws IOException {
        tomcat.close();
        for (EngineAgent agent : agents) {
            agent.hasLostTheLine();
            says(agent, "while nobody was there");
        }
        tomcat.startAgain();
        agents.forEach(EngineAgent::isOnline);
        allHaveHeard();
        agents.forEach(EngineAgent::sawNobodyLeave);
    }

    private void reload() {
        for (EngineAgent agent : agents) {
            agent.write("not yet finished");
            agent.reload();
            agent.finds("not yet finished");
            agent.hasHeard(said);
            agent.send();
            said.add("not yet finished");
            agent.watch(agents);
        }
        allHaveHeard();
        agents.forEach(EngineAgent::sawNobodyLeave);
    }

    private void refuseWebSocket() throws IOException {
        for (EngineAgent agent : agents) {
            agent.line.refuseWebSocket();
        }
        eachSays("by streams");
        for (EngineAgent agent : agents) {
            agent.talksByStreams();
            agent.reload();
        }
        eachSays("by streams again");
        agents.forEach(EngineAgent::talksByStreams);
    }
}
