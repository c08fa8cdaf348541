package kefu.metrics;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import kefu.protocol.CloseCode;
import kefu.protocol.ErrorCode;

/** The page of metrics of a gateway that has everything: a backend, events, and a caller of its API. */
final class MetersOnThePage {
    private MetersOnThePage() {}

    /** The lines with a value. */
    static List<String> all() {
        try (Metrics metrics = new Metrics(
                List.of("v1", "v2"),
                Stream.of(CloseCode.values())
                        .map(code -> Integer.toString(code.number()))
                        .toList(),
                Stream.of(ErrorCode.values()).map(ErrorCode::code).toList())) {
            fill(metrics);
            return metrics.scrape()
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
        }
    }

    static void fill(Metrics metrics) {
        metrics.connections(() -> 1);
        metrics.sessions(() -> 2);
        metrics.groups(() -> 3);
        metrics.queued(() -> 4, () -> 5);
        metrics.backendCalls(() -> 6, () -> 7);
        metrics.apiCalled("/api/push", "POST", 200, Duration.ofMillis(3));
        metrics.breaker(() -> "open");
        metrics.eventsWaiting(() -> 8);
        metrics.build("1.2.3");
    }
}
