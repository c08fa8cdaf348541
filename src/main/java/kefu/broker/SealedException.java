package kefu.broker;

/** A change was refused: the broker is sealed, since its state goes to another owner. The client tries again there. */
public final class SealedException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    /** Whether a stage failed because of a seal: that is to be expected, and no fault. */
    public static boolean isCauseOf(Throwable fault) {
        return fault instanceof SealedException || fault.getCause() instanceof SealedException;
    }

    SealedException() {
        super("sealed: another owner goes on");
    }
}
