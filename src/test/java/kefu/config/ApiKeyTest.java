package kefu.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeyTest {
    private static final String KEY = "0123456789abcdef";

    @TempDir
    Path data;

    private ApiKey key(String set) {
        return ApiKey.of(
                Settings.from(name -> name.equals("kefu.api.key") ? Optional.of(set) : Optional.empty()), data);
    }

    @Test
    void isTheSettings() throws Exception {
        ApiKey key = key(KEY);
        assertTrue(key.is(KEY));
        for (String wrong : List.of("", "0123456789abcde", "0123456789abcdeF", KEY + "0", "０123456789abcdef")) {
            assertFalse(key.is(wrong), wrong);
        }
        try (var files = Files.list(data)) {
            assertEquals(0, files.count(), "none is made");
        }
    }

    @Test
    void twoAreValidWhileCallersChange() {
        Map<String, String> settings =
                Map.of("kefu.api.key", "the new one 0123456".replace(' ', '-'), "kefu.api.key.previous", KEY);
        ApiKey key = ApiKey.of(Settings.from(name -> Optional.ofNullable(settings.get(name))), data);
        assertTrue(key.is("the-new-one-0123456"));
        assertTrue(key.is(KEY));
        assertFalse(key.is("0123456789abcdeF"));
        assertFalse(key.is(""));
        assertEquals("the-new-one-0123456", key.value(), "events are signed by the new one");
    }

    @Test
    void withoutASettingIsMadeOnceAndKept() throws Exception {
        ApiKey made = key("");
        assertTrue(made.value().length() >= 22, "128 bits at least");
        assertEquals(made.value(), key("").value(), "the next start has the same");
        assertEquals(made.value(), Files.readString(data.resolve("api.key")).strip());
        try (var files = Files.list(data)) {
            assertEquals(List.of(data.resolve("api.key")), files.toList(), "nothing else is left there");
        }
        Files.delete(data.resolve("api.key"));
        assertFalse(key("").is(made.value()), "another one is random again");
    }

    @Test
    void theFileIsItsOwnersOnly() throws Exception {
        key("");
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("api.key"))));
    }

    @Test
    void ofSeveralStartsAtOnceAllHaveTheSame() throws Exception {
        int starts = 8;
        for (int round = 0; round < 50; round++) {
            Files.deleteIfExists(data.resolve("api.key"));
            Set<String> keys = ConcurrentHashMap.newKeySet();
            CountDownLatch ready = new CountDownLatch(starts);
            ExecutorService threads = Executors.newFixedThreadPool(starts);
            for (int i = 0; i < starts; i++) {
                threads.execute(() -> {
                    ready.countDown();
                    try {
                        ready.await();
                    } catch (InterruptedException stopped) {
                        throw new AssertionError(stopped);
                    }
                    keys.add(key("").value());
                });
            }
            threads.shutdown();
            assertTrue(threads.awaitTermination(30, TimeUnit.SECONDS));
            assertEquals(1, keys.size());
        }
    }

    @Test
    void oneThatWasPutIntoTheFileByHandCounts() throws Exception {
        Files.writeString(data.resolve("api.key"), KEY + "\r\n");
        assertTrue(key("").is(KEY));
    }

    @Test
    void aFileWithoutAKeyKeepsTheApplicationFromStarting() throws Exception {
        Files.writeString(data.resolve("api.key"), "short");
        String said = String.valueOf(
                assertThrows(BadSettingException.class, () -> key("")).getMessage());
        assertTrue(said.contains("api.key"), said);
        assertFalse(said.contains("short"), said);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0123456789abcde", "0123456789 abcdef", "0123456789abcdé0", "0123456789abcdef\n"})
    void aBadOneIsRefusedAndNotShown(String bad) {
        String said = String.valueOf(
                assertThrows(BadSettingException.class, () -> key(bad)).getMessage());
        assertTrue(said.contains("kefu.api.key"), said);
        assertFalse(said.contains(bad), said);
    }

    @Test
    void isShownNowhere() {
        assertFalse(key(KEY).toString().contains(KEY));
        ApiKey made = key("");
        assertFalse(made.toString().contains(made.value()));
        assertTrue(made.toString().contains("api.key"), "but where it is, is");
        assertFalse(Settings.from(name -> name.equals("kefu.api.key") ? Optional.of(KEY) : Optional.empty())
                .toString()
                .contains(KEY));
    }
}
