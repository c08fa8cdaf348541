package kefu.config;

/** A setting has a value that is not allowed. Keeps the application from starting. */
public final class BadSettingException extends RuntimeException {
    BadSettingException(Setting<?> setting, String value) {
        super("%s (%s) is %s; allowed: %s"
                .formatted(
                        setting.key(),
                        setting.environmentName(),
                        setting.secret() ? "not valid (its value is not shown)" : "\"" + value + "\"",
                        setting.allowed()));
    }
}
