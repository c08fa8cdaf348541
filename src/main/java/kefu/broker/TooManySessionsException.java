package kefu.broker;

/** A session was not listed: its agent has as many in the group as it may have, on all nodes together. */
public final class TooManySessionsException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    /** Whether a stage failed because of this. */
    public static boolean isCauseOf(Throwable fault) {
        return fault instanceof TooManySessionsException || fault.getCause() instanceof TooManySessionsException;
    }
}
