package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import kefu.desk.Desk;
import org.junit.jupiter.api.Test;

/** {@code kefu.status}: the state that an agent gives a session. */
class StatusTest extends V2Testbed {
    private static void status(TestGateway.Client client, Object status) {
        client.send("{\"method\":\"kefu.status\",\"id\":\"s\",\"status\":" + status + "}");
    }

    private static TestGateway.Client agent(TestGateway gateway, String uid) {
        TestGateway.Client client = v2(gateway);
        login(client, "g", uid, "");
        return client;
    }

    /** The states in a list, in the order of joining. */
    private static List<Integer> listed(JsonObject frame) {
        return frame.getJsonArray("customer_list").stream()
                .map(entry -> entry.asJsonObject().getInt("status"))
                .toList();
    }

    private static List<JsonObject> heardOf(TestGateway.Client client) {
        return frames(client).stream()
                .flatMap(frame -> Stream.ofNullable(frame.getJsonObject("push")))
                .filter(push -> push.getString("method", "").equals("status_push"))
                .toList();
    }

    private static String id(TestGateway.Client client) {
        return client.connection.client();
    }

    @Test
    void everySessionOfVersion2InTheGroupHearsAStateAndNoOther() {
        TestGateway gateway = desk();
        TestGateway.Client old = gateway.connect();
        old.login("g", "old");
        TestGateway.Client ann = agent(gateway, "ann");
        TestGateway.Client bob = agent(gateway, "bob");
        TestGateway.Client elsewhere = v2(gateway);
        login(elsewhere, "h", "eve", "");
        int before = old.wire.received().size();
        int beforeElsewhere = elsewhere.wire.received().size();
        status(ann, 2);
        JsonObject push = object(
                "{\"method\":\"status_push\",\"client\":\"" + id(ann) + "\",\"customer_id\":\"ann\",\"status\":2}");
        assertEquals(List.of(push), heardOf(bob));
        assertEquals(List.of(push), heardOf(ann), "the agent's other tabs know themselves by the same push");
        assertEquals(object("{\"code\":200,\"id\":\"s\",\"method\":\"kefu.status\"}"), last(ann));
        status(ann, 2);
        assertEquals(1, heardOf(bob).size(), "nothing has changed");
        assertEquals(200, last(ann).getInt("code"));
        assertEquals(before, old.wire.received().size());
        assertEquals(beforeElsewhere, elsewhere.wire.received().size());
    }

    @Test
    void aStateIsInTheListsOfVersion2AndVersion1KnowsOnlyOnline() {
        TestGateway gateway = desk();
        TestGateway.Client ann = agent(gateway, "ann");
        status(ann, 3);
        TestGateway.Client second = v2(gateway);
        assertEquals(List.of(3, 1), listed(login(second, "g", "ann", "")), "the agent's other tab has its own");
        TestGateway.Client old = gateway.connect();
        old.login("g", "old");
        assertEquals(List.of(1, 1, 1), listed(last(old)));
        assertEquals(List.of(3, 1, 1), listed(login(ann, "g", "ann", "")), "another login changes none");
        assertEquals(List.of(1, 1, 1), listed(login(ann, "g", "ann again", "")), "another session begins online");
    }

    @Test
    void whatIsNoStateOrComesBeforeALoginIsRefused() {
        TestGateway gateway = desk();
        TestGateway.Client ann = v2(gateway);
        status(ann, 2);
        assertEquals("10004", last(ann).getString("code"));
        login(ann, "g", "ann", "");
        for (String bad : List.of("0", "4", "-1", "1.0", "\"2\"", "null", "true", "[2]", "99999999999999999999")) {
            status(ann, bad);
            assertEquals("10012", last(ann).getString("code"), bad);
            assertEquals("s", last(ann).getString("id"));
        }
        ann.send("{\"method\":\"kefu.status\"}");
        assertEquals("10012", last(ann).getString("code"));
        assertEquals(List.of(), heardOf(ann));
        ann.send("{\"method\":\"logout\"}");
        status(ann, 2);
        assertEquals("10004", last(ann).getString("code"));
    }

