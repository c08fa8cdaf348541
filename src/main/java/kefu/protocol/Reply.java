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
    private static final int OK = 200;

    // The components are the frames' members, by their names in lower case with underscores.
    public record Error(String code, String msg, Optional<String> method, Optional<String> id) {}

    public record Failure(int code, String msg, Optional<String> method, Optional<String> id) {}

    public record Done(int code, Optional<String> method, Optional<String> id) {}

    public Frame error(ErrorCode error) {
        return new Frame(Json.write(new Error(error.code(), error.message(), method, id)));
    }

    /** The backend did not answer 200. @param status its HTTP status; 0 where no answer came */
    public Frame failure(int status) {
        return new Frame(Json.write(new Failure(status, REQUEST_FAILED, method, id)));
    }

    /** Done, and nothing more to say. */
    public Frame done() {
        return new Frame(Json.write(new Done(OK, method, id)));
    }

    /** The backend's answer: verbatim in v1; in v2 as {@code data}, as text where it is no JSON. */
    public Frame answered(String body) {
        if (version == Version.V1) {
            return new Frame(body);
        }
        String data = Json.parse(body).isPresent() ? body : Json.text(body).toString();
        return new Frame(withMembers(Json.write(new Done(OK, method, id)), "\"data\":" + data));
    }

    /** A JSON object's text with more members, given as text. */
    static String withMembers(String object, String members) {
        return object.substring(0, object.length() - 1) + "," + members + "}";
    }
}
