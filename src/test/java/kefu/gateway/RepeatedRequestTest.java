package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kefu.Await;
import kefu.backend.Backend;
import kefu.connection.FakeWire;
import kefu.protocol.ErrorCode;
import kefu.protocol.Version;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A request of protocol v2 with an id is done once, however often it comes. */
class RepeatedRequestTest {
    private final SlowBackend backend = new SlowBackend();
    private final List<TestGateway> gateways = new ArrayList<>();

    @AfterEach
    void close() {
        gateways.forEach(TestGateway::close);
    }

    private TestGateway.Client connect(String idempotent) {
        gateways.add(new TestGateway(Map.of("kefu.backend.idempotent", idempotent), gateway -> backend));
        return gateways.get(0).connect(new FakeWire(), Version.V2);
    }

    private static void send(TestGateway.Client client, String method, String id, String more) {
        client.send("{\"method\":\"%s\",\"id\":\"%s\"%s}".formatted(method, id, more));
    }

    private static void sendAgain(TestGateway.Client client, String method, String id) {
        send(client, method, id, ",\"again\":true");
    }

    /** What each frame answers: its id, and what the backend said or the error's code. */
    private static List<String> answers(TestGateway.Client client) {
        return client.frames().stream().map(RepeatedRequestTest::answer).toList();
    }

    private static String answer(JsonObject frame) {
        return frame.getString("id") + " " + (frame.containsKey("data") ? frame.get("data") : frame.get("code"));
    }

    @Test
    void aCallThatStillRunsIsJoined() {
        TestGateway.Client client = connect("");
        send(client, "m", "a", ",\"n\":1.50");
        client.send("{\"again\":true,\"method\":\"m\",\"id\":\"a\",\"n\":1.50}");
        send(client, "m", "a", ",\"n\":1.50"); // without saying so: it is the same request all the same
        assertEquals(1, backend.calls.size());
        assertEquals(List.of(), answers(client));
        backend.answer(0, "7");
        assertEquals(List.of("a 7", "a 7", "a 7"), answers(client));
    }

    @Test
    void anAnswerThatIsKeptIsGivenAgain() {
        TestGateway.Client client = connect("");
        send(client, "m", "a", "");
        send(client, "failed", "b", "");
        backend.answer(0, "7");
        backend.answers.get(1).complete(new Backend.Failed(503));
        sendAgain(client, "m", "a");
        send(client, "m", "a", "");
        sendAgain(client, "failed", "b");
        assertEquals(2, backend.calls.size());
        assertEquals(List.of("a 7", "b 503", "a 7", "a 7", "b 503"), answers(client));
    }

    @Test
    void anIdThatWasUsedForAnotherRequestIsRefused() {
        TestGateway.Client client = connect("*");
        send(client, "m", "a", ",\"n\":1");
        send(client, "m", "a", ",\"n\":2");
        send(client, "other", "a", ",\"n\":1,\"again\":true");
        send(client, "m", "a", ",\"n\":1.0,\"again\":true");
        assertEquals(List.of("a \"10010\"", "a \"10010\"", "a \"10010\""), answers(client));
        backend.answer(0, "7");
        send(client, "m", "a", ",\"n\":3");
        assertEquals(1, backend.calls.size());
        assertEquals("a \"10010\"", answers(client).get(4));
        sendAgain(client, "m", "b");
        assertEquals(2, backend.calls.size(), "another id is another request");
    }

    @Test
    void halfASurrogatePairIsAnotherRequestThanAQuestionMark() {
        TestGateway.Client client = connect("");
        send(client, "m", "a", ",\"n\":\"\\ud83d\"");
        send(client, "m", "a", ",\"n\":\"?\"");
        assertEquals(List.of("a \"10010\""), answers(client));
    }

    @Test
    void whereThereIsNoRecordOnlyWhatMayBeDoneTwiceIsForwarded() {
        TestGateway.Client client = connect("list,get");
        sendAgain(client, "order", "a");
        assertEquals(List.of("a \"10011\""), answers(client));
        assertEquals(0, backend.calls.size());
        sendAgain(client, "get", "b");
        sendAgain(client, "get", "b");
        assertEquals(1, backend.calls.size(), "it is known from now on");
        backend.answer(0, "7");
        assertEquals(List.of("a \"10011\"", "b 7", "b 7"), answers(client));
        send(client, "order", "a", "");
        assertEquals(2, backend.calls.size(), "what was refused left no record");
        for (String notAgain : List.of("false", "null", "\"true\"", "1")) {
            send(client, "order", "c" + backend.calls.size(), ",\"again\":" + notAgain);
        }
        assertEquals(6, backend.calls.size(), "only true says that it was sent before");
    }

    @Test
    void aBusyGatewayMayBeAskedAgain() {
        TestGateway.Client client = connect("");
        send(client, "m", "a", "");
        backend.answers.get(0).complete(new Backend.Refused(ErrorCode.BUSY));
        send(client, "m", "a", "");
        assertEquals(2, backend.calls.size());
        backend.answer(1, "7");
        assertEquals(List.of("a \"10008\"", "a 7"), answers(client));
    }

