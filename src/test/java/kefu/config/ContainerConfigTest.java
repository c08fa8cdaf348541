package kefu.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerConfigTest {
    /** As {@code ConfigProvider} makes it. */
    private static Config config(Map<String, String> high, Map<String, String> low) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withSources(new PropertiesConfigSource(low, "low", 100), new PropertiesConfigSource(high, "high", 300))
                .build();
    }

    private static Optional<String> value(String text) {
        return ContainerConfig.value(config(Map.of("kefu.auth.secret", text), Map.of()), "kefu.auth.secret");
    }

    @Test
    void anExpressionThatIsReplacedIsWhatItStandsFor() {
        Map<String, String> other = Map.of("other", "value");
        assertEquals(
                Optional.of("a value"),
                ContainerConfig.value(config(Map.of("kefu.node", "a ${other}"), other), "kefu.node"));
    }

    /** A secret that counted as not set would let everybody in, and one that counted as it is would be known. */
    @ParameterizedTest
    @ValueSource(strings = {"${AUTH_SECRET}", "${kefu.auth.secret}", "${a_name_of_more_than_thirty_two_characters}"})
    void aPlaceholderThatNobodyHasReplacedKeepsTheGatewayFromStarting(String placeholder) {
        Config config = config(Map.of("kefu.auth.secret", placeholder), Map.of());
        BadSettingException bad =
                assertThrows(BadSettingException.class, () -> Settings.from(key -> ContainerConfig.value(config, key)));
        assertTrue(
                String.valueOf(bad.getMessage())
                        .startsWith("kefu.auth.secret (KEFU_AUTH_SECRET) is a ${placeholder} that was not replaced"),
                bad::toString);
    }

    @Test
    void dollarsAndBackslashesOfAPasswordAreKept() {
        assertEquals(Optional.of("pa$$word"), value("pa$$word"));
        assertEquals(Optional.of("pa\\$,{word}"), value("pa\\$,{word}"));
    }

    @Test
    void anEmptyValueIsAValueAndHidesThoseOfLowerRank() {
        Map<String, String> low = Map.of("kefu.heartbeat.text", "low");
        assertEquals(
                Optional.of(""),
                ContainerConfig.value(config(Map.of("kefu.heartbeat.text", " "), low), "kefu.heartbeat.text"));
        assertEquals(Optional.of("low"), ContainerConfig.value(config(Map.of(), low), "kefu.heartbeat.text"));
        assertEquals(Optional.empty(), ContainerConfig.value(config(Map.of(), low), "kefu.node"));
    }
}
