package kefu.api;

import java.util.Optional;
import kefu.protocol.ErrorCode;

/** A call that cannot be done, as its caller is told. */
final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String code;
    private final transient Optional<String> field;

    private ApiException(int status, String code, String message, Optional<String> field) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
        this.field = field;
    }

    /** @param field the parameter or member that is not as it must be; empty: the body itself */
    static ApiException badArgument(String field, String message) {
        return new ApiException(400, ErrorCode.BAD_ARGUMENT.code(), message, Optional.of(field));
    }

    static ApiException badBody(String message) {
        return new ApiException(400, ErrorCode.BAD_ARGUMENT.code(), message, Optional.empty());
    }

    /** @param field which says what there is none of */
    static ApiException unknown(String field) {
        return new ApiException(404, "404", "there is no such " + field, Optional.of(field));
    }

    static ApiException of(int status, String message) {
        return new ApiException(status, Integer.toString(status), message, Optional.empty());
    }

    int status() {
        return status;
    }

    /** What the body says. The components are its members; public, since JSON-B reads them. */
    public record Said(String code, String msg, Optional<String> field) {}

    Said said() {
        return new Said(code, String.valueOf(getMessage()), field);
    }
}
