package kefu.api;

import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * One call that there is.
 *
 * @param path below the application, e.g. {@code /api/push}
 * @param parameters the names that may stand in the address
 * @param handler answers with what the body is made of; throws an {@link ApiException} where it cannot
 */
record Route(
        String verb,
        String path,
        Set<String> parameters,
        Body body,
        Function<ApiCall, CompletionStage<? extends Record>> handler) {
    /** Whether a call has a body. */
    enum Body {
        NONE,
        OPTIONAL,
        REQUIRED
    }
}
