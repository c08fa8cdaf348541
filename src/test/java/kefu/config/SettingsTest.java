package kefu.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    private static final String SECRET = "a secret of thirty-two bytes or more";

    private static Settings settings(Map<String, String> values) {
        return Settings.from(key -> Optional.ofNullable(values.get(key)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://kefu_redis:6379",
                "redis://user:p%40ss%2Fword@10.0.0.5:6380/2",
                "rediss://:secret@[::1]:6379/",
                "redis-sentinel://secret@s_1:26379,s2,10.0.0.5:26380#main",
                "redis-cluster://user:secret@h1:7000,h2:7001",
                "redis://host?timeout=2s"
            })
    void anAddressOfRedisMayHaveNamesOfContainersAndAnEncodedPassword(String address) {
        assertEquals(
                Optional.of(address),
                settings(Map.of("kefu.redis.uri", address)).get(RedisSettings.URI));
    }

    /** Each was refused when the gateway connected, by an exception that showed the password, or led to another host. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://user:sec^ret@host",
                "redis://user:50%secret@host",
                "redis://user:secret@word@host:6379",
                "redis://user:secret#@host",
                "redis://user:secret?@host",
                "redis://user:sec/ret@host:6379",
                "redis://user:secret@host:99999",
                "redis://user:secret@host:port",
                "redis://user:secret@host/first",
                "redis-sentinel://secret@h1,h2:26379",
                "redis-cluster://user:secret@h1:7000,,h2"
            })
    void anAddressOfRedisThatCannotBeUsedIsRefusedAndNotShown(String address) {
        BadSettingException bad =
                assertThrows(BadSettingException.class, () -> settings(Map.of("kefu.redis.uri", address)));
        String message = String.valueOf(bad.getMessage());
        assertTrue(message.startsWith("kefu.redis.uri "), message);
        assertFalse(message.contains("sec"), message);
    }

    @Test
    void theDefaultsAreThoseOfTheOriginal() {
        Settings settings = settings(Map.of());
        assertEquals(Optional.empty(), settings.get(BackendSettings.URL));
        assertEquals(Duration.ofSeconds(5), settings.get(BackendSettings.TIMEOUT));
        assertEquals(Duration.ofSeconds(10), settings.get(Settings.HEARTBEAT_INTERVAL));
        assertEquals("{\"type\":\"ping\"}", settings.get(Settings.HEARTBEAT_TEXT));
        assertEquals(256 << 10, settings.get(LimitSettings.MESSAGE_MAX_BYTES));
        assertEquals(1 << 20, settings.get(BackendSettings.MAX_RESPONSE_BYTES));
    }

    @ParameterizedTest
    @CsvSource({
        "auto,,true",
        "auto,http://service/,false",
        "on,,true",
        "on,http://service/,true",
        "off,,false",
        "off,http://service/,false"
    })
    void theBuiltInMethodsAreAnsweredWithoutABackendOrWhereTheSettingSaysSo(String desk, String url, boolean answered) {
        Map<String, String> values = new HashMap<>(Map.of("kefu.desk", desk));
        if (url != null) {
            values.put("kefu.backend.url", url);
        }
        assertEquals(answered, BackendSettings.hasDesk(settings(values)));
    }

    @Test
    void valuesComeWithTheirUnits() {
        Settings settings = settings(Map.of(
                "kefu.backend.url", "http://service/service/customer",
                "kefu.backend.timeout", "1500ms",
                "kefu.events.url", "https://service:8443/events",
                "kefu.backend.idempotent", "order/list, 查询",
                "kefu.message.max-bytes", "64KiB",
                "kefu.queue.max-bytes", "1048576",
                "kefu.heartbeat.text", ""));
        assertEquals(Optional.of(URI.create("http://service/service/customer/")), settings.get(BackendSettings.URL));
        assertEquals(Optional.of(URI.create("https://service:8443/events")), settings.get(BackendSettings.EVENTS_URL));
        assertEquals(Duration.ofMillis(1500), settings.get(BackendSettings.TIMEOUT));
        assertEquals(Set.of("order/list", "查询"), settings.get(BackendSettings.IDEMPOTENT));
        assertEquals(65_536, settings.get(LimitSettings.MESSAGE_MAX_BYTES));
        assertEquals(1 << 20, settings.get(LimitSettings.QUEUE_MAX_BYTES));
        assertEquals("", settings.get(Settings.HEARTBEAT_TEXT), "an empty text is a value");
    }

    @ParameterizedTest
    @CsvSource({
        "kefu.backend.url, service",
        "kefu.origins, desk.example",
        "kefu.origins, https://desk.example/page",
        "kefu.origins, 'https://desk.example,'",
        "kefu.origins, 'https://*'",
        "kefu.origins, 'https://a.*.example'",
        "kefu.proxies, proxy.example",
        "kefu.proxies, 10.0.0.7:80",
        "kefu.proxies.header, X-Real-IP",
        "kefu.backend.url, https://php_backend/",
        "kefu.backend.url, http://php_backend:65536/",
        "kefu.backend.url, http://user@php_backend/",
        "kefu.backend.url, http:///path",
        "kefu.backend.url, http:path",
        "kefu.proxies, 10.0.0.0/33",
        "kefu.proxies, 10.0.0/8/8",
        "kefu.backend.url, ftp://service/",
        "kefu.backend.url, http://user:password@service/",
        "kefu.backend.url, http://service/?a=b",
        "kefu.backend.url, 'http://ser vice/'",
        "kefu.backend.url, mailto:x@y",
        "kefu.backend.timeout, abc",
        "kefu.backend.timeout, 5",
        "kefu.backend.timeout, 0s",
        "kefu.backend.timeout, 6m",
        "kefu.backend.timeout, ''",
        "kefu.backend.connections, 0",
        "kefu.backend.connections, 65536",
        "kefu.backend.connections, 1.5",
        "kefu.backend.waiting, -1",
        "kefu.backend.idempotent, 'a,,b'",
        "kefu.backend.idempotent, 'a b'",
        "kefu.backend.max-response-bytes, 2GiB",
        "kefu.backend.max-response-bytes, 0",
        "kefu.events.url, events",
        "kefu.events.url, ws://service/events",
        "kefu.events.url, http://service/events?token=x",
        "kefu.events.queue, 0",
        "kefu.heartbeat.interval, 99ms",
        "kefu.heartbeat.timeout, 10s",
        "kefu.message.max-bytes, 127",
        "kefu.message.max-bytes, 17MiB",
        "kefu.queue.max-frames, 15",
        "kefu.queue.max-bytes, 1KiB",
        "kefu.node, 'a b'",
        "kefu.auth.mode, none",
        "kefu.auth.mode, jwt",
        "kefu.auth.mode, backend",
        "kefu.auth.public-key, AAAA",
        "kefu.auth.public-key, 'no key'",
        "kefu.auth.jwks-url, file:///etc/passwd",
        "kefu.auth.foreign-id-methods, 'a b'",
        "kefu.login.timeout, 0s",
        "kefu.protocol.v1, no",
        "kefu.connections, 0",
        "kefu.address.connections, 0",
        "kefu.address.handshakes, 0",
        "kefu.agent.connections, 0",
        "kefu.name.max-chars, 0",
        "kefu.requests.rate, 0",
        "kefu.requests.burst, 0",
        "kefu.pings.rate, 0",
        "kefu.queue.total-bytes, 1KiB",
        "kefu.api.rate, 0",
        "kefu.backend.token-as-header, yes",
        "kefu.backend.breaker.calls, -1",
        "kefu.backend.breaker.delay, 1ms",
    })
    void aBadValueIsRefusedWithKeyValueAndWhatIsAllowed(String key, String value) {
        String said = String.valueOf(assertThrows(BadSettingException.class, () -> settings(Map.of(key, value)))
                .getMessage());
        assertTrue(said.contains(key), said);
        assertTrue(said.contains("\"" + value + "\""), said);
        String allowed = Settings.all().stream()
                .filter(s -> s.key().equals(key))
                .findAny()
                .orElseThrow()
                .allowed();
        assertTrue(said.contains(allowed), said);
    }

    @ParameterizedTest
    @CsvSource({
        "'', '', OPEN",
        "'', kefu.auth.secret, JWT",
        "open, '', OPEN",
        "jwt, kefu.auth.secret, JWT",
        "backend, kefu.backend.url, BACKEND"
    })
    void aKeyMeansTokens(String mode, String set, AuthMode expected) {
        Map<String, String> values = new HashMap<>(Map.of("kefu.auth.mode", mode));
        values.put(set, set.endsWith("url") ? "http://service/" : SECRET);
        assertEquals(expected, AuthSettings.mode(settings(values)));
    }

    @ParameterizedTest
    @CsvSource({
        "open, kefu.auth.secret, kefu.auth.issuer",
        "backend, kefu.auth.secret, kefu.backend.url",
        "jwt, kefu.auth.secret, kefu.auth.jwks-url"
    })
    void whatContradictsTheModeStopsTheStart(String mode, String first, String second) {
        Map<String, String> values = new HashMap<>(Map.of("kefu.auth.mode", mode));
        for (String key : Set.of(first, second)) {
            values.put(key, key.endsWith("url") ? "http://service/" : SECRET);
        }
        String said = String.valueOf(
                assertThrows(BadSettingException.class, () -> settings(values)).getMessage());
        assertTrue(said.contains("kefu.auth.mode"), said);
        assertFalse(said.contains(SECRET), said);
    }

    @Test
    void aSecretThatIsTooShortIsRefusedAndNotShown() {
        String said = String.valueOf(
                assertThrows(BadSettingException.class, () -> settings(Map.of("kefu.auth.secret", "x".repeat(31))))
                        .getMessage());
        assertTrue(said.contains("kefu.auth.secret"), said);
        assertFalse(said.contains("xxx"), said);
        assertFalse(settings(Map.of("kefu.auth.secret", SECRET)).toString().contains(SECRET));
    }

    @Test
    void theTokenIsShownNowhere() {
        Settings settings = settings(Map.of("kefu.backend.token", "54827ea4"));
        assertFalse(settings.toString().contains("54827ea4"));
        assertTrue(settings.toString().contains("kefu.backend.token=***"));
    }

    @Test
    void theEnvironmentFormIsThatOfMicroProfileConfig() {
        assertEquals("KEFU_BACKEND_MAX_RESPONSE_BYTES", BackendSettings.MAX_RESPONSE_BYTES.environmentName());
    }

    @Test
    void theDocumentationHasEachSettingWithItsDefault() throws Exception {
        String file = "docs/settings.md";
        String text = Files.readString(Path.of(file));
        for (Setting<?> setting : Settings.all()) {
            String row = text.lines()
                    .filter(line -> line.startsWith("| `" + setting.key() + "` "))
                    .findAny()
                    .orElseThrow(() -> new AssertionError(file + " lacks " + setting.key()));
            String shown = setting.fallback().isEmpty() ? "" : "`" + setting.fallback() + "`";
            assertEquals(shown, row.split("\\|")[3].trim(), row);
            assertTrue(row.contains(setting.environmentName()), row);
            assertTrue(row.contains(setting.allowed()), row);
        }
        long rows = text.lines().filter(line -> line.startsWith("| `kefu.")).count();
        assertEquals(Settings.all().size(), rows, file + " has settings that the gateway has not");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://php_backend",
                "http://php_backend:8080/",
                "http://desk.1st/",
                "http://1desk/",
                "https://a:65535/"
            })
    void aServiceMayHaveAnyNameThatAContainerHas(String url) {
        Settings settings =
                settings(Map.of("kefu.backend.url", url, "kefu.events.url", url, "kefu.auth.jwks-url", url));
        assertEquals(
                URI.create(url.endsWith("/") ? url : url + "/"),
                settings.get(BackendSettings.URL).orElseThrow());
        assertEquals(URI.create(url), settings.get(BackendSettings.EVENTS_URL).orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\\n", "\\r\\n", " ", ""})
    void aKeyIsReadWhateverHasBecomeOfItsLineEnds(String lineEnd) throws Exception {
        PublicKey key =
                KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic();
        String pem = "-----BEGIN PUBLIC KEY-----" + lineEnd
                + Base64.getMimeEncoder(32, new byte[] {'|'})
                        .encodeToString(key.getEncoded())
                        .replace("|", lineEnd)
                + lineEnd + "-----END PUBLIC KEY-----" + lineEnd;
        for (String text : List.of(pem, '"' + pem + '"', "'" + pem + "'")) {
            assertEquals(
                    Optional.of(key),
                    settings(Map.of("kefu.auth.public-key", text)).get(AuthSettings.PUBLIC_KEY));
        }
    }

    @Test
    void everyBadValueIsSaidAndNotTheFirstAlone() {
        BadSettingException bad = assertThrows(
                BadSettingException.class,
                () -> settings(Map.of("kefu.queue.max-frames", "many", "kefu.origins", "desk", "kefu.node", "a b")));
        List<String> said = Stream.concat(Stream.of(bad), Stream.of(bad.getSuppressed()))
                .map(one -> String.valueOf(one.getMessage()).split(" ", 2)[0])
                .toList();
        assertEquals(List.of("kefu.queue.max-frames", "kefu.origins", "kefu.node"), said);
    }

    @Test
    void aPrivateKeyIsNotShownAndAValueIsOneShortLine() {
        String key = "-----BEGIN PRIVATE KEY-----\nMIIsecret";
        String said = String.valueOf(
                assertThrows(BadSettingException.class, () -> settings(Map.of("kefu.auth.public-key", key)))
                        .getMessage());
        assertFalse(said.contains("MIIsecret"), said);
        String text = String.valueOf(
                assertThrows(BadSettingException.class, () -> settings(Map.of("kefu.node", "a\nb" + "c".repeat(9999))))
                        .getMessage());
        assertTrue(text.contains("\"a?bccc") && text.length() < 500, text);
    }
}
