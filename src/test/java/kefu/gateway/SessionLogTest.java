package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import kefu.Await;
import kefu.LoggedLines;
import kefu.connection.FakeWire;
import kefu.desk.Desk;
import kefu.protocol.CloseCode;
import kefu.protocol.Version;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each line that says why an agent is or is not there, as {@code docs/logging.md} promises it. */
class SessionLogTest {
    private static final String ADDRESS = "192.0.2.7";

    private final LoggedLines log = new LoggedLines();
    private TestGateway gateway = new TestGateway();

    @AfterEach
    void close() {
        gateway.close();
        log.close();
    }

    private TestGateway.Client v1(String agent) {
        TestGateway.Client client = gateway.connect(new FakeWire(), Version.V1, ADDRESS);
        client.login("3", agent);
        return client;
    }

    private TestGateway.Client v2(String agent) {
        TestGateway.Client client = gateway.connect(new FakeWire(), Version.V2, ADDRESS);
        client.login("3", agent);
        return client;
    }

    /** The lines of an event, with ids of sessions and connections that differ each time as s and c, and seconds as n. */
    private List<String> lines(String event) {
        return log.starting(event).stream()
                .map(line -> line.replaceAll("session=\"[0-9a-f-]{36}\"", "session=s")
                        .replaceAll("(connection|before)=\"[0-9a-f-]{36}\"", "$1=c")
                        .replaceAll("(seconds|up)=\\d+", "$1=n"))
                .toList();
    }

    private void says(String line) {
        String event = line.substring(0, line.indexOf(' '));
        Await.until(() -> !log.starting(event).isEmpty());
        assertEquals(List.of(line), lines(event));
    }

    @Test
    void aLoginSaysWhoAndFromWhere() {
        v1("42");
        says("Login session=s agent=\"42\" group=\"3\" connection=c address=\"192.0.2.7\" by=\"client\""
                + " protocol=\"v1\" name=\"n\"");
    }

    @Test
    void aClientThatSaysGoodbyeIsClosedAndLoggedOutByItself() {
        v1("42").close();
        says(
                "Close session=s agent=\"42\" group=\"3\" connection=c address=\"192.0.2.7\" code=1000 by=\"client\" seconds=n");
        says(
                "Logout session=s agent=\"42\" group=\"3\" connection=c address=\"192.0.2.7\" code=1000 by=\"client\" seconds=n");
    }

    @Test
    void aCutLineIsTheNetworks() {
        v2("42").lose();
        says(
                "Close session=s agent=\"42\" group=\"3\" connection=c address=\"192.0.2.7\" code=1006 by=\"network\" seconds=n");
        says("Loss session=s agent=\"42\" group=\"3\" connection=c address=\"192.0.2.7\" code=1006 by=\"network\"");
        assertEquals(List.of(), log.starting("Logout"));
    }

    @Test
    void aClientCannotPassForTheApi() {
        v1("42").connection.ended(CloseCode.ENDED_BY_SERVER.number());
        says(
                "Close session=s agent=\"42\" group=\"3\" connection=c address=\"192.0.2.7\" code=4002 by=\"client\" seconds=n");
    }

    @Test
    void whoIsNotLoggedInHasNoSession() {
        gateway.connect(new FakeWire(), Version.V1, ADDRESS).lose();
        says("Close connection=c address=\"192.0.2.7\" code=1006 by=\"network\" seconds=n");
    }

    @Test
    void aResumeNamesTheConnectionBeforeWhichItsClientHasEnded() {
        TestGateway.Client before = v2("42");
        String ticket = before.frames().get(0).getString("ticket");
        gateway.connect(new FakeWire(), Version.V2, ADDRESS)
                .send("{\"method\":\"resume\",\"ticket\":\"%s\",\"try\":1}".formatted(ticket));
        says("Resume session=s agent=\"42\" group=\"3\" connection=c address=\"192.0.2.7\" by=\"client\" before=c");
        says(
                "Close session=s agent=\"42\" group=\"3\" connection=c address=\"192.0.2.7\" code=4001 by=\"client\" seconds=n");
    }

