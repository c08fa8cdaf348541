package kefu.protocol;

import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The gateway's own frames and payloads. Timestamps are epoch seconds.
 *
 * <p>A payload is the text of the JSON object that is published: as v2 shows it, where text is text. For v1 names and
 * what is said are escaped for HTML, and {@code client} and {@code id} are left out.
 */
public final class Frames {
    /** The members of the gateway's own payloads that v1 escapes. */
    private static final Set<String> ESCAPED = Set.of("customer_name", "from_customer_name", "content");

    /** The members of the gateway's own payloads that v1 does not know. */
    private static final Set<String> NOT_IN_V1 = Set.of("client", "id");

    private static final int OK = 200;

    /** Asks a client for a new token, before the old one ends. */
    public static final Frame TOKEN_EXPIRING = new Frame("{\"method\":\"token_expiring\"}");

    private Frames() {}

    // The components are the frames' members, by their names in lower case with underscores.
    public record Agent(
            String method, Optional<String> client, JsonValue customerId, String customerName, long timestamp) {}

    public record Listed(Optional<String> client, JsonValue customerId, String customerName, int status) {}

    public record StatusPush(String method, String client, JsonValue customerId, int status) {}

    public record Said(
            String method,
            String client,
            Optional<String> id,
            JsonValue fromCustomerId,
            String fromCustomerName,
            JsonValue to,
            String content,
            long timestamp) {}

    public record SayAnswer(String method, int code, int delivered, Optional<Long> timestamp) {}

    /** The payload that tells a group of a login. */
    public static String loginPush(String client, Id id, String name, long timestamp) {
        return Json.write(new Agent("login_push", Optional.of(client), id.json(), name, timestamp));
    }

    /** The payload that tells a group of a logout. */
    public static String logoutPush(String client, Id id, String name, long timestamp) {
        return Json.write(new Agent("logout_push", Optional.of(client), id.json(), name, timestamp));
    }

    /** The payload that tells a group of a session's state. It is for v2 only. */
    public static String statusPush(String client, Id id, Status status) {
        return Json.write(new StatusPush("status_push", client, id.json(), status.number()));
    }

    /**
     * The payload of an agent's message.
     *
     * @param client the speaker's session
     * @param id of the speaker's request
     * @param to as the speaker wrote it: {@code all} or an agent's id
     */
    public static String sayPush(
            String client, Optional<String> id, Id from, String name, JsonValue to, String content, long timestamp) {
        return Json.write(new Said("say_push", client, id, from.json(), name, to, content, timestamp));
    }

    /**
     * @param delivered the number of sessions that get the message
     * @param timestamp of the message; empty in v1
     */
    public static String sayAnswer(int delivered, Optional<Long> timestamp) {
        return Json.write(new SayAnswer("say", 0, delivered, timestamp));
    }

    /** One entry of a {@code customer_list}. It is made once for each session, and used in every list. In v1 everybody is online. */
    public static String listed(Version version, String client, Id id, String name, Status status) {
        return Json.write(
                version == Version.V1
                        ? new Listed(Optional.empty(), id.json(), HtmlText.escape(name), Status.ONLINE.number())
                        : new Listed(Optional.of(client), id.json(), name, status.number()));
    }

    /** The answer to a login in v1. @param listed the group's entries in the order of joining */
    public static Frame login(Id id, String name, long timestamp, Stream<String> listed) {
        String agent = Json.write(new Agent("login", Optional.empty(), id.json(), HtmlText.escape(name), timestamp));
        return new Frame(Reply.withMembers(agent, customerList(listed)));
    }

    /**
     * The members that the answer to a login has in v2 only.
     *
     * @param grace in seconds
     */
    public record Welcome(
            int code,
            Optional<String> id,
            String method,
            String client,
            JsonValue customerId,
            String customerName,
            long timestamp,
            String ticket,
            long grace) {}

    public record Facts(long heartbeat, List<String> methods) {}

