package kefu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kefu.config.Settings;
import org.junit.jupiter.api.Test;

class SecurityDocumentTest {
    private static Set<String> named(String pattern) throws Exception {
        return Pattern.compile(pattern)
                .matcher(Files.readString(Path.of("docs/security.md")))
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void theTestsThatItNamesAreThere() throws Exception {
        Set<String> named = named("\\b\\w+(Test|IT)\\b");
        assertTrue(named.size() > 10);
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            Set<String> there = files.map(file -> file.getFileName().toString().replace(".java", ""))
                    .collect(Collectors.toSet());
            named.removeAll(there);
        }
        assertEquals(Set.of(), named);
    }

    @Test
    void theSettingsThatItNamesAreThere() throws Exception {
        Set<String> named = named("\\b(kefu\\.[a-z0-9.-]+[a-z0-9]|KEFU_[A-Z_]+)\\b");
        assertTrue(named.size() > 8);
        Settings.all().forEach(setting -> named.removeAll(Set.of(setting.key(), setting.environmentName())));
        assertEquals(Set.of(), named);
    }
}
