package kefu.broker.redis;

import java.util.EnumSet;
import java.util.Set;

/** The scripts that run within Redis. Each is one atomic step; its file says what goes in and what comes out. */
enum Script {
    AGENTS,
    COUNT,
    DATA,
    DUE,
    ENTER,
    FIND,
    FOLLOW,
    FORGET,
    GIVEBACK,
    JOIN,
    LEAVE,
    LIST,
    MEMBERS,
    NAMES,
    OUTBOX,
    POLICY,
    POSITIONS,
    PUBLISH,
    READ,
    REAP,
    RENEW,
    RESUME,
    STATUS,
    TAKEBACK,
    UPDATE;

    /** These are a node's own. */
    private static final Set<Script> OF_NODES = EnumSet.of(COUNT, FORGET, OUTBOX, POLICY, POSITIONS, REAP, RENEW);

    /** With these a session catches up with what was said. They change nothing. */
    private static final Set<Script> CATCHING_UP = EnumSet.of(LIST, READ);

    private static final Set<Script> OF_CHANNELS =
            EnumSet.of(COUNT, FOLLOW, FORGET, NAMES, POLICY, POSITIONS, PUBLISH, READ);

    /** Whether it is a step of a client or a caller, which a node may not take once the others may have given it up. */
    boolean needsLease() {
        return !OF_NODES.contains(this) && !CATCHING_UP.contains(this);
    }

    /** Whether it needs what the scripts share about sessions. */
    boolean usesSessions() {
        return !OF_CHANNELS.contains(this);
    }
}
