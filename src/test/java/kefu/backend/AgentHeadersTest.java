package kefu.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonValue;
import java.net.http.HttpHeaders;
import java.util.Optional;
import java.util.Set;
import kefu.broker.Member;
import kefu.protocol.Id;
import kefu.protocol.Version;
import org.junit.jupiter.api.Test;

class AgentHeadersTest {
    private final AgentHeaders headers = new AgentHeaders(Optional.of("Bearer t"));

    @Test
    void anAgentsHeadersAreMadeOnce() {
        Member agent = agent("c1", 7);

        assertSame(of("c1", agent), of("c1", agent));
        assertEquals("7", value(of("c1", agent), "X-Kefu-Customer-Id"));
    }

    @Test
    void afterAnotherLoginTheyNameTheOtherAgent() {
        of("c1", agent("c1", 7));

        HttpHeaders now = of("c1", agent("c1", 8));

        assertEquals("8", value(now, "X-Kefu-Customer-Id"));
        assertEquals("Bearer t", value(now, "Authorization"));
    }

    @Test
    void whoIsNotLoggedInIsNotNamed() {
        of("c1", agent("c1", 7));

        HttpHeaders anonymous = headers.of(call("c1", Optional.empty(), Optional.empty()));

        assertEquals(
                Set.of("Accept-Encoding", "Authorization", "Content-Type"),
                anonymous.map().keySet());
    }

    @Test
    void aRequestsIdIsOfThatRequestOnly() {
        Optional<Member> agent = Optional.of(agent("c1", 7));

        HttpHeaders one = headers.of(call("c1", agent, Optional.of("q1")));

        assertEquals("c1:q1", value(one, "Idempotency-Key"));
        assertEquals("c1", value(one, "X-Kefu-Client"));
        assertEquals(
                Optional.empty(),
                headers.of(call("c1", agent, Optional.empty())).firstValue("Idempotency-Key"));
    }

    @Test
    void whatIsKeptHasABound() {
        for (int i = 0; i < 25_000; i++) {
            String client = "c" + i;

            assertEquals(client, value(of(client, agent(client, i)), "X-Kefu-Client"));
        }

        assertTrue(headers.size() <= 10_000);
    }

    private HttpHeaders of(String client, Member agent) {
        return headers.of(call(client, Optional.of(agent), Optional.empty()));
    }

    private static Backend.Call call(String client, Optional<Member> agent, Optional<String> id) {
        return new Backend.Call("m", JsonValue.EMPTY_JSON_OBJECT, client, agent, id);
    }

    private static Member agent(String client, int uid) {
        return new Member(client, id(17), id(uid), "张三", Version.V1, "node", 0);
    }

    private static Id id(int number) {
        return Id.ofText(Integer.toString(number)).orElseThrow();
    }

    private static String value(HttpHeaders headers, String name) {
        return headers.firstValue(name).orElseThrow();
    }
}
