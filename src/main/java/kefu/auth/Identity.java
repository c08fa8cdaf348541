package kefu.auth;

import java.time.Instant;
import java.util.Optional;
import kefu.protocol.Id;

/**
 * Who an agent is, and in which group.
 *
 * @param until from when on this has to be proved anew; empty: it need not
 */
public record Identity(Id group, Id uid, String name, Optional<Instant> until) implements AuthResult {}
