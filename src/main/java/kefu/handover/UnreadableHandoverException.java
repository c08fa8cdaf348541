package kefu.handover;

import java.io.IOException;

/** A file is not one that this version can go on with. The message says why. */
final class UnreadableHandoverException extends IOException {
    private static final long serialVersionUID = 1;

    UnreadableHandoverException(String why) {
        super(why);
    }
}
