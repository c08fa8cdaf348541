package kefu.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The built WAR by itself: {@code java -jar chat.war --check}. */
class CommandLineIT {
    @TempDir
    Path directory;

    private record Ended(int code, String said) {}

    private Ended run(Map<String, String> environment, List<String> options, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(options);
        command.add("-Djava.io.tmpdir=" + Files.createDirectories(directory.resolve("tmp")));
        command.addAll(List.of("-jar", System.getProperty("kefu.it.war")));
        command.addAll(List.of(arguments));
        Path out = directory.resolve("out");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("KEFU_"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        process.destroyForcibly();
        String said = Files.readString(out, StandardCharsets.UTF_8);
        assertTrue(ended, said);
        return new Ended(process.exitValue(), said);
    }

    private static void assertHas(Ended ended, String line) {
        assertTrue(ended.said.lines().anyMatch(line::equals), line + " is missing:\n" + ended.said);
    }

    @Test
    void saysOfEachSettingWhatItIsAndWhereItIsFrom() throws Exception {
        Map<String, String> environment =
                Map.of("KEFU_API_KEY", "0123456789-secret", "KEFU_ORIGINS", "https://desk.example");
        Ended ended = run(
                environment, List.of("-Dkefu.backend.url=http://php_backend/", "-Dkefu.heartbeat.text="), "--check");
        assertEquals(0, ended.code, ended.said);
        assertHas(ended, "OK    kefu.backend.url=http://php_backend/ [system property]");
        assertHas(ended, "OK    kefu.heartbeat.text= [system property]");
        assertHas(ended, "OK    kefu.origins=https://desk.example [environment variable KEFU_ORIGINS]");
        assertHas(ended, "OK    kefu.api.key=*** [environment variable KEFU_API_KEY]");
        assertHas(ended, "OK    kefu.backend.token= [default]");
        assertHas(ended, "OK    kefu.queue.max-frames=4096 [default]");
        assertHas(ended, "The gateway would start");
        assertFalse(ended.said.contains("0123456789-secret"), ended.said);
        try (var left = Files.list(directory.resolve("tmp"))) {
            assertEquals(
                    List.of(),
                    left.filter(file -> file.toString().contains("kefu")).toList());
        }
    }

    @Test
    void saysEverythingThatIsWrongAndFails() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "x");
        Ended ended = run(
                Map.of("KEFU_BAKEND_URL", "http://secret/", "KEFU_API_KEY", "short"),
                List.of("-Dkefu.queue.max-frames=many", "-Dkefu.data.dir=" + file),
                "--check");
        assertEquals(1, ended.code, ended.said);
        assertHas(
                ended,
                "ERROR kefu.queue.max-frames (KEFU_QUEUE_MAX_FRAMES) is \"many\"; allowed: a whole number, 16 to 1000000"
                        + " [system property]");
        assertHas(
                ended,
                "ERROR kefu.api.key (KEFU_API_KEY) is not valid (its value is not shown); allowed: 16 to 256 visible ASCII"
                        + " characters, no spaces [environment variable KEFU_API_KEY]");
        assertTrue(ended.said.contains("ERROR kefu.data.dir (KEFU_DATA_DIR) is \"" + file + "\""), ended.said);
        assertHas(
                ended, "WARN  The environment variable KEFU_BAKEND_URL is no setting; the nearest is KEFU_BACKEND_URL");
        assertHas(ended, "The gateway would not start");
        assertFalse(ended.said.contains("http://secret/"), ended.said);
    }

    @Test
    void otherArgumentsAreToldHowItIsUsed() throws Exception {
        Ended ended = run(Map.of(), List.of());
        assertEquals(2, ended.code, ended.said);
        assertTrue(ended.said.contains("java -jar chat.war --check"), ended.said);
    }
}
