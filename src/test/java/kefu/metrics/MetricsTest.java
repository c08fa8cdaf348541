package kefu.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private static final Pattern METER = Pattern.compile("`(kefu_\\w+)`");

    private final Metrics metrics = new Metrics(List.of("V1", "V2"), List.of("1012"), List.of("10001"));

    private void gauges() {
        metrics.connections(() -> 1);
        metrics.sessions(() -> 2);
        metrics.groups(() -> 3);
        metrics.queued(() -> 4, () -> 5);
        metrics.backendCalls(() -> 6, () -> 7);
        metrics.apiCalled("/api/push", "POST", 200);
    }

    private void shows(String line) {
        assertTrue(metrics.scrape().lines().anyMatch(line::equals), line + " in\n" + metrics.scrape());
    }

    @Test
    void theDocumentListsEveryMeterAndNoOther() throws Exception {
        gauges();
        var scraped = new TreeSet<String>();
        metrics.scrape()
                .lines()
                .filter(line -> line.startsWith("# TYPE kefu_"))
                .map(line -> line.split(" ")[2])
                .filter(name -> !name.endsWith("_max")) // comes with each histogram
                .forEach(scraped::add);
        var documented = new TreeSet<String>();
        Files.readString(Path.of("docs/metrics.md"))
                .lines()
                .filter(line -> line.startsWith("| `"))
                .forEach(line ->
                        METER.matcher(line.split("\\|")[1]).results().forEach(meter -> documented.add(meter.group(1))));
        assertEquals(scraped, documented);
    }

    @Test
    void countsWhatItIsTold() {
        gauges();
        metrics.received(10);
        metrics.sent(20);
        metrics.sent(1);
        metrics.published(3);
        metrics.loggedIn("V2");
        metrics.refused("10001");
        metrics.handshakeRefused("origin");
        metrics.called(Metrics.Outcome.NO_ANSWER, Duration.ofSeconds(5));
        shows("kefu_frames_in_total 1.0");
        shows("kefu_bytes_in_total 10.0");
        shows("kefu_frames_out_total 2.0");
        shows("kefu_bytes_out_total 21.0");
        shows("kefu_publications_total 1.0");
        shows("kefu_deliveries_total 3.0");
        shows("kefu_logins_total{version=\"V2\"} 1.0");
        shows("kefu_refusals_total{code=\"10001\"} 1.0");
        shows("kefu_handshakes_refused_total{reason=\"origin\"} 1.0");
        shows("kefu_backend_calls_seconds_count{outcome=\"no_answer\"} 1");
        shows("kefu_backend_calls_seconds_bucket{outcome=\"no_answer\",le=\"5.0\"} 1");
        shows("kefu_connections 1.0");
        shows("kefu_queued_bytes 5.0");
        shows("kefu_backend_calls_waiting 7.0");
        shows("kefu_api_calls_total{method=\"POST\",path=\"/api/push\",status=\"200\"} 1.0");
    }

    @Test
    void aCodeThatIsNobodysInParticularIsCountedWithTheOthers() {
        metrics.closed(1012);
        metrics.closed(4711);
        metrics.closed(4712);
        shows("kefu_closes_total{code=\"1012\"} 1.0");
        shows("kefu_closes_total{code=\"other\"} 2.0");
    }
}
