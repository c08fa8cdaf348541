package kefu.auth;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kefu.config.AuthMode;
import kefu.protocol.ErrorCode;

/** Decides who a login is. Thread-safe. */
public interface Authentication {
    /** Which of them this is. In any but {@link AuthMode#OPEN} nobody asks for anything before they are logged in. */
    AuthMode mode();

    /**
     * Looks at what a login claims. Returns without waiting; throws nothing. The stage never fails, and completes within
     * seconds, on any thread.
     *
     * @param client the gateway's public id of the client
     */
    CompletionStage<AuthResult> identify(Credentials claim, String client);

    /** What looks at tokens; empty where there are none. */
    default Optional<TokenVerifier> tokens() {
        return Optional.empty();
    }

    /** Takes everybody's word: as the original did. */
    static Authentication open() {
        return new Authentication() {
            @Override
            public AuthMode mode() {
                return AuthMode.OPEN;
            }

            @Override
            public CompletionStage<AuthResult> identify(Credentials claim, String client) {
                Optional<Identity> said = claim.identity();
                return CompletableFuture.completedFuture(
                        said.isPresent() ? said.get() : new AuthResult.Refused(ErrorCode.BAD_LOGIN));
            }
        };
    }
}
