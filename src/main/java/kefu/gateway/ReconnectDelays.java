package kefu.gateway;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/** Spreads the reconnects of clients whose connections end together. */
final class ReconnectDelays {
    /** A node opens at least this many connections in a second, with their logins or resumes. */
    static final int RECONNECTS_PER_SECOND = 3_000;

    /** The time in which the next deployment opens, once this one has handed over. */
    static final Duration SHORTEST = Duration.ofMillis(50);

    private final double spreadMillis;
    private final Duration absence;
    private final DoubleSupplier random;

    /**
     * @param connections the number of connections that end together
     * @param absence how long probably nobody will serve
     * @param random from 0 to 1
     */
    ReconnectDelays(int connections, Duration absence, DoubleSupplier random) {
        this.absence = absence;
        this.spreadMillis = connections * 1_000.0 / RECONNECTS_PER_SECOND;
        this.random = random;
    }

    /** The delay of one more client: evenly spread behind the absence, but none is shorter than {@link #SHORTEST}. */
    Duration next() {
        Duration delay = absence.plusMillis((long) (random.getAsDouble() * spreadMillis));
        return delay.compareTo(SHORTEST) < 0 ? SHORTEST : delay;
    }
}
