package kefu.chaos;

import java.util.Random;

/** When a connection is cut, on its way to being online or soon after. */
enum Moment {
    NEVER,
    /** The handshake is done, and nothing has been sent. */
    AS_IT_OPENS,
    /** The resume has been sent: the gateway may get it, or half of it, or nothing. */
    AS_IT_ASKS,
    /** A little later: the gateway has got it, and its answer may be on the way. */
    SOON_AFTER_IT_ASKED,
    /** The answer is here, and the replay begins. */
    AS_IT_IS_ANSWERED,
    /** Some of the replay is here. */
    IN_THE_REPLAY;

    /** @param share of the connections that are cut */
    static Moment any(Random random, double share) {
        return random.nextDouble() < share ? values()[1 + random.nextInt(values().length - 1)] : NEVER;
    }
}
