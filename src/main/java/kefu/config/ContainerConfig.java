package kefu.config;

import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.config.spi.ConfigSource;

/** The settings as MicroProfile Config finds them: system properties, environment, the WAR's own properties file. */
public final class ContainerConfig {
    private ContainerConfig() {}

    /**
     * Reads the settings of this deployment.
     *
     * @throws BadSettingException at the first value that is not allowed
     */
    public static Settings read() {
        Config config = ConfigProvider.getConfig();
        return Settings.from(key -> value(config, key));
    }

    /**
     * MicroProfile Config takes an empty value for none, and Payara then looks on in sources of lower rank. Here it is
     * a value, so that a default can be switched off.
     */
    private static Optional<String> value(Config config, String key) {
        return isSetEmpty(config, key) ? Optional.of("") : config.getOptionalValue(key, String.class);
    }

    private static boolean isSetEmpty(Config config, String key) {
        for (ConfigSource source : config.getConfigSources()) {
            String raw = source.getValue(key);
            if (raw != null) {
                return raw.isBlank();
            }
        }
        return false;
    }
}
