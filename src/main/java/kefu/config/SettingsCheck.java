package kefu.config;

import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.config.spi.ConfigSource;

/** Checks the settings without a start of the gateway: {@code java -jar chat.war --check}. */
public final class SettingsCheck {
    private static final String FILE = "META-INF/microprofile-config.properties";

    private SettingsCheck() {}

    /**
     * Prints a line for each setting: whether its value is allowed, the value if it is no secret, and its source. Then prints
     * a line for each name that looks like a setting and is none.
     *
     * @return whether the gateway would start
     */
    public static boolean print(PrintStream out) {
        Config config = ConfigProvider.getConfig();
        Function<String, Optional<String>> values = key -> ContainerConfig.value(config, key);
        List<BadSettingException> faults = Settings.faults(values);
        if (faults.stream().noneMatch(fault -> fault.setting().equals(Settings.DATA_DIR))) {
            Settings.DATA_DIR
                    .parse(values.apply(Settings.DATA_DIR.key()).orElse(""))
                    .filter(path -> !DataDirectory.canBeMade(path))
                    .ifPresent(path -> faults.add(new BadSettingException(Settings.DATA_DIR, path.toString())));
        }
        for (Setting<?> setting : Settings.all()) {
            List<String> wrong = faults.stream()
                    .filter(fault -> fault.setting().equals(setting))
                    .map(BadSettingException::getMessage)
                    .toList();
            String source = "[" + source(ContainerConfig.source(config, setting.key()), setting) + "]";
            if (wrong.isEmpty()) {
                out.println("OK    " + setting.key() + "=" + shown(setting, values) + " " + source);
            }
            wrong.forEach(fault -> out.println("ERROR " + fault + " " + source));
        }
        ContainerConfig.unknown().forEach(name -> out.println("WARN  " + name));
        out.println(faults.isEmpty() ? "The gateway would start" : "The gateway would not start");
        return faults.isEmpty();
    }

    private static String shown(Setting<?> setting, Function<String, Optional<String>> values) {
        String text = values.apply(setting.key()).orElse(setting.fallback());
        return setting.secret() && !text.isEmpty() ? "***" : Settings.text(setting.parse(text));
    }

    private static String source(Optional<ConfigSource> source, Setting<?> setting) {
        String name = source.map(ConfigSource::getName).orElse("default");
        if (name.startsWith("SysProp")) {
            return "system property";
        }
        if (name.startsWith("Env")) {
            return "environment variable " + setting.environmentName();
        }
        return name.contains(FILE) ? FILE : name;
    }
}
