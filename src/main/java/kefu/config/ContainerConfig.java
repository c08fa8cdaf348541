package kefu.config;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.config.spi.ConfigSource;

/** The settings as MicroProfile Config finds them: system properties, environment, the WAR's own properties file. */
public final class ContainerConfig {
    private ContainerConfig() {}

    /**
     * Reads the settings of this deployment.
     *
     * @throws BadSettingException for the first value that is not allowed; those of the others are suppressed in it
     */
    public static Settings read() {
        Config config = ConfigProvider.getConfig();
        return Settings.from(key -> value(config, key));
    }

    /** Names that look like a setting's and are none. */
    public static List<UnknownSetting> unknown() {
        Set<String> properties = new HashSet<>(System.getProperties().stringPropertyNames());
        ConfigProvider.getConfig().getConfigSources().forEach(source -> properties.addAll(source.getPropertyNames()));
        return UnknownSettings.find(System.getenv().keySet(), properties);
    }

    /**
     * The text that is set. MicroProfile Config takes an empty value for none, and Payara then looks on in sources of lower
     * rank. Here it is a value, so that a default can be switched off.
     */
    static Optional<String> value(Config config, String key) {
        boolean isEmpty = source(config, key)
                .map(found -> String.valueOf(found.getValue(key)).isBlank())
                .orElse(false);
        return isEmpty ? Optional.of("") : config.getOptionalValue(key, String.class);
    }

    /** Which source a setting's value is from; empty: it has its default. */
    static Optional<ConfigSource> source(Config config, String key) {
        return StreamSupport.stream(config.getConfigSources().spliterator(), false)
                .filter(source -> source.getValue(key) != null)
                .findFirst();
    }
}
