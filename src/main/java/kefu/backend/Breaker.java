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
 * A circuit breaker. It opens when half of the recent calls, and enough of them, got no answer. After a delay it lets a few calls
 * try the backend again. Thread-safe.
 */
final class Breaker {
    private static final Logger LOG = Logger.getLogger(Breaker.class.getName());
    private static final int DEAD_PERCENT = 50;
    private static final Duration OBSERVED = Duration.ofSeconds(10);

    /** The number of trial calls while the breaker is half open, at once and in total. */
    private static final int PROBES = 3;

    private final Optional<CircuitBreaker<Object>> circuit;

    /** @param onOpen runs when the breaker opens */
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

    /** Whether a call may be sent. If true, the caller must call {@link #ended} later. */
    boolean tryCall() {
        return circuit.map(CircuitBreaker::tryAcquirePermit).orElse(true);
    }

    /** One of {@link kefu.metrics.Metrics#BREAKER_STATES}. An open breaker becomes half open only by the next call. */
    String state() {
        return circuit.map(breaker -> breaker.getState().name().toLowerCase(Locale.ROOT))
                .orElse("closed");
    }

    /**
     * A call has ended. Only an unanswered call counts as a failure. A call that was lost with a kept connection does not
     * count: a load balancer drops idle connections even if the backend is healthy. In the half-open state such a lost call
     * uses up one of the {@link #PROBES} permits. At least one permit is left: each lost connection was kept by an answered
     * call, and as many answers as there are permits close the breaker.
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
