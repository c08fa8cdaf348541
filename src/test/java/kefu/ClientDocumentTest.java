package kefu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/client.md says what the library does, and shows the example page as it is served. */
class ClientDocumentTest {
    private static final Path WEBAPP = Path.of("src/main/webapp");

    private final String document = Files.readString(Path.of("docs/client.md"));
    private final String types = Files.readString(WEBAPP.resolve("sdk/kefu.d.ts"));

    ClientDocumentTest() throws Exception {}

    @Test
    void showsTheExamplePageAsItIsServed() throws Exception {
        for (String file : Set.of("html", "js")) {
            Matcher shown =
                    Pattern.compile("```" + file + "\n(.*?)```", Pattern.DOTALL).matcher(document);
            assertTrue(shown.find(), file);
            assertEquals(Files.readString(WEBAPP.resolve("example." + file)), shown.group(1));
        }
    }

    @Test
    void hasEveryEventEveryOptionAndEveryError() throws Exception {
        assertEquals(names(types, "on\\(type: '(\\w+)'"), names(section("Events"), "(?m)^\\| `(\\w+)`"));
        assertEquals(
                names(part(types, "export interface Options {", "\n}"), "(?m)^  (\\w+)\\??:"),
                names(section("Options"), "(?m)^\\| `(\\w+)`"));
        String errors = Files.readString(WEBAPP.resolve("sdk/error.js"));
        assertEquals(names(errors, "(?m)^ \\* - `([\\w-]+)`"), names(section("Errors"), "(?m)^\\| `([a-z-]+)`"));
    }

    @Test
    void theLibraryHasOneVersion() throws Exception {
        assertEquals(
                names(Files.readString(WEBAPP.resolve("sdk/kefu.js")), "VERSION = '(.*)'"),
                names(Files.readString(WEBAPP.resolve("sdk/package.json")), "\"version\": \"(.*)\""));
    }

    private String section(String heading) {
        return part(document, "\n## " + heading + "\n", "\n## ");
    }

    private static String part(String text, String begin, String end) {
        assertTrue(text.contains(begin), begin);
        return text.split(Pattern.quote(begin), 2)[1].split(Pattern.quote(end), 2)[0];
    }

    private static Set<String> names(String text, String pattern) {
        Set<String> names = Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertTrue(!names.isEmpty(), pattern);
        return names;
    }
}