    @Test
    void aCallOfTheApiEndsASession() {
        TestGateway.Client client = v2("42");
        String session = client.frames().get(0).getString("client");
        gateway.commands.close(session, Optional.empty());
        says(
                "Close session=s agent=\"42\" group=\"3\" connection=c address=\"192.0.2.7\" code=4002 by=\"api\" seconds=n");
        says(
                "Logout session=s agent=\"42\" group=\"3\" connection=c address=\"192.0.2.7\" code=4002 by=\"api\" seconds=n");
    }

    @Test
    void aCallOfTheApiEndsASessionThatHasNoConnectionToo() {
        TestGateway.Client client = v2("42");
        String session = client.frames().get(0).getString("client");
        client.lose();
        gateway.commands.close(session, Optional.empty());
        says(
                "Logout session=s agent=\"42\" group=\"3\" connection=c address=\"192.0.2.7\" code=1006 by=\"api\" seconds=n");
    }

    @Test
    void aLogoutThatWasAskedForLeavesTheConnectionOpen() {
        v2("42").send("{\"method\":\"logout\"}");
        says("Logout session=s agent=\"42\" group=\"3\" connection=c address=\"192.0.2.7\" by=\"client\" seconds=n");
        assertEquals(List.of(), log.starting("Close"));
    }

    @Test
    void aBoundEndsAConnection() {
        v1("42").connection.end(CloseCode.TOO_SLOW);
        says(
                "Close session=s agent=\"42\" group=\"3\" connection=c address=\"192.0.2.7\" code=4008 by=\"bound\" seconds=n");
    }

    @Test
    void whoDoesNotComeBackIsLoggedOutByTheGrace() {
        gateway.close();
        gateway = new TestGateway(
                Map.of("kefu.session.grace", "1ms", "kefu.heartbeat.interval", "1s"),
                own -> new Desk(own.broker, java.time.Clock.systemUTC()));
        v2("42").lose();
        says(
                "Logout session=s agent=\"42\" group=\"3\" connection=c address=\"192.0.2.7\" code=1006 by=\"grace\" seconds=n");
    }

    @Test
    void aStopEndsConnectionsAndSaysItsTotalsInOneLine() {
        v1("42");
        v2("43");
        gateway.stop();
        assertTrue(
                lines("Close").stream().allMatch(line -> line.contains("code=1012 by=\"stop\"")),
                lines("Close")::toString);
        says(
                "Stop connections=2 sessions=2 up=n closes=2 logins=2 resumes=0 refusals=0 bounds=0 frames_in=0 frames_out=3"
                        + " publications=2 deliveries=3");
    }

    @Test
    void aLoginThatShowsNoTokenIsSaidOnceInAWhile() {
        gateway.close();
        gateway = new TestGateway(
                Map.of("kefu.auth.secret", "0123456789abcdef0123456789abcdef"),
                own -> new Desk(own.broker, java.time.Clock.systemUTC()));
        TestGateway.Client client = gateway.connect(new FakeWire(), Version.V1, ADDRESS);
        client.login("3", "42");
        client.login("3", "42");
        says("Rejection reason=\"credentials\" connection=c address=\"192.0.2.7\" method=\"login\" more=0");
    }

    @Test
    void anAgentsNameForgesNoLine() {
        TestGateway.Client client = gateway.connect();
        client.send(
                "{\"method\":\"login\",\"bid\":\"3\\nLogin\",\"customer_id\":\"4\\\" by=\\\"api\",\"customer_name\":\"a\\u2028b\"}");
        says("Login session=s agent=\"4\\\" by=\\\"api\" group=\"3\\u000aLogin\" connection=c by=\"client\""
                + " protocol=\"v1\" name=\"a\\u2028b\"");
    }
}
