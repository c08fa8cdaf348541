package kefu.auth;

import kefu.protocol.ErrorCode;

/** The result of checking a login: the agent's identity, or the reason of the refusal. */
public sealed interface AuthResult permits Identity, AuthResult.Refused {
    /** The login is refused. */
    record Refused(ErrorCode error) implements AuthResult {}
}
