package kefu.protocol;

import jakarta.json.JsonValue;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The frames that the gateway makes itself, in protocol v1: names and what is said are escaped for HTML. Timestamps
 * are epoch seconds.
 */
public final class Frames {
    private static final String REQUEST_FAILED = "请求失败，请稍后再试";

    private Frames() {}

    // The components are the frames' members, by their names in lower case with underscores.
    public record Error(String code, String msg, Optional<String> method) {}

    public record Failure(int code, String msg, String method) {}

    public record Agent(String method, JsonValue customerId, String customerName, long timestamp) {}

    public record Listed(JsonValue customerId, String customerName, int status) {}

    public record Said(
            String method,
            JsonValue fromCustomerId,
            String fromCustomerName,
            JsonValue to,
            String content,
            long timestamp) {}

    public record SayAnswer(String method, int code, int delivered) {}

    public static Frame error(ErrorCode error, String method) {
        return error(error, Optional.of(method));
    }

    public static Frame error(ErrorCode error, Optional<String> method) {
        return new Frame(Json.write(new Error(error.code(), error.message(), method)));
    }

    /** The backend did not answer 200. @param status its HTTP status; 0 where no answer came */
    public static Frame failure(int status, String method) {
        return new Frame(Json.write(new Failure(status, REQUEST_FAILED, method)));
    }

    public static Frame loginPush(Id id, String name, long timestamp) {
        return new Frame(agent("login_push", id, name, timestamp));
    }

    public static Frame logoutPush(Id id, String name, long timestamp) {
        return new Frame(agent("logout_push", id, name, timestamp));
    }

    /** The answer to a login. @param listed the group's entries, each made by {@link #listed}, in the order of joining */
    public static Frame login(Id id, String name, long timestamp, Stream<String> listed) {
        StringBuilder text = new StringBuilder(agent("login", id, name, timestamp));
        text.setCharAt(text.length() - 1, ',');
        text.append("\"customer_list\":[");
        listed.forEach(entry -> text.append(entry).append(','));
        text.setCharAt(text.length() - 1, ']');
        return new Frame(text.append('}').toString());
    }

    /** One entry of a {@code customer_list}: made once for each session, and used in every list it stands in. */
    public static String listed(Id id, String name) {
        return Json.write(new Listed(id.json(), HtmlText.escape(name), 1));
    }

    /** @param to as the speaker wrote it: {@code all} or an agent's id */
    public static Frame sayPush(Id from, String name, JsonValue to, String content, long timestamp) {
        return new Frame(Json.write(
                new Said("say_push", from.json(), HtmlText.escape(name), to, HtmlText.escape(content), timestamp)));
    }

    /** @param delivered the connections that hear it */
    public static Frame sayAnswer(int delivered) {
        return new Frame(Json.write(new SayAnswer("say", 0, delivered)));
    }

    private static String agent(String method, Id id, String name, long timestamp) {
        return Json.write(new Agent(method, id.json(), HtmlText.escape(name), timestamp));
    }
}
