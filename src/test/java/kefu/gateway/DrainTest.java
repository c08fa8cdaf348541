package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import kefu.Await;
import kefu.backend.Backend;
import kefu.connection.FakeWire;
import kefu.protocol.CloseCode;
import kefu.protocol.Version;
import org.junit.jupiter.api.Test;

/** What clients see of a deployment that drains, is sealed, and closes. */
class DrainTest extends V2Testbed {
    private final TestGateway gateway = slow(Map.of("kefu.session.grace", "30s"));

    private CompletableFuture<Void> drain() {
        assertTrue(gateway.lifecycle.drain());
        return gateway.connections.drain().toCompletableFuture();
    }

    private void seal() {
        gateway.lifecycle.seal();
        gateway.seal();
    }

    private static List<String> methods(TestGateway.Client client) {
        return frames(client).stream()
                .map(frame -> frame.getString("method", ""))
                .toList();
    }

    @Test
    void whatHasBegunIsAnsweredAndWhatComesLaterIsToBeSentAgain() {
        TestGateway.Client client = v2(gateway);
        login(client, "3", "17", "");
        client.send("{\"method\":\"order/list\",\"id\":\"begun\"}");
        CompletableFuture<Void> ended = drain();
        client.send("{\"method\":\"order/get\",\"id\":\"late\"}");
        JsonObject refused = last(client);
        assertEquals("late 10008", refused.getString("id") + " " + refused.getString("code"));
        assertFalse(ended.isDone());
        backend.answer("order/list", new Backend.Answered("{\"n\":1}"));
        assertTrue(ended.isDone());
        assertEquals("begun", last(client).getString("id"));
        assertEquals(List.of("order/list"), backend.methods());
    }

    @Test
    void whatHasBegunOnALineThatIsLostIsAwaitedToo() {
        TestGateway.Client client = v2(gateway);
        login(client, "3", "17", "");
        client.send("{\"method\":\"order/list\",\"id\":\"begun\"}");
        client.lose();
        CompletableFuture<Void> ended = drain();
        assertFalse(ended.isDone());
        backend.answer("order/list", new Backend.Answered("{\"n\":1}"));
        assertTrue(ended.isDone());
    }

    @Test
    void connectedClientsHearWhatIsPublishedUntilTheSeal() {
        TestGateway.Client client = v2(gateway);
        login(client, "3", "17", "");
        drain();
        push(gateway, group("3"), "{\"n\":1}");
        seal();
        push(gateway, group("3"), "{\"n\":2}");
        assertEquals(List.of(1), heard(client, "g:3"));
    }

    @Test
    void aLogoutAndAGoodbyeAreServedUntilTheSeal() {
        TestGateway.Client watcher = v2(gateway);
        TestGateway.Client loggedOut = v2(gateway);
        TestGateway.Client gone = v2(gateway);
        TestGateway.Client cut = v2(gateway);
        TestGateway.Client late = v2(gateway);
        login(watcher, "3", "1", "");
        for (TestGateway.Client client : List.of(loggedOut, gone, cut, late)) {
            login(client, "3", "17", "");
        }
        drain();
        loggedOut.send("{\"method\":\"logout\",\"id\":\"bye\"}");
        gone.close();
        cut.lose();
        assertEquals(200, last(loggedOut).getInt("code"));
        assertEquals(2, pushes(watcher, "logout_push"));
        seal();
        late.close();
        assertEquals(2, pushes(watcher, "logout_push"));
    }

    @Test
    void noSessionEndsWithItsConnectionOnceTheSealHasBegun() {
        TestGateway.Client watcher = v2(gateway);
        TestGateway.Client late = v2(gateway);
        login(watcher, "3", "1", "");
        login(late, "3", "17", "");
        drain();
        gateway.lifecycle.seal(); // the broker's seal is the next step
        late.close();
        assertEquals(0, pushes(watcher, "logout_push"));
    }