    /** What a client of v2 is told of the gateway in the answers to login and resume. Its text is made once. */
    public static final class GatewayFacts {
        private final String members;

        /**
         * @param heartbeat seconds between two text frames of the heartbeat; 0: there are none
         * @param methods that the gateway answers itself
         */
        public GatewayFacts(long heartbeat, List<String> methods) {
            String text = Json.write(new Facts(heartbeat, methods));
            members = text.substring(1, text.length() - 1) + ",";
        }
    }

    /** The answer to a login in v2. @param channels the positions, as a JSON object's text */
    public static Frame login(Welcome welcome, GatewayFacts gateway, String channels, Stream<String> listed) {
        return new Frame(Reply.withMembers(
                Json.write(welcome), gateway.members + "\"channels\":" + channels + "," + customerList(listed)));
    }

    public record Resumed(int code, Optional<String> id, String method, String client) {}

    /** The answer to a resume. @param channels the positions, as a JSON object's text */
    public static Frame resumed(
            Reply reply, String client, GatewayFacts gateway, String channels, Stream<String> listed) {
        String resumed = Json.write(new Resumed(OK, reply.id(), "resume", client));
        return new Frame(
                Reply.withMembers(resumed, gateway.members + "\"channels\":" + channels + "," + customerList(listed)));
    }

    private static String customerList(Stream<String> listed) {
        StringBuilder text = new StringBuilder("\"customer_list\":[");
        listed.forEach(entry -> text.append(entry).append(','));
        text.setCharAt(text.length() - 1, ']'); // there is one entry at least: the client's own
        return text.toString();
    }

    /** A publication as the frame for v1. @param byGateway the payload is the gateway's own, not a backend's */
    public static Frame publicationV1(String payload, boolean byGateway) {
        return new Frame(byGateway ? forV1(payload) : payload);
    }

    /** A publication as the frame for v2. */
    public static Frame publicationV2(Channel channel, long off, String payload) {
        return new Frame("{\"ch\":" + Json.text(channel.name()) + ",\"off\":" + off + ",\"push\":" + payload + "}");
    }

    /** Tells a client of v2 which channels the server added to its session, at their positions, and which it removed. */
    public static Frame channels(Map<Channel, Optional<Position>> changed) {
        Map<Channel, Position> joined = new LinkedHashMap<>();
        StringBuilder left = new StringBuilder();
        changed.forEach((channel, position) ->
                position.ifPresentOrElse(at -> joined.put(channel, at), () -> left.append(left.isEmpty() ? "" : ",")
                        .append(Json.text(channel.name()))));
        return new Frame("{\"method\":\"channels\",\"joined\":" + positions(joined) + ",\"left\":[" + left + "]}");
    }

    /** Tells a client of v2 that it cannot get what is before these positions. @param listed its group's entries */
    public static Frame gap(Map<Channel, Position> channels, Stream<String> listed) {
        return new Frame("{\"method\":\"gap\",\"channels\":" + positions(channels) + "," + customerList(listed) + "}");
    }

    /** Positions by their channels' names, as a JSON object's text. */
    public static String positions(Map<Channel, Position> positions) {
        StringBuilder text = new StringBuilder("{");
        positions.forEach((channel, at) -> text.append(text.length() == 1 ? "" : ",")
                .append(Json.text(channel.name()))
                .append(":{\"epoch\":\"")
                .append(at.epoch())
                .append("\",\"off\":")
                .append(at.off())
                .append('}'));
        return text.append('}').toString();
    }

    private static String forV1(String payload) {
        JsonObject whole = Json.parse(payload).orElseThrow().asJsonObject();
        Map<String, JsonValue> members = new LinkedHashMap<>(whole);
        members.keySet().removeAll(NOT_IN_V1);
        members.replaceAll((name, value) -> ESCAPED.contains(name) && value instanceof JsonString text
                ? Json.text(HtmlText.escape(text.getString()))
                : value);
        return Json.object(members).toString();
    }
}
