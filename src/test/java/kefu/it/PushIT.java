package kefu.it;

import static kefu.it.ApiClient.query;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who hears a push, against the built WAR. */
@ArquillianTest
class PushIT extends ApiTestbed {
    /** Ids that something between the two could break. */
    static List<String> ids() {
        return List.of(
                "张三",
                "😀👩‍👩‍👧",
                "it's \"quoted\"",
                "a/b/../c",
                "100%",
                "%41",
                " spaces  here ",
                "a+b&c=d;e#f?g",
                "\\back\nline",
                "u:17",
                "all",
                "ع".repeat(128));
    }

    @ParameterizedTest
    @MethodSource("ids")
    void idsOfAnyScriptReachTheRightOnes(String id) throws Exception {
        WsClient inGroup = v1(text(id), text(id));
        Agent other = v2(text(group), text(group));
        assertEquals(1, result(push("{\"group\":" + text(id) + "}", ""), 0).getInt("delivered"));
        hearsNext(inGroup, "\"m\"");
        JsonObject toUid = result(push("{\"uid\":" + text(id) + "}", ""), 0);
        assertEquals(1, toUid.getInt("delivered"));
        assertEquals(id, toUid.getJsonObject("to").getString("uid"));
        hearsNext(inGroup, "\"m\"");
        String in = query("group", id);
        assertEquals(List.of(id), names("/clients" + in, "clients", "group"));
        assertEquals(List.of(id), names("/clients" + query("uid", id), "clients", "uid"));
        assertEquals(List.of(id), names("/groups" + in, "groups", "group"));
        assertEquals(List.of(id), names("/uids" + in, "uids", "uid"));

        String member = query("group", id, "client", other.client());
        assertEquals(204, api.call("PUT", "/members" + member).status());
        assertEquals(
                Set.of("g:" + id),
                json(other.socket().next()).getJsonObject("joined").keySet());
        assertEquals(2, result(push("{\"group\":" + text(id) + "}", ""), 0).getInt("delivered"));
        assertEquals("g:" + id, json(other.socket().next()).getString("ch"));
        assertEquals(204, api.call("DELETE", "/members" + member).status());
        assertEquals("g:" + id, json(other.socket().next()).getJsonArray("left").getString(0));
        hearsNext(inGroup, "\"m\"");
        assertEquals(
                0,
                result(push("{\"group\":" + text(id) + "}", ",\"exclude\":{\"uids\":[" + text(id) + "]}"), 0)
                        .getInt("delivered"));
    }

    @Test
    void aGroupIsATenant() throws Exception {
        WsClient three = v1(text(group + "3"), "17");
        WsClient four = v1(text(group + "4"), "17");
        assertEquals(
                1, result(push("{\"group\":" + text(group + "3") + "}", ""), 0).getInt("delivered"));
        hearsNext(three, "\"m\"");
        push("{\"group\":" + text(group + "4") + "}", ",\"id\":\"last\"");
        hearsNext(four, "\"m\"");
        assertEquals(0, four.waiting(), "group 4 heard its own push only");
        assertEquals(0, three.waiting());
    }

    @Test
    void aNumberAndItsTextAreOne() throws Exception {
        String number = String.valueOf(Math.abs(UUID.randomUUID().getMostSignificantBits()));
        WsClient client = v1(number, number);
        for (String to : List.of(number, "\"" + number + "\"")) {
            assertEquals(1, result(push("{\"group\":" + to + "}", ""), 0).getInt("delivered"));
            assertEquals(1, result(push("{\"uid\":" + to + "}", ""), 0).getInt("delivered"));
        }
        JsonObject both = result(push("[{\"uid\":" + number + "},{\"uid\":\"" + number + "\"}]", ""), 1);
        assertEquals(1, both.getInt("delivered"));
        for (int i = 0; i < 5; i++) {
            hearsNext(client, "\"m\"");
        }
        push("{\"uid\":" + number + "}", ",\"exclude\":{\"uids\":[1]}");
        hearsNext(client, "\"m\"");
        assertEquals(0, client.waiting(), "a target that is named twice is one");
    }