    @Test
    void theLatestSixtyFourAnswersAreKept() {
        TestGateway.Client client = connect("");
        send(client, "slow", "slow", "");
        for (int i = 0; i < 65; i++) {
            send(client, "m", "r" + i, "");
            backend.answer(i + 1, "" + i);
        }
        sendAgain(client, "m", "r0");
        sendAgain(client, "m", "r1");
        sendAgain(client, "m", "r64");
        assertEquals(List.of("r0 \"10011\"", "r1 1", "r64 64"), answers(client).subList(65, 68));
        sendAgain(client, "slow", "slow");
        backend.answer(0, "8");
        assertEquals(List.of("slow 8", "slow 8"), answers(client).subList(68, 70), "what runs is not forgotten");
        assertEquals(66, backend.calls.size());
    }

    @Test
    void keptAnswersHaveNoMoreBytesTogetherThanTheBound() {
        TestGateway.Client client = connect("");
        String large = "\"" + "x".repeat(100_000) + "\"";
        for (int i = 0; i < 3; i++) {
            send(client, "m", "r" + i, "");
            backend.answer(i, large);
        }
        send(client, "m", "huge", "");
        backend.answer(3, "\"" + "x".repeat(300_000) + "\"");
        for (String id : List.of("r0", "huge", "r1", "r2")) {
            sendAgain(client, "m", id);
        }
        Await.until(() -> answers(client).size() == 8); // past the window, a ping on another thread comes between
        assertEquals(
                List.of("r0 \"10011\"", "huge \"10011\"", "r1 " + large, "r2 " + large),
                answers(client).subList(4, 8));
    }

    @Test
    void eachSessionHasItsOwnRecord() {
        TestGateway.Client client = connect("");
        send(client, "m", "a", "");
        backend.answer(0, "0");
        client.login("g", "ann");
        send(client, "m", "a", "");
        backend.answer(1, "1");
        client.send("{\"method\":\"logout\"}");
        client.login("g", "bob");
        sendAgain(client, "m", "a");
        assertEquals("a \"10011\"", answer(client.frames().get(client.frames().size() - 1)));
        send(client, "m", "a", "");
        assertEquals(3, backend.calls.size());
    }

    @Test
    void requestsWithoutAnIdAreNeverTakenForEachOther() {
        TestGateway.Client client = connect("");
        client.send("{\"method\":\"m\"}");
        client.send("{\"method\":\"m\",\"again\":true}");
        backend.answer(0, "1");
        assertEquals(2, backend.calls.size());
    }

    private TestGateway.Client handedOver(String ticket) {
        TestGateway next = new TestGateway(Map.of(), gateway -> backend);
        next.goOnWith(gateways.get(gateways.size() - 1), Duration.ofMinutes(10));
        gateways.add(next);
        TestGateway.Client client = next.connect(new FakeWire(), Version.V2);
        client.send(
                "{\"method\":\"resume\",\"id\":\"r\",\"ticket\":\"%s\",\"try\":%d}".formatted(ticket, gateways.size()));
        return client;
    }

    @Test
    void inTheNextDeploymentKeptAnswersAreGivenAgainAndWhatWasNotBegunIsServed() {
        TestGateway.Client client = connect("");
        client.login("g", "ann");
        String ticket = client.frames().get(0).getString("ticket");
        send(client, "m", "done", ",\"n\":1");
        backend.answer(0, "7");
        send(client, "m", "running", "");
        TestGateway.Client next = handedOver(ticket);
        int before = next.frames().size();
        next.send("{\"method\":\"m\",\"id\":\"done\",\"n\":1,\"again\":true}");
        next.send("{\"method\":\"m\",\"id\":\"done\",\"n\":2,\"again\":true}");
        sendAgain(next, "m", "running");
        sendAgain(next, "m", "new");
        assertEquals(3, backend.calls.size());
        backend.answer(2, "8");
        assertEquals(
                List.of("done 7", "done \"10010\"", "running \"10011\"", "new 8"),
                answers(next).subList(before, before + 4));
        TestGateway.Client third = handedOver(ticket);
        int heard = third.frames().size();
        sendAgain(third, "m", "running");
        sendAgain(third, "m", "new");
        assertEquals(
                List.of("running \"10011\"", "new 8"),
                answers(third).subList(heard, heard + 2),
                "it is known as long as the session is there");
    }

    @Test
    void ofAnswersThatWereNotKeptTheNextGatewayKnowsThatTheyWereGiven() {
        TestGateway.Client client = connect("");
        client.login("g", "ann");
        String ticket = client.frames().get(0).getString("ticket");
        send(client, "m", "long", "");
        backend.answer(0, "\"" + "x".repeat(300_000) + "\"");
        TestGateway.Client next = handedOver(ticket);
        int before = next.frames().size();
        sendAgain(next, "m", "long");
        sendAgain(next, "m", "new");
        assertEquals(2, backend.calls.size());
        backend.answer(1, "8");
        assertEquals(List.of("long \"10011\"", "new 8"), answers(next).subList(before, before + 2));
    }

    @Test
    void aSessionThatHadTooManyAnswersDoesNotKnowWhatWasNotBegun() {
        TestGateway.Client client = connect("");
        client.login("g", "ann");
        String ticket = client.frames().get(0).getString("ticket");
        int more = 64 + 256 + 1;
        for (int i = 0; i < more; i++) {
            send(client, "m", "r" + i, "");
            backend.answer(i, "7");
        }
        TestGateway.Client next = handedOver(ticket);
        int before = next.frames().size();
        sendAgain(next, "m", "r0");
        sendAgain(next, "m", "new");
        assertEquals(List.of("r0 \"10011\"", "new \"10011\""), answers(next).subList(before, before + 2));
        assertEquals(more, backend.calls.size());
    }
}
