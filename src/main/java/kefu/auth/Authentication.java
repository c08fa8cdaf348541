package kefu.auth;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kefu.config.AuthMode;
import kefu.protocol.ErrorCode;

/** Decides which agent a login belongs to. Thread-safe. */
public interface Authentication {
    /** The mode. In every mode except {@link AuthMode#OPEN} a client must log in before its first request. */
    AuthMode mode();

    /**
     * Checks the claims of a login. Returns without waiting. The stage completes within seconds, on any thread. The call throws,
     * or its stage fails, only by a fault of the gateway.
     *
     * @param client the gateway's public id of the client
     */
    CompletionStage<AuthResult> identify(Credentials claim, String client);

    /** The verifier of tokens; empty in modes without tokens. */
    default Optional<TokenVerifier> tokens() {
        return Optional.empty();
    }

    /** Accepts every login, as the original did. */
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
