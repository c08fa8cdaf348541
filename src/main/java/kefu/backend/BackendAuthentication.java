package kefu.backend;

import jakarta.json.JsonObject;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import kefu.auth.AuthResult;
import kefu.auth.Authentication;
import kefu.auth.Credentials;
import kefu.auth.Identity;
import kefu.config.AuthMode;
import kefu.protocol.ErrorCode;
import kefu.protocol.Json;

/**
 * Lets the backend authenticate a login. The backend's method {@code login} gets the whole message, and answers 200 with
 * {@code bid}, {@code customer_id} and {@code customer_name}. Any other answer, or none, refuses the login. Thread-safe.
 */
public final class BackendAuthentication implements Authentication {
    private final Backend backend;

    public BackendAuthentication(Backend backend) {
        this.backend = backend;
    }

    @Override
    public AuthMode mode() {
        return AuthMode.BACKEND;
    }

    @Override
    public CompletionStage<AuthResult> identify(Credentials claim, String client) {
        return backend.call(new Backend.Call("login", claim.frame(), client, Optional.empty(), Optional.empty()))
                .thenApply(answer -> identity(answer)
                        .<AuthResult>map(known -> known)
                        .orElse(new AuthResult.Refused(ErrorCode.NOT_ALLOWED)));
    }

    private static Optional<Identity> identity(Backend.Answer answer) {
        return answer instanceof Backend.Answered answered
                ? Json.parse(Json.withoutByteOrderMark(answered.body()))
                        .filter(JsonObject.class::isInstance)
                        .flatMap(json -> Credentials.of(json.asJsonObject()))
                        .flatMap(Credentials::identity)
                : Optional.empty();
    }
}
