package kefu.it;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in each engine that browsers have: of the agents in one room one has Chromium, one Firefox and one WebKit. */
@ArquillianTest
class EnginesPageIT {
    private static final BuiltWar DESK = new BuiltWar("engines");
    private static final int DRIVER = Integer.getInteger("kefu.it.http.port") + 6;

    @TempDir
    private Path directory;

    private final List<EngineAgent> agents = new ArrayList<>();
    private final List<String> said = new ArrayList<>();

    /** With a heartbeat that is soon missed. */
    @Deployment(testable = false)
    static WebArchive desk() {
        return DESK.with("kefu.backend.url=\nkefu.heartbeat.interval=1s\n");
    }

    @BeforeEach
    void start() throws IOException {
        agents.add(new EngineAgent(
                "Chromium", new PlaywrightEngine(PlaywrightBrowser.chromium(), "en-US"), DESK.socket()));
        agents.add(
                new EngineAgent("Firefox", new PlaywrightEngine(PlaywrightBrowser.firefox(), "zh-CN"), DESK.socket()));
        agents.add(new EngineAgent("WebKit", new WebKit(directory, DRIVER), DESK.socket()));
    }

    @AfterEach
    void stop() throws IOException {
        for (EngineAgent agent : agents) {
            agent.close();
        }
    }

    @Test
    void aDayAtTheDeskLosesNothingAndShowsNothingTwice() throws Exception {
        logIn();
        eachSays("good morning");
        loseTheLine();
        redeploy();
        eachSays("on the new deployment");
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

    /** Nothing passes, and nothing is closed: each page notices it by itself. Another agent goes on talking. */
    private void loseTheLine() throws Exception {
        WsClient other = WsClient.connectV2(DESK.socket());
        other.send("{\"method\":\"login\",\"bid\":\"engines\",\"customer_id\":\"other\",\"customer_name\":\"Other\"}");
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
        for (EngineAgent agent : agents) {
            agent.line.mend();
        }
        agents.forEach(EngineAgent::isOnline);
        allHaveHeard();
        agents.forEach(EngineAgent::sawNobodyLeave);
        assertFalse(other.take().toString().contains("logout_push"));
        other.close();
    }

    private void redeploy() throws Exception {
        Path war = directory.resolve("engines.war");
        desk().as(ZipExporter.class).exportTo(war.toFile());
        TomcatManager.update(DESK.port(), DESK.name(), war);
    }

    private void reload() {
        watch();
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