    @Test
    void itIsNoMethodOfTheDeskAndNoneOfVersion1() {
        TestGateway gateway = slow(Map.of("kefu.desk", "off"));
        TestGateway.Client ann = agent(gateway, "ann");
        status(ann, 2);
        assertEquals(200, last(ann).getInt("code"));
        assertEquals(List.of(), backend.methods());
        TestGateway.Client old = gateway.connect();
        old.login("g", "old");
        status(old, 2);
        assertEquals(List.of("kefu.status"), backend.methods());
    }

    @Test
    void whoComesBackFindsTheStatesInTheListAndHearsWhatWasMissed() {
        TestGateway gateway = desk();
        TestGateway.Client ann = agent(gateway, "ann");
        TestGateway.Client bob = v2(gateway);
        JsonObject login = login(bob, "g", "bob", "");
        status(bob, 3);
        bob.lose();
        status(ann, 2);
        login(ann, "g", "ann", "");
        TestGateway.Client again = v2(gateway);
        resume(
                again,
                login.getString("ticket"),
                1,
                login.getJsonObject("channels").toString());
        assertEquals(List.of(2, 3), listed(frames(again).get(0)));
        assertEquals(
                List.of(3, 2),
                heardOf(again).stream().map(push -> push.getInt("status")).toList());
        again.lose();
        TestGateway.Client third = v2(gateway);
        resume(third, login.getString("ticket"), 2, "{}");
        assertEquals(List.of(2, 3), listed(frames(third).get(0)), "and without any position");
    }

    @Test
    void aStateGoesOnInTheNextDeployment() {
        TestGateway old = new TestGateway(Map.of(), own -> new Desk(own.broker, Clock.systemUTC()));
        gateways.add(old);
        TestGateway.Client ann = v2(old);
        JsonObject login = login(ann, "g", "ann", "");
        TestGateway.Client before = old.connect();
        before.login("g", "old");
        status(ann, 2);
        TestGateway next = new TestGateway();
        gateways.add(next);
        next.goOnWith(old, Duration.ofSeconds(30));
        TestGateway.Client after = v2(next);
        resume(
                after,
                login.getString("ticket"),
                1,
                login.getJsonObject("channels").toString());
        assertEquals(List.of(2, 1), listed(frames(after).get(0)));
        assertEquals(1, heardOf(after).size());
        TestGateway.Client back = next.connect();
        int frames = back.wire.received().size();
        back.login("g", "old");
        assertEquals(frames + 1, back.wire.received().size(), "it was taken back, and hears no state");
        status(after, 3);
        assertEquals(List.of(3, 1), listed(login(after, "g", "ann", "")));
    }

    @Test
    void whoListensToAGroupHearsItsStatesInItsChannel() {
        TestGateway gateway = desk();
        TestGateway.Client ann = agent(gateway, "ann");
        TestGateway.Client guest = v2(gateway);
        JsonObject login = login(guest, "h", "guest", "");
        gateway.commands
                .join(login.getString("client"), group("g"))
                .toCompletableFuture()
                .join();
        status(ann, 2);
        assertEquals("g:g", last(guest).getString("ch"));
        assertEquals("status_push", last(guest).getJsonObject("push").getString("method"));
        int heard = frames(ann).size();
        status(guest, 3);
        assertEquals(heard, frames(ann).size(), "it is not listed there");
    }

    @Test
    void aStateThatCannotBeWrittenIsRefusedAndMayBeSetAgain() {
        StoppedSteps steps = new StoppedSteps();
        gateways.add(new TestGateway(Map.of(), own -> new Desk(own.broker, Clock.systemUTC()), steps));
        TestGateway.Client ann = agent(gateways.get(0), "ann");
        steps.failAt("setStatus");
        status(ann, 2);
        assertEquals("10008", last(ann).getString("code"));
        status(ann, 2);
        assertEquals(200, last(ann).getInt("code"));
        assertEquals(1, heardOf(ann).size());
    }

    @Test
    void statesThatAreSentAtOnceAreSetInOrder() {
        TestGateway gateway = desk();
        TestGateway.Client ann = agent(gateway, "ann");
        for (int status : List.of(2, 3, 1, 3)) {
            ann.send("{\"method\":\"kefu.status\",\"id\":\"s" + status + "\",\"status\":" + status + "}");
        }
        assertEquals(
                List.of(2, 3, 1, 3),
                heardOf(ann).stream().map(push -> push.getInt("status")).toList());
    }
}
