package kefu.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnknownSettingsTest {
    @ParameterizedTest
    @CsvSource({
        "KEFU_BAKEND_URL, KEFU_BACKEND_URL",
        "KEFU_BACKEND_TIMOUT, KEFU_BACKEND_TIMEOUT",
        "KEFU_ORIGIN, KEFU_ORIGINS",
        "KEFU_APIKEY, KEFU_API_KEY",
        "Kefu_Node, KEFU_NODE",
    })
    void aVariableUnderAMisspeltNameIsSaidWithTheNearest(String name, String nearest) {
        assertEquals(
                List.of(new UnknownSetting("environment variable", name, nearest)),
                UnknownSettings.find(Set.of(name, "PATH", "KEFUX"), Set.of()));
    }

    @ParameterizedTest
    @CsvSource({
        "kefu.backend.urls, kefu.backend.url",
        "kefu.backend.token_as_header, kefu.backend.token-as-header",
        "KEFU_BACKEND_URL, kefu.backend.url",
        "Kefu.Origins, kefu.origins",
    })
    void soIsAProperty(String name, String nearest) {
        assertEquals(
                List.of(new UnknownSetting("property", name, nearest)),
                UnknownSettings.find(Set.of(), Set.of(name, "java.home", "kefux.y")));
    }

    @Test
    void everySettingIsKnownInEachOfItsForms() {
        Set<String> keys = Settings.all().stream().map(Setting::key).collect(Collectors.toSet());
        Set<String> variables = Settings.all().stream()
                .flatMap(setting ->
                        List.of(setting.key(), setting.key().replaceAll("[.-]", "_"), setting.environmentName())
                                .stream())
                .collect(Collectors.toSet());
        assertEquals(List.of(), UnknownSettings.find(variables, keys));
    }

    @Test
    void aVariableIsSaidOnceWhateverASourceCallsIt() {
        Set<String> asASourceNamesThem = Set.of(
                "KEFU_BACKEND_MAX_RESPONSE_BYTES", "kefu.backend.max.response.bytes", "KEFU_X", "kefu.x", "kefu.y");
        List<UnknownSetting> found =
                UnknownSettings.find(Set.of("KEFU_BACKEND_MAX_RESPONSE_BYTES", "KEFU_X"), asASourceNamesThem);
        assertEquals(2, found.size(), found.toString());
        assertFalse(found.toString().contains("max.response"), found.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "KEFU_SERVICE_HOST",
                "KEFU_SERVICE_PORT",
                "KEFU_SERVICE_PORT_HTTP",
                "KEFU_PORT",
                "KEFU_PORT_8080_TCP",
                "KEFU_PORT_8080_TCP_ADDR"
            })
    void whatKubernetesSetsIsNoMistake(String name) {
        assertEquals(List.of(), UnknownSettings.find(Set.of(name), Set.of(name)));
    }
}
