package kefu.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import kefu.protocol.Json;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** What the dashboard and the alerts ask for is on the page of metrics. */
class DashboardTest {
    private static final Path DASHBOARD = Path.of("docs/grafana/kefu.json");
    private static final Path ALERTS = Path.of("docs/alerts.yml");
    private static final Pattern METRIC = Pattern.compile("\\b(?:kefu|jvm|process)_\\w+");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=~?\"([^\"]*)\"");

    private static List<String> queries() throws IOException {
        List<String> queries = new ArrayList<>();
        collect(Json.parse(Files.readString(DASHBOARD)).orElseThrow(), queries);
        try (Reader file = Files.newBufferedReader(ALERTS)) {
            Map<String, List<Map<String, List<Map<String, String>>>>> alerts = new Yaml().load(file);
            for (var group : alerts.getOrDefault("groups", List.of())) {
                for (Map<?, ?> rule : group.getOrDefault("rules", List.of())) {
                    queries.add(String.valueOf(rule.get("expr")));
                }
            }
        }
        return queries;
    }

    private static void collect(JsonValue json, List<String> queries) {
        if (json instanceof JsonObject object) {
            object.forEach((key, value) -> {
                if (key.equals("expr")) {
                    queries.add(((JsonString) value).getString());
                } else {
                    collect(value, queries);
                }
            });
        } else if (json instanceof JsonArray array) {
            array.forEach(value -> collect(value, queries));
        }
    }

    private static Set<String> find(Pattern what, List<String> in) {
        return in.stream()
                .flatMap(text -> what.matcher(text).results())
                .map(found -> found.group())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void eachMetricThatIsAskedForIsOnThePage() throws IOException {
        Set<String> asked = find(METRIC, queries());
        List<String> page = MetersOnThePage.all();
        Set<String> there = find(Pattern.compile("^\\w+"), page);
        assertTrue(asked.size() > 30, asked::toString);
        asked.removeAll(there);
        assertEquals(Set.of(), asked);
    }

    @Test
    void eachLabelThatIsAskedForIsOnThePage() throws IOException {
        List<String> page = MetersOnThePage.all();
        for (String query : queries()) {
            Matcher label = LABEL.matcher(query);
            while (label.find()) {
                if (!Set.of("instance", "job").contains(label.group(1))) {
                    for (String value : label.group(2).split("\\|")) {
                        String pair = label.group(1) + "=\"" + value + "\"";
                        assertTrue(page.stream().anyMatch(line -> line.contains(pair)), pair + " of " + query);
                    }
                }
            }
        }
    }
}
