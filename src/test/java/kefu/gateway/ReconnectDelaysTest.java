package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.PrimitiveIterator;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReconnectDelaysTest {
    private static List<Long> millis(int connections, double... random) {
        return millis(connections, Duration.ZERO, random);
    }

    private static List<Long> millis(int connections, Duration absence, double... random) {
        PrimitiveIterator.OfDouble next = DoubleStream.of(random).iterator();
        ReconnectDelays delays = new ReconnectDelays(connections, absence, next::nextDouble);
        return Stream.generate(delays::next)
                .limit(random.length)
                .map(Duration::toMillis)
                .toList();
    }

    @Test
    void sixThousandClientsComeBackOverTwoSeconds() {
        assertEquals(List.of(50L, 500L, 1_000L, 1_998L), millis(6_000, 0, 0.25, 0.5, 0.999));
    }

    @Test
    void nobodyComesBackBeforeTheNextDeploymentCanBeOpen() {
        assertEquals(List.of(50L, 50L, 66L), millis(200, 0, 0.7, 0.999));
        assertEquals(List.of(50L), millis(1, 0.999));
    }

    @Test
    void whereNobodyServesForAWhileTheyComeBackBehindThat() {
        assertEquals(List.of(1_500L, 2_500L, 3_498L), millis(6_000, Duration.ofMillis(1_500), 0, 0.5, 0.999));
        assertEquals(List.of(50L), millis(1, Duration.ofMillis(20), 0.999));
    }
}