    @Test
    void aGroupsNameDoesNotCollideWithAChannelOfAnotherKind() throws Exception {
        String uid = "17-" + group;
        WsClient agent = v1(text(group), text(uid));
        WsClient namedLikeIt = v1(text("u:" + uid), text("x" + group));
        assertEquals(
                1, result(push("{\"group\":" + text("u:" + uid) + "}", ""), 0).getInt("delivered"));
        hearsNext(namedLikeIt, "\"m\"");
        assertEquals(1, result(push("{\"uid\":" + text(uid) + "}", ""), 0).getInt("delivered"));
        hearsNext(agent, "\"m\"");
        assertEquals(0, result(push("{\"group\":\"g:" + group + "\"}", ""), 0).getInt("delivered"));
        assertEquals(0, agent.waiting() + namedLikeIt.waiting());
    }

    @Test
    void allReachesEverybodyButTheExcluded() throws Exception {
        WsClient one = v1(text(group), text("1" + group));
        Agent two = v2(text(group + "b"), text("2" + group));
        WsClient three = v1(text(group + "c"), text("3" + group));
        push(
                "{\"all\":true}",
                ",\"exclude\":{\"clients\":[" + text(two.client()) + "],\"uids\":[" + text("3" + group) + "]}");
        hearsNext(one, "\"m\"");
        result(push("{\"all\":true}", ""), 0);
        hearsNext(one, "\"m\"");
        hearsNext(three, "\"m\"");
        assertEquals("all", json(two.socket().next()).getString("ch"));
        assertEquals(0, two.socket().waiting() + three.waiting());
    }

    @Test
    void v1HearsTheMessageAsItIsAndV2InTheEnvelope() throws Exception {
        WsClient old = v1(text(group), text("old"));
        Agent now = v2(text(group), text("new"));
        old.next(); // the login of the other
        String message =
                "{\"b\":1.50,\"a\":\"<张三> & '\\\"'\",\"client\":\"x\",\"content\":\"<b>\",\"n\":null,\"d\":[{}]}";
        ApiClient.Response answer =
                api.call("POST", "/push", "{\"to\":{\"group\":" + text(group) + "},\"message\":" + message + "}");
        assertEquals(json(message).toString(), old.next());
        JsonObject envelope = json(now.socket().next());
        assertEquals(Set.of("ch", "off", "push"), envelope.keySet());
        assertEquals("g:" + group, envelope.getString("ch"));
        assertEquals(result(answer, 0).getInt("off"), envelope.getInt("off"));
        assertEquals(json(message), envelope.getJsonObject("push"));
        assertEquals(2, result(answer, 0).getInt("delivered"));
        assertTrue(result(answer, 0).getBoolean("stored"));
    }

    @Test
    void theSameIdPushesOncePerTargetAndIsAnsweredTheSame() throws Exception {
        Agent a = v2(text(group), text(group));
        String more = ",\"id\":\"order.17-" + group.substring(0, 20) + "\"";
        String to =
                "[{\"group\":" + text(group) + "},{\"uid\":" + text(group) + "},{\"client\":" + text(a.client()) + "}]";
        ApiClient.Response first = push(to, more);
        assertEquals(200, first.status());
        Set<String> heard = new HashSet<>(); // the order is each channel's own
        for (int i = 0; i < 3; i++) {
            heard.add(json(a.socket().next()).getString("ch"));
        }
        assertEquals(Set.of("g:" + group, "u:" + group, "c:" + a.client()), heard);
        assertEquals(first.json(), push(to, more).json());
        push("{\"group\":" + text(group) + "}", "");
        assertEquals(
                result(first, 0).getInt("off") + 1, json(a.socket().next()).getInt("off"), "nothing came in between");
        a.socket().close();
        while (!names("/clients" + query("group", group), "clients", "client").isEmpty()) {
            Thread.onSpinWait();
        }
        assertEquals(first.json(), push(to, more).json(), "the client has gone, the answer stays");
    }
}
