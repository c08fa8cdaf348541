package kefu.backend;

import dev.failsafe.CircuitBreaker;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.logging.Logger;
import kefu.config.BackendSettings;
import kefu.config.Settings;
import kefu.metrics.LogLine;

/**
 * Takes the backend for dead where half of the calls of the last while, and enough of them, have got no answer; leaves it
 * alone for a while, and lets a few calls try it then. Thread-safe.
 */
final class Breaker {
    private static final Logger LOG = Logger.getLogger(Breaker.class.getName());
    private static final int DEAD_PERCENT = 50;
    private static final Duration OBSERVED = Duration.ofSeconds(10);

    /** Calls that try a backend which was dead, at once and in all. */
    private static final int PROBES = 3;

    private final Optional<CircuitBreaker<Object>> circuit;

    /** @param onOpen called when the backend is taken for dead */
    Breaker(Settings settings, Runnable onOpen) {
        int calls = settings.get(BackendSettings.BREAKER_CALLS);
        circuit = calls == 0
                ? Optional.empty()
                : Optional.of(CircuitBreaker.builder()
                        .withFailureRateThreshold(DEAD_PERCENT, calls, OBSERVED)
                        .withDelay(settings.get(BackendSettings.BREAKER_DELAY))
                        .withSuccessThreshold(PROBES)
                        .onOpen(event -> {
                            LOG.warning(
                                    LogLine.of("Breaker").with("state", "open").toString());
                            onOpen.run();
                        })
                        .onClose(event -> LOG.info(
                                LogLine.of("Breaker").with("state", "closed").toString()))
                        .build());
    }

    /** Whether a call may be sent: {@link #ended} is to follow then. */
    boolean tryCall() {
        return circuit.map(CircuitBreaker::tryAcquirePermit).orElse(true);
    }

    /** One of {@link kefu.metrics.Metrics#BREAKER_STATES}. Where it is open, only a call makes it half open. */
    String state() {
        return circuit.map(breaker -> breaker.getState().name().toLowerCase(Locale.ROOT))
                .orElse("closed");
    }

    /**
     * A call has ended. Only a call that is unanswered is held against the backend, and not one that was lost with a kept
     * connection: a load balancer forgets idle connections, whatever becomes of the backend. While a dead backend is tried,
     * a call that is lost so takes one of the {@link #PROBES} places for good. At least one stays: each lost connection
     * was kept by a call that was answered, and as many answers as there are places end the trial.
     */
    void ended(ServiceClient.Outcome how) {
        if (circuit.isEmpty()) {
            return;
        }
        if (!(how instanceof ServiceClient.Unanswered none)) {
            circuit.get().recordSuccess();
        } else if (!none.onDeadConnection()) {
            circuit.get().recordFailure();
        }
    }
}
