package kefu.broker;

import kefu.protocol.Frame;

/** One thing that is said to a group. */
public record Publication(Frame frame, Audience audience) {
    public static Publication toEverybody(Frame frame) {
        return new Publication(frame, Audience.EVERYBODY);
    }
}
