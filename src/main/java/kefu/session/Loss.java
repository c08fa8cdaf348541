package kefu.session;

/** The effect of a lost connection on its session: none where that is on another one, or has ended, or was lost before. */
public enum Loss {
    NOTHING,
    /** The session waits for another connection. */
    DETACHED,
    ENDED
}
