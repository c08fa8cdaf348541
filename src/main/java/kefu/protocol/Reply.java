package kefu.protocol;

import java.util.Optional;

/**
 * How the answer to one request is written: in the client's protocol version, with the request's method and, in v2, its id.
 *
 * @param method where it was text
 * @param id where one was sent; always empty in v1
 */
public record Reply(Version version, Optional<String> method, Optional<String> id) {
    private static final String REQUEST_FAILED = "请求失败，请稍后再试";
    private static final String OK = "200";

    public Frame error(ErrorCode error) {
        return new Frame(withMembers(object(quoted(error.code())), "\"msg\":" + quoted(error.message())));
    }

    /** The backend did not answer 200. @param status its HTTP status; 0 where no answer came */
    public Frame failure(int status) {
        return new Frame(withMembers(object(Integer.toString(status)), "\"msg\":" + quoted(REQUEST_FAILED)));
    }

    /** Done, and nothing more to say. */
    public Frame done() {
        return new Frame(object(OK));
    }

    /**
     * The backend's answer: verbatim in v1; in v2 as {@code data}, as text where it is no JSON. A byte order mark before it is
     * left out in v2, as a browser leaves it out of what it reads.
     */
    public Frame answered(String body) {
        if (version == Version.V1) {
            return new Frame(body);
        }
        String text = Json.withoutByteOrderMark(body);
        String data = JsonSyntax.isJson(text) ? text : quoted(text);
        return new Frame(withMembers(object(OK), "\"data\":" + data));
    }

    /** The members that every answer has. Written here and not by Yasson, which takes ten times as long for so few of them. */
    private String object(String code) {
        StringBuilder text = new StringBuilder("{\"code\":").append(code);
        id.ifPresent(known -> text.append(",\"id\":").append(quoted(known)));
        method.ifPresent(name -> text.append(",\"method\":").append(quoted(name)));
        return text.append('}').toString();
    }

    private static String quoted(String text) {
        return Json.text(text).toString();
    }

    /** A JSON object's text with more members, given as text. */
    static String withMembers(String object, String members) {
        return object.substring(0, object.length() - 1) + "," + members + "}";
    }
}
