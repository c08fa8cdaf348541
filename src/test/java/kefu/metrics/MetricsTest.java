package kefu.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private static final Pattern METER = Pattern.compile("`((?:kefu|jvm|process|system)_\\w+)`");

    private final Metrics metrics = new Metrics(List.of("v1", "v2"), List.of("1012", "4008"), List.of("10001"));

    private void shows(String line) {
        assertTrue(metrics.scrape().lines().anyMatch(line::equals), line + " in\n" + metrics.scrape());
    }

    @Test
    void theDocumentListsEveryMeterAndNoOther() throws Exception {
        MetersOnThePage.fill(metrics);
        var scraped = new TreeSet<String>();
        metrics.scrape()
                .lines()
                .filter(line -> line.startsWith("# TYPE "))
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
    void theDocumentListsEveryBoundWithItsSetting() throws Exception {
        String document = Files.readString(Path.of("docs/metrics.md"));
        for (Bound bound : Bound.values()) {
            String row = document.lines()
                    .filter(line -> line.startsWith("| `" + bound.label() + "` |"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no row for " + bound.label()));
            assertTrue(row.contains(bound.setting()), row);
        }
    }

    @Test
    void countsWhatItIsTold() {
        MetersOnThePage.fill(metrics);
        metrics.received(10);
        metrics.sent(20);
        metrics.sent(1);
        metrics.published(3, 2_000_000);
        metrics.loggedIn("v2");
        metrics.refused("10001");
        metrics.handshakeRefused("origin");
        metrics.called(Metrics.Outcome.NO_ANSWER, Duration.ofSeconds(5));
        shows("kefu_frames_in_total 1.0");
        shows("kefu_bytes_in_total 10.0");
        shows("kefu_frames_out_total 2.0");
        shows("kefu_bytes_out_total 21.0");
        shows("kefu_publications_total 1.0");
        shows("kefu_deliveries_total 3.0");
        shows("kefu_logins_total{version=\"v2\"} 1.0");
        shows("kefu_refusals_total{code=\"10001\"} 1.0");
        shows("kefu_handshakes_refused_total{reason=\"origin\"} 1.0");
        shows("kefu_backend_calls_seconds_count{outcome=\"no_answer\"} 1");
        shows("kefu_backend_calls_seconds_bucket{outcome=\"no_answer\",le=\"5.0\"} 1");
        shows("kefu_fanout_seconds_bucket{le=\"0.001\"} 0");
        shows("kefu_fanout_seconds_bucket{le=\"0.0025\"} 1");
        shows("kefu_fanout_seconds_bucket{le=\"5.0\"} 1");
        shows("kefu_api_duration_seconds_bucket{method=\"POST\",path=\"/api/push\",le=\"0.005\"} 1");
        shows("kefu_backend_breaker{state=\"open\"} 1.0");
        shows("kefu_backend_breaker{state=\"closed\"} 0.0");
        shows("kefu_events_waiting 8.0");
        shows("kefu_connections 1.0");
        shows("kefu_queued_bytes 5.0");
        shows("kefu_backend_calls_waiting 7.0");
        shows("kefu_api_calls_total{method=\"POST\",path=\"/api/push\",status=\"200\"} 1.0");
    }

    @Test
    void eachCloseCodeOfAStandardOrOfTheGatewayIsCountedByItselfAndTheOthersTogether() {
        metrics.closed(1006);
        metrics.closed(1012);
        metrics.closed(4008);
        metrics.closed(4711);
        metrics.closed(4712);
        shows("kefu_closes_total{code=\"1000\"} 0.0");
        shows("kefu_closes_total{code=\"1006\"} 1.0");
        shows("kefu_closes_total{code=\"1012\"} 1.0");
        shows("kefu_closes_total{code=\"4008\"} 1.0");
        shows("kefu_closes_total{code=\"other\"} 2.0");
    }

    @Test
    void theBucketsOfABackendsCallsEndAtItsTimeout() {
        try (Metrics slow = new Metrics(List.of(), List.of(), List.of(), Duration.ofSeconds(20))) {
            assertTrue(slow.scrape().contains("{outcome=\"failed\",le=\"20.0\"}"), slow.scrape());
        }
        try (Metrics quick = new Metrics(List.of(), List.of(), List.of(), Duration.ofSeconds(2))) {
            assertTrue(quick.scrape().contains("{outcome=\"failed\",le=\"2.0\"}"), quick.scrape());
            assertFalse(quick.scrape().contains("{outcome=\"failed\",le=\"2.5\"}"), quick.scrape());
        }
    }

    @Test
    void whichBuildRunsSinceWhenIsKnown() {
        long before = System.currentTimeMillis() / 1000;
        MetersOnThePage.fill(metrics);
        shows("kefu_build_info{java=\"" + System.getProperty("java.version") + "\",version=\"1.2.3\"} 1");
        double started = metrics.scrape()
                .lines()
                .filter(line -> line.startsWith("kefu_start_time_seconds "))
                .mapToDouble(line -> Double.parseDouble(line.split(" ")[1]))
                .findFirst()
                .orElseThrow();
        assertTrue(started >= before - 60 && started <= System.currentTimeMillis() / 1000.0, "started at " + started);
    }

    @Test
    void everyMeterSaysWhatItIs() {
        MetersOnThePage.fill(metrics);
        List<String> silent = metrics.scrape()
                .lines()
                .filter(line -> line.startsWith("# HELP ")
                        && line.replaceFirst("# HELP \\S+", "").isBlank())
                .toList();
        assertEquals(List.of(), silent);
    }

    @Test
    void labelsAreFixedShortNames() {
        MetersOnThePage.fill(metrics);
        Pattern label = Pattern.compile("[a-z0-9_]{1,32}");
        metrics.scrape()
                .lines()
                .filter(line -> line.startsWith("kefu_") && line.contains("bound="))
                .forEach(line -> assertTrue(label.matcher(line.split("\"")[1]).matches(), line));
        for (Bound bound : Bound.values()) {
            shows("kefu_bounds_hit_total{bound=\"" + bound.label() + "\"} 0.0");
        }
    }
}
