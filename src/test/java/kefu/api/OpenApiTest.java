package kefu.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import kefu.gateway.TestGateway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** The description of the API says what the code does, and nothing else. */
class OpenApiTest {
    private static final Set<String> VERBS =
            Set.of("get", "put", "post", "delete", "patch", "options", "head", "trace");

    private final Map<String, Object> document = new Yaml().load(Files.readString(Path.of("docs/openapi.yaml")));

    OpenApiTest() throws Exception {}

    @Test
    void hasEveryCallWithItsParametersAndBodyAndNoOther() {
        try (TestGateway gateway = new TestGateway()) {
            Set<String> coded = Routes.of(gateway.broker, gateway.presence, gateway.dispatcher.clients()).stream()
                    .map(OpenApiTest::line)
                    .collect(Collectors.toCollection(TreeSet::new));
            assertEquals(String.join("\n", coded), String.join("\n", described()));
        }
    }

    @Test
    void itsBoundsAreThoseOfTheCode() {
        Map<String, Object> limit = map(map(at("components", "parameters", "limit"), "schema"));
        assertEquals(Call.MAX_LIMIT, limit.get("maximum"));
        Map<String, Object> to = at("components", "schemas", "Push", "properties", "to");
        assertEquals(PushRequest.MAX_TARGETS, map(list(to.get("oneOf")).get(1)).get("maxItems"));
    }

    private static String line(Route route) {
        Set<String> parameters = new TreeSet<>();
        route.parameters().forEach(p -> parameters.add(p.name() + ":" + p.use()));
        return route.verb() + " " + route.path() + " " + parameters + " body:" + route.body();
    }

    private Set<String> described() {
        Set<String> lines = new TreeSet<>();
        at("paths").forEach((path, calls) -> map(calls).forEach((verb, call) -> {
            if (VERBS.contains(verb)) {
                Set<String> parameters = new TreeSet<>();
                for (Object parameter : list(map(call).getOrDefault("parameters", List.of()))) {
                    parameters.add(parameter(resolved(parameter)));
                }
                String body = "NONE";
                if (map(call).containsKey("requestBody")) {
                    body = Boolean.TRUE.equals(
                                    resolved(map(call).get("requestBody")).get("required"))
                            ? "REQUIRED"
                            : "OPTIONAL";
                }
                lines.add(verb.toUpperCase(java.util.Locale.ROOT) + " " + path + " " + parameters + " body:" + body);
            }
        }));
        return lines;
    }

    private static String parameter(Map<String, Object> parameter) {
        assertEquals("query", parameter.get("in"));
        String use = Boolean.TRUE.equals(parameter.get("required"))
                ? "REQUIRED"
                : "array".equals(map(parameter.get("schema")).get("type")) ? "REPEATED" : "OPTIONAL";
        return parameter.get("name") + ":" + use;
    }

    private Map<String, Object> resolved(@Nullable Object node) {
        Object ref = map(node).get("$ref");
        return ref == null ? map(node) : at(ref.toString().substring(2).split("/"));
    }

    private Map<String, Object> at(String... path) {
        Map<String, Object> node = document;
        for (String name : path) {
            node = map(node, name);
        }
        return node;
    }

    private static Map<String, Object> map(Map<String, Object> node, String name) {
        return map(Objects.requireNonNull(node.get(name), name));
    }

    @SuppressWarnings("unchecked") // the form of the document
    private static Map<String, Object> map(@Nullable Object node) {
        return (Map<String, Object>) Objects.requireNonNull(node);
    }

    @SuppressWarnings("unchecked") // the form of the document
    private static List<Object> list(@Nullable Object node) {
        return (List<Object>) Objects.requireNonNull(node);
    }
}
