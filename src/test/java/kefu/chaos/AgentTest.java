package kefu.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import kefu.ManualTimer;
import org.junit.jupiter.api.Test;

/** A client of the chaos, whose lines lead nowhere: the test says what comes on them. */
class AgentTest {
    private static final String PLACES = "\"channels\":{},\"customer_list\":[]}";
    private static final Duration NIGHT = Duration.ofMinutes(1);

    private final ManualTimer timer = new ManualTimer();
    private final Faults faults = new Faults();
    private final Set<Integer> heard = new HashSet<>();
    private Agent agent = agent(ChaosSettings.read());

    private Agent agent(ChaosSettings settings) {
        Field field = new Field(
                settings,
                URI.create("ws://127.0.0.1:1/chat"),
                line -> {},
                timer,
                new Reconnects(),
                faults,
                (uid, number) -> heard.contains(number),
                new Numbers(),
                new Numbers(),
                new Numbers(),
                new Allowed());
        return new Agent("a", field, Set.of(), Duration.ZERO);
    }

    private Line line() {
        return Objects.requireNonNull(agent.line);
    }

    private void logIn() {
        agent.dial();
        agent.opened(line());
        agent.received(line(), "{\"method\":\"login\",\"code\":200,\"ticket\":\"t\",\"client\":\"c\"," + PLACES);
    }

    private void comeBack(Duration after) {
        timer.advance(after);
        agent.opened(line());
        agent.received(line(), "{\"method\":\"resume\",\"code\":200,\"client\":\"c\"," + PLACES);
    }

    @Test
    void whoSleepsIsAwayUntilTheEndOfItsNight() {
        logIn();
        agent.sleep(NIGHT, false);
        timer.advance(NIGHT);
        assertFalse(agent.isOnline());
        assertFalse(agent.isAwake());
    }

    /** Its next line is no sleep: else it would be away past its grace, and take the end of its session for a fault. */
    @Test
    void whoseLineWasClosedAndCameBackAsItFellAsleepIsAwake() {
        logIn();
        agent.sleep(NIGHT, false);
        agent.closed(line(), 1012, "retry=50");
        comeBack(Duration.ofMillis(50));
        timer.advance(Duration.ofSeconds(1));
        assertTrue(agent.isOnline());
        assertTrue(agent.isAwake());
    }

    /** Two requests, of which the backend has heard one, on a line that is ended; the next one knows of neither. */
    private void asksOverTheEndOfALine(ChaosSettings settings, int code) {
        agent = agent(settings);
        logIn();
        agent.work(0);
        agent.work(0);
        heard.add(1);
        agent.closed(line(), code, "retry=50");
        comeBack(Duration.ofMillis(50));
        for (int i = 0; i < 2; i++) {
            agent.received(line(), "{\"id\":\"work-" + i + "\",\"method\":\"work\",\"code\":\"10011\"}");
        }
    }

    @Test
    void whatANodeThatStopsHasNotReadMayHaveAnUnknownOutcomeOnTheNextOne() {
        asksOverTheEndOfALine(ChaosSettings.readForCluster(), 1012);
        assertEquals(Map.of("answer 10011 to work sent again", 1), faults.all(), "the one that the backend has heard");
        assertEquals(1, agent.unknownOutcomes());
    }

    @Test
    void butNotWhereItWasForAnotherReasonThatTheLineWasEnded() {
        asksOverTheEndOfALine(ChaosSettings.readForCluster(), 4008);
        assertEquals(Map.of("answer 10011 to work sent again", 2), faults.all());
    }

    @Test
    void norWhereTheNextGatewayKnowsAllOfTheOneBefore() {
        asksOverTheEndOfALine(ChaosSettings.read(), 1012);
        assertEquals(Map.of("answer 10011 to work sent again", 2), faults.all());
    }

    @Test
    void theEndOfASessionWhoseClientIsAwakeIsAFaultAndSaysWhatHasLedToIt() {
        logIn();
        agent.closed(line(), 1012, "retry=50");
        timer.advance(Duration.ofMillis(50));
        for (int i = 0; i < 2; i++) {
            agent.failed(line(), "http 404");
            timer.advance(Duration.ofSeconds(1));
        }
        agent.opened(line());
        agent.received(line(), "{\"method\":\"resume\",\"code\":\"10005\"}");
        assertEquals(Map.of("session ended too early", 1), faults.all());
        String explanation = faults.explanations().getOrDefault("a", "").replaceAll("[0-9:.]{12} ", "");
        assertEquals("""
                asks to log in
                  login answered 200 c
                  closed 1012 retry=50
                  not connected: http 404 (2 times)
                  asks to resume, try 1
                  resume answered 10005""", explanation);
    }
}
