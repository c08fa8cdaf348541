package kefu.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
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

    private static final Set<String> SCHEMA_WORDS = Set.of(
            "$ref",
            "type",
            "description",
            "properties",
            "required",
            "additionalProperties",
            "items",
            "oneOf",
            "enum",
            "const",
            "default",
            "pattern",
            "minimum",
            "maximum",
            "minLength",
            "maxLength",
            "minItems",
            "maxItems",
            "minProperties",
            "maxProperties");

    private final Map<String, Object> document = new Yaml().load(Files.readString(Path.of("docs/openapi.yaml")));

    OpenApiTest() throws Exception {}

    @Test
    void hasEveryCallWithItsParametersAndBodyAndNoOther() {
        try (TestGateway gateway = new TestGateway()) {
            Set<String> coded = Routes.of(gateway.broker, gateway.presence, gateway.commands, () -> {}).stream()
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

    /** What the linter of Redocly asks for; it is run by hand, since it comes from a registry of its own. */
    @Test
    void everyCallHasAnIdOfItsOwnAndSaysHowItIsRefused() {
        Set<Object> ids = new HashSet<>();
        at("paths").values().forEach(calls -> map(calls).values().forEach(call -> {
            Object id = map(call).get("operationId");
            assertTrue(id instanceof String text && text.matches("[a-z]+([A-Z][a-z]+)*"), String.valueOf(id));
            assertTrue(ids.add(id), "twice: " + id);
            assertFalse(String.valueOf(map(call).get("summary")).isBlank(), String.valueOf(id));
            assertEquals(
                    "#/components/responses/Refused",
                    map(map(map(call), "responses"), "4XX").get("$ref"));
            assertEquals(
                    "#/components/responses/Unavailable",
                    map(map(map(call), "responses"), "5XX").get("$ref"));
        }));
        assertEquals(described().size(), ids.size());
    }

    @Test
    void everyReferenceIsToSomethingAndSchemasHaveNoWordOfTheirOwn() {
        walk(document, false);
    }

    /** @param schema whether this node is a schema, whose members the specification names */
    private void walk(Object node, boolean schema) {
        if (node instanceof List<?> several) {
            several.forEach(one -> walk(Objects.requireNonNull(one), schema));
        } else if (node instanceof Map<?, ?>) {
            Map<String, Object> members = map(node);
            if (members.get("$ref") instanceof String ref) {
                at(ref.substring(2).split("/"));
            }
            if (schema) {
                assertTrue(
                        SCHEMA_WORDS.containsAll(members.keySet()),
                        members.keySet().toString());
            }
            members.forEach((name, member) -> {
                boolean named = Set.of("properties", "schemas").contains(name);
                if (named) {
                    map(member).values().forEach(one -> walk(one, true));
                } else {
                    walk(member, Set.of("schema", "items", "oneOf").contains(name));
                }
            });
        }
    }

    @Test
    void saysWhatAnAnswerIsThatIsNotTheGateways() {
        for (String name : List.of("Refused", "Unavailable")) {
            String text = String.valueOf(at("components", "responses", name).get("description"));
            assertTrue(text.replaceAll("\\s+", " ").contains("JSON `code`"), text);
        }
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
