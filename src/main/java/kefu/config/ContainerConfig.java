package kefu.config;

import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.config.spi.ConfigSource;

/** Reads the settings with MicroProfile Config: system properties, environment, and the properties file of the WAR. */
public final class ContainerConfig {
    private ContainerConfig() {}

    /**
     * Reads the settings of this deployment.
     *
     * @throws BadSettingException for the first bad value; the exceptions of other bad values are suppressed in it
     */
    public static Settings read() {
        Config config = ConfigProvider.getConfig();
        return Settings.from(key -> value(config, key));
    }

    /** The names that look like a setting and are none. */
    public static List<UnknownSetting> unknown() {
        Set<String> properties = new HashSet<>(System.getProperties().stringPropertyNames());
        ConfigProvider.getConfig().getConfigSources().forEach(source -> properties.addAll(source.getPropertyNames()));
        return UnknownSettings.find(System.getenv().keySet(), properties);
    }

    /**
     * The text of a setting as its source has it, so that a password with {@code $$} stays one. For MicroProfile Config an empty
     * value is no value, and Payara then asks the sources of lower rank. For Kefu an empty text is a value, so that a default can
     * be switched off. An expression that cannot be replaced is a value too, which {@link Setting#parse} refuses: where it
     * counted as none, a gateway whose secret is <code>${SECRET}</code> would let everybody in.
     */
    static Optional<String> value(Config config, String key) {
        return source(config, key)
                .map(found -> found.getValue(key))
                .map(text -> text.isBlank() ? "" : text)
                .map(text -> Setting.hasExpression(text) ? replaced(config, key).orElse(text) : text);
    }

    private static Optional<String> replaced(Config config, String key) {
        try {
            return config.getOptionalValue(key, String.class);
        } catch (IllegalArgumentException | NoSuchElementException cannot) {
            return Optional.empty();
        }
    }

    /** The source of a setting's value; empty: the setting has its default. */
    static Optional<ConfigSource> source(Config config, String key) {
        return StreamSupport.stream(config.getConfigSources().spliterator(), false)
                .filter(source -> source.getValue(key) != null)
                .findFirst();
    }
}
