package kefu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WithoutRedisTest {
    @Test
    void withoutASettingForItNothingOfRedisIsLoaded() throws Exception {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xlog:class+load",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        StartedAlone.class.getName())
                .redirectErrorStream(true)
                .start();
        List<String> lines = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertTrue(jvm.waitFor(30, TimeUnit.SECONDS));
        assertEquals(0, jvm.exitValue());
        assertTrue(lines.stream().anyMatch(line -> line.contains("kefu.broker.LocalBroker ")), "it has served");
        List<String> loaded = lines.stream()
                .filter(line -> line.matches(
                        ".*(io\\.lettuce\\.|io\\.netty\\.|reactor\\.|kefu\\.broker\\.redis\\.|kefu\\.RedisEngine).*"))
                .toList();
        assertEquals(List.of(), loaded);
    }
}
