package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kefu.Await;
import kefu.LoggedLines;
import kefu.desk.Desk;
import kefu.gateway.SessionCommands.Outcome;
import kefu.protocol.Channel;
import kefu.protocol.CloseCode;
import org.junit.jupiter.api.Test;

/** A step was done, and the gateway has heard that it has failed. */
class FailedStepTest extends V2Testbed {
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Channel OTHER = group("h");

    private final StoppedSteps steps = new StoppedSteps();

    private TestGateway gateway() {
        gateways.add(new TestGateway(
                Map.of("kefu.session.grace", GRACE.toSeconds() + "s"),
                own -> new Desk(own.broker, Clock.systemUTC()),
                steps));
        return gateways.get(0);
    }

    private static void graceEnds(TestGateway gateway) {
        gateway.advance(GRACE);
        gateway.sessions.expire();
    }

    @Test
    void aSessionWhoseResumeHasFailedEndsWithItsGrace() {
        TestGateway gateway = gateway();
        TestGateway.Client watcher = v2(gateway);
        login(watcher, "g", "bob", "");
        TestGateway.Client client = v2(gateway);
        String ticket = login(client, "g", "ann", "").getString("ticket");
        client.lose();
        steps.failAt("resume");
        TestGateway.Client again = v2(gateway);
        resume(again, ticket, 1, "{}");
        assertEquals("10008", last(again).getString("code"));
        gateway.sessions.expire();
        assertEquals(0, pushes(watcher, "logout_push"), "it has its grace once more");
        graceEnds(gateway);
        assertEquals(1, pushes(watcher, "logout_push"));
        assertEquals(1, gateway.sessions.kept());
    }

    @Test
    void aSessionWhoseResumeHasFailedGoesOnByTheNextAttempt() {
        TestGateway gateway = gateway();
        TestGateway.Client client = v2(gateway);
        String ticket = login(client, "g", "ann", "").getString("ticket");
        client.lose();
        steps.failAt("resume");
        TestGateway.Client again = v2(gateway);
        resume(again, ticket, 1, "{}");
        resume(again, ticket, 2, "{}");
        assertEquals(200, last(again).getInt("code"));
        graceEnds(gateway);
        push(gateway, group("g"), "{\"n\":1}");
        assertEquals(List.of(1), heard(again, "g:g"));
    }

    @Test
    void theConnectionThatAFailedResumeHasTakenFromItsSessionIsClosedWhenThatEnds() {
        TestGateway gateway = gateway();
        TestGateway.Client client = v2(gateway);
        String ticket = login(client, "g", "ann", "").getString("ticket");
        steps.failAt("resume");
        resume(v2(gateway), ticket, 1, "{}");
        graceEnds(gateway);
        Await.until(() -> client.wire.closed().equals(Optional.of(CloseCode.TAKEN_OVER)));
        assertEquals(0, gateway.sessions.kept());
    }

    @Test
    void whoCannotHearAChannelThatItWasPutIntoHearsItWhenItResumes() {
        TestGateway gateway = gateway();
        TestGateway.Client client = v2(gateway);
        JsonObject login = login(client, "g", "ann", "");
        steps.failAt("follow");
        assertEquals(
                Outcome.DONE,
                gateway.commands
                        .join(login.getString("client"), OTHER)
                        .toCompletableFuture()
                        .join());
        Await.until(() -> client.wire.closed().equals(Optional.of(CloseCode.TOO_SLOW)));
        client.connection.ended(4008);
        TestGateway.Client again = v2(gateway);
        resume(again, login.getString("ticket"), 1, "{}");
        Await.until(() -> !frames(again).isEmpty()); // the loss of the connection before is perhaps still being written
        assertTrue(last(again).getJsonObject("channels").containsKey("g:h"));
        push(gateway, OTHER, "{\"n\":1}");
        assertEquals(List.of(1), heard(again, "g:h"));
    }

    @Test
    void anEndOfTheGraceThatHasFailedIsNoSessionThatStays() {
        TestGateway gateway = gateway();
        TestGateway.Client watcher = v2(gateway);
        login(watcher, "g", "bob", "");
        TestGateway.Client client = v2(gateway);
        login(client, "g", "ann", "");
        client.lose();
        steps.failAt("expire");
        graceEnds(gateway);
        assertEquals(1, pushes(watcher, "logout_push"));
        assertEquals(1, gateway.sessions.kept());
    }

    @Test
    void whatASealOvertakesIsAnswered10008AndIsNoFault() {
        TestGateway gateway = gateway();
        TestGateway.Client loggedIn = v2(gateway);
        String ticket = login(loggedIn, "g", "ann", "").getString("ticket");
        TestGateway.Client other = v2(gateway);
        try (LoggedLines log = new LoggedLines()) {
            gateway.seal();
            other.login("g", "bob");
            assertEquals("10008", last(other).getString("code"));
            resume(other, ticket, 1, "{}");
            assertEquals("10008", last(other).getString("code"));
            loggedIn.send("{\"method\":\"say\",\"to\":\"all\",\"content\":\"x\"}");
            assertEquals("10008", last(loggedIn).getString("code"));
            assertEquals(List.of(), log.starting("Fault"));
        }
    }
}
