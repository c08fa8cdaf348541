package kefu.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    @TempDir
    Path instance;

    private static Settings settings(Map<String, String> values) {
        return Settings.from(key -> Optional.ofNullable(values.get(key)));
    }

    @Test
    void liesInTheContainersInstanceDirectory() {
        Path made =
                DataDirectory.prepare(settings(Map.of()), "/chat", Map.of("catalina.base", instance.toString())::get);
        assertEquals(instance.resolve("kefu").resolve("chat"), made);
    }

    @Test
    void isItsOwnersOnly() throws Exception {
        Path path = instance.resolve("a").resolve("b");
        Path made = DataDirectory.prepare(settings(Map.of("kefu.data.dir", path.toString())), "/chat", key -> null);
        assertEquals(path, made);
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(made)));
        assertEquals(
                made, DataDirectory.prepare(settings(Map.of("kefu.data.dir", path.toString())), "/chat", key -> null));
    }

    @Test
    void onePlaceThatCannotBeMadeKeepsTheApplicationFromStarting() throws Exception {
        Path file = Files.writeString(instance.resolve("file"), "x");
        assertThrows(
                BadSettingException.class,
                () -> DataDirectory.prepare(
                        settings(Map.of("kefu.data.dir", file.resolve("sub").toString())), "/chat", key -> null));
        assertThrows(
                BadSettingException.class,
                () -> DataDirectory.prepare(settings(Map.of("kefu.data.dir", file.toString())), "/chat", key -> null));
    }
}
