package kefu.broker;

/** A change was refused: the broker is sealed, since its state goes to another owner. The client tries again there. */
public final class SealedException extends UnavailableException {
    private static final long serialVersionUID = 1;

    SealedException() {
        super("sealed: another owner goes on");
    }
}