    @Test
    void noGraceEndsInADrain() {
        TestGateway.Client watcher = v2(gateway);
        TestGateway.Client client = v2(gateway);
        login(watcher, "3", "1", "");
        login(client, "3", "17", "");
        client.lose();
        drain();
        gateway.advance(Duration.ofSeconds(60));
        gateway.sessions.expire();
        assertEquals(0, pushes(watcher, "logout_push"));
        assertEquals(2, gateway.sessions.kept());
    }

    @Test
    void aClientThatComesInADrainIsSentAwayAndOneThatIsThereIsNot() {
        TestGateway.Client there = v2(gateway);
        drain();
        TestGateway.Client late = v2(gateway);
        Await.until(() -> late.wire.closed().equals(Optional.of(CloseCode.SERVICE_RESTART)));
        assertEquals(Optional.empty(), there.wire.closed());
    }

    @Test
    void theCloseGoesBehindWhatIsQueued() throws InterruptedException {
        TestGateway.Client client = v2(gateway);
        login(client, "3", "17", "");
        client.wire.stick();
        push(gateway, group("3"), "{\"n\":1}");
        push(gateway, group("3"), "{\"n\":2}");
        drain();
        seal();
        Thread closing = new Thread(() -> gateway.connections.close(Duration.ZERO));
        closing.start();
        Await.until(() -> closing.getState() == Thread.State.TIMED_WAITING);
        assertEquals(Optional.empty(), client.wire.closed());
        client.wire.unstick();
        closing.join();
        assertEquals(List.of(1, 2), heard(client, "g:3"));
        assertEquals(Optional.of(CloseCode.SERVICE_RESTART), client.wire.closed());
    }

    @Test
    void aClientThatDoesNotReadIsClosedAllTheSame() {
        FakeWire stuck = new FakeWire();
        TestGateway.Client client = gateway.connect(stuck, Version.V2);
        stuck.stick();
        login(client, "3", "17", "");
        drain();
        seal();
        gateway.connections.close(Duration.ZERO);
        assertEquals(Optional.of(CloseCode.SERVICE_RESTART), stuck.closed());
    }

    @Test
    void theStopWaitsForTheClientsClose() {
        FakeWire quick = new FakeWire();
        gateway.connect(quick, Version.V2);
        quick.keepsOpen();
        drain();
        seal();
        CompletableFuture<Void> closed = CompletableFuture.runAsync(() -> gateway.connections.close(Duration.ZERO));
        Await.until(() -> quick.closed().isPresent());
        assertFalse(closed.isDone());
        quick.closesToo();
        closed.join();
    }

    @Test
    void theStopDoesNotWaitForAClientThatNeverCloses() {
        FakeWire silent = new FakeWire();
        gateway.connect(silent, Version.V2);
        silent.keepsOpen();
        drain();
        seal();
        gateway.connections.close(Duration.ZERO);
        assertFalse(silent.isClosedByPeer());
    }

    @Test
    void aDeploymentThatServesAnewHasForgottenItsSessionsAndItsStreamsEpochs() {
        TestGateway.Client before = v2(gateway);
        JsonObject first = login(before, "3", "17", "");
        gateway.stop();
        assertTrue(gateway.restart());
        TestGateway.Client after = v2(gateway);
        resume(after, first.getString("ticket"), 1, "{}");
        assertEquals("10005", last(after).getString("code"));
        JsonObject second = login(after, "3", "17", ",\"channels\":" + first.getJsonObject("channels"));
        assertEquals(1, second.getJsonArray("customer_list").size());
        assertNotEquals(epoch(first, "g:3"), epoch(second, "g:3"));
        assertNotEquals(epoch(first, "u:17"), epoch(second, "u:17"), "the other deployment may have published here");
        assertEquals(
                List.of("login"),
                methods(after).stream().filter("login"::equals).toList());
        assertEquals(1, gateway.sessions.kept());
    }

    private static String epoch(JsonObject login, String channel) {
        return login.getJsonObject("channels").getJsonObject(channel).getString("epoch");
    }
}
