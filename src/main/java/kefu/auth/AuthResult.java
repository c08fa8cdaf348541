package kefu.auth;

import kefu.protocol.ErrorCode;

/** What becomes of a login: who it is, or why not. */
public sealed interface AuthResult permits Identity, AuthResult.Refused {
    /** It is nobody. */
    record Refused(ErrorCode error) implements AuthResult {}
}
