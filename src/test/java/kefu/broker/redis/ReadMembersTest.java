package kefu.broker.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.stream.IntStream;
import kefu.broker.Member;
import kefu.protocol.Status;
import org.junit.jupiter.api.Test;

class ReadMembersTest {
    private final ReadMembers members = new ReadMembers();

    private static String shown(String client, int status, String name) {
        return "7\n1\n2\nnode\n" + status + "\n[\"" + client + "\",3,17,\"" + name + "\",\"V2\",1790000000]";
    }

    @Test
    void whatIsShownAgainIsNotReadAgain() {
        Member first = members.placed(shown("c", 1, "n")).member();
        assertEquals("c", first.client());
        assertSame(first, members.placed(shown("c", 1, "n")).member());
    }

    @Test
    void whatHasChangedIsRead() {
        assertEquals(Status.ONLINE, members.placed(shown("c", 1, "n")).member().status());
        assertEquals(Status.AWAY, members.placed(shown("c", 3, "n")).member().status());
        assertEquals(Status.ONLINE, members.placed(shown("c", 1, "n")).member().status());
    }

    @Test
    void eachIsItselfHoweverManyThereAre() {
        for (int round = 0; round < 2; round++) {
            IntStream.range(0, 50_000)
                    .mapToObj(i -> "c" + i)
                    .forEach(client -> assertEquals(
                            client,
                            members.placed(shown(client, 1, "n")).member().client()));
        }
    }

    @Test
    void aLongOneIsNotKept() {
        String shown = shown("c", 1, "n".repeat(8_000));
        assertNotSame(members.placed(shown).member(), members.placed(shown).member());
    }
}
