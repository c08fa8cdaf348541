package kefu.auth;

import java.time.Instant;
import java.util.Optional;
import kefu.protocol.Id;

/**
 * Who an agent is, and in which group.
 *
 * @param until the time after which the agent must prove this again; empty: never
 */
public record Identity(Id group, Id uid, String name, Optional<Instant> until) implements AuthResult {}
