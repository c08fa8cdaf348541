package kefu.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import kefu.protocol.Status;
import org.junit.jupiter.api.Test;

/** What every presence promises about the state that an agent gives a session. */
abstract class StatusContract extends SessionContract {
    private Optional<SessionRecord> setStatus(Member member, Status status) throws Exception {
        return get(presence()
                .setStatus(member, status, Publication.byGateway("{\"is\":\"" + status + "\"}", Audience.V2)));
    }

    private List<Status> statuses() throws Exception {
        return get(presence().list(id("room"), "a")).orElseThrow().listed().stream()
                .map(Member::status)
                .toList();
    }

    @Test
    void aStateIsInEveryListAndPublishedInTheSameStep() throws Exception {
        join("a", "room", "1");
        join("b", "room", "2");
        assertEquals(List.of(Status.ONLINE, Status.ONLINE), statuses());
        SessionRecord busy = setStatus(member("b", "room", "2"), Status.BUSY).orElseThrow();
        assertEquals(Status.BUSY, busy.member().status());
        assertEquals(busy, session("b"));
        assertEquals(List.of(Status.ONLINE, Status.BUSY), statuses());
        assertEquals(
                List.of(Status.ONLINE, Status.BUSY),
                get(presence().sessions(ROOM, "", 10)).items().stream()
                        .map(Member::status)
                        .toList());
        assertEquals(
                3,
                get(presence().list(id("room"), "a")).orElseThrow().position().off());
        assertEquals(List.of("{\"in\":\"a\"}", "{\"in\":\"b\"}", "{\"is\":\"BUSY\"}"), said());
        assertEquals(2, changes.size(), "the agents are there as before");
        assertEquals(busy, setStatus(busy.member(), Status.BUSY).orElseThrow());
        assertEquals(3, said().size(), "nothing has changed");
    }

    @Test
    void aStateStaysInEveryOtherStep() throws Exception {
        Member joined = member("a", "room", "1");
        join(joined);
        setStatus(joined, Status.AWAY);
        get(presence().update(joined));
        get(presence().setData("a", object("{\"x\":1}")));
        get(presence().enter("a", OTHER, 10));
        get(presence().exit("a", OTHER));
        assertEquals(List.of(Status.AWAY), statuses());
        get(presence().detach(joined.detached(), GRACE));
        assertEquals(List.of(Status.AWAY), statuses());
        assertEquals(Status.AWAY, resume(1).orElseThrow().member().status());
        assertEquals(List.of(Status.AWAY), statuses());
        assertEquals(
                Status.AWAY, join(joined.renewed(joined)).session().member().status());
        assertEquals(List.of(Status.AWAY), statuses());
        leave("a", "room", "1");
        join(joined);
        assertEquals(List.of(Status.ONLINE), statuses(), "another session begins online");
    }

    @Test
    void onlyAListedSessionThatIsNoNewerTakesAState() throws Exception {
        Member joined = member("a", "room", "1");
        assertTrue(setStatus(joined, Status.BUSY).isEmpty());
        join(joined);
        resume(1);
        assertTrue(setStatus(joined, Status.BUSY).isEmpty(), "it has another connection since");
        assertTrue(setStatus(member("a", "other", "1"), Status.BUSY).isEmpty());
        assertEquals(List.of(Status.ONLINE), statuses());
        assertEquals(List.of("{\"in\":\"a\"}"), said());
        detach();
        assertTrue(setStatus(session("a").member(), Status.BUSY).isPresent(), "it may come back");
    }

    @Test
    void whatIsForV2IsDeliveredToNoSessionOfV1() throws Exception {
        join(v1("old", "n"));
        join("a", "room", "1");
        assertEquals(
                1,
                get(broker().publish(ROOM, Publication.byGateway("{}", Audience.V2)))
                        .delivered());
        assertEquals(2, publish(ROOM, "x").delivered());
    }
}
