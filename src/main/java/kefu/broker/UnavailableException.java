package kefu.broker;

import java.util.logging.Level;

/** A step was not taken, or it is not known whether it was: what keeps the sessions cannot be reached. It is no fault of the step. */
public class UnavailableException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    protected UnavailableException(String message) {
        super(message);
    }

    public UnavailableException(Throwable cause) {
        super(cause);
    }

    /** Whether a stage failed because of this: it has been logged where it began. */
    public static boolean isCauseOf(Throwable fault) {
        return fault instanceof UnavailableException || fault.getCause() instanceof UnavailableException;
    }

    /** With what such a fault, or another one, is logged: what keeps the sessions is away for all steps alike, and one line has said so. */
    public static Level level(Throwable fault) {
        return isCauseOf(fault) ? Level.FINE : Level.WARNING;
    }
}
