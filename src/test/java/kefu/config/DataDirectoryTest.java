package kefu.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

    @Test
    void whatCanBeMadeIsKnownWithoutMakingIt() throws Exception {
        Path file = Files.writeString(instance.resolve("file"), "x");
        assertTrue(DataDirectory.canBeMade(instance.resolve("a").resolve("b")));
        assertTrue(DataDirectory.canBeMade(instance));
        assertFalse(DataDirectory.canBeMade(file));
        assertFalse(DataDirectory.canBeMade(file.resolve("sub")));
        assertFalse(Files.exists(instance.resolve("a")));
    }

    @Test
    void isTemporaryWherePayaraMicroUnpacksItself() {
        Map<String, String> micro =
                Map.of("java.io.tmpdir", "/tmp", "com.sun.aas.instanceRoot", "/tmp/payaramicro-rt123");
        assertTrue(
                DataDirectory.isTemporary(settings(Map.of()), Path.of("/tmp/payaramicro-rt123/kefu/chat"), micro::get));
        assertFalse(DataDirectory.isTemporary(settings(Map.of()), Path.of("/tmpfiles/kefu"), micro::get));
        assertFalse(DataDirectory.isTemporary(settings(Map.of()), Path.of("/var/lib/kefu"), micro::get));
        Path set = Path.of("/tmp/kefu");
        assertFalse(
                DataDirectory.isTemporary(settings(Map.of("kefu.data.dir", set.toString())), set, micro::get),
                "it is whoever set it who knows");
        Map<String, String> tomcat = Map.of("java.io.tmpdir", "/tmp", "catalina.base", "/tmp/tomcat");
        assertFalse(
                DataDirectory.isTemporary(settings(Map.of()), Path.of("/tmp/tomcat/kefu/chat"), tomcat::get),
                "it stays");
    }
}
