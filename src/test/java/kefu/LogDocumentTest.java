package kefu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each line of the log from INFO to WARNING has the form and the event that {@code docs/logging.md} says. */
class LogDocumentTest {
    private static final Pattern STATEMENT = Pattern.compile(
            "LOG\\s*\\.(?:(?:info|warning)\\(|log\\(\\s*(?:Level\\.(?:INFO|WARNING)|level)\\b).*?;\\n", Pattern.DOTALL);

    /** A line is made here, or by a method of the same class that is called so. */
    private static final Pattern LINE = Pattern.compile("LogLine|\\bline\\b|describe\\(|dropped\\(");

    private static final Pattern EVENT = Pattern.compile("LogLine\\.of\\(\"(\\w+)\"\\)|\\bline\\(\"(\\w+)\",");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\|");

    /** At FINE. */
    private static final Set<String> FINE = Set.of("Sent", "Received", "Refused");

    private final List<String> sources = sources();

    private static List<String> sources() {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .map(LogDocumentTest::text)
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void everyLineIsAnEventWithPairsOfKeyAndValue() {
        List<String> statements = sources.stream()
                .flatMap(source -> STATEMENT.matcher(source).results())
                .map(MatchResult::group)
                .toList();
        assertTrue(statements.size() > 20, statements.toString());
        assertEquals(
                List.of(),
                statements.stream()
                        .filter(statement -> !LINE.matcher(statement).find())
                        .toList());
    }

    @Test
    void everyEventIsDocumented() {
        Set<String> logged = sources.stream()
                .flatMap(source -> EVENT.matcher(source).results())
                .map(found -> found.group(1) == null ? found.group(2) : found.group(1))
                .filter(event -> !FINE.contains(event))
                .collect(Collectors.toCollection(TreeSet::new));
        String lines = text(Path.of("docs/logging.md")).split("\n## Lines\n", 2)[1];
        Set<String> documented = ROW.matcher(lines)
                .results()
                .map(row -> row.group(1))
                .filter(name -> Character.isUpperCase(name.charAt(0)))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(logged, documented);
    }
}
