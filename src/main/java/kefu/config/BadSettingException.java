package kefu.config;

/** A setting has a value that is not allowed. The application does not start. */
public final class BadSettingException extends RuntimeException {
    private static final int MAX_SHOWN_CHARS = 200;

    private final transient Setting<?> setting;

    BadSettingException(Setting<?> setting, String value) {
        super("%s (%s) is %s; allowed: %s"
                .formatted(setting.key(), setting.environmentName(), shown(setting, value), setting.allowed()));
        this.setting = setting;
    }

    Setting<?> setting() {
        return setting;
    }

    private static String shown(Setting<?> setting, String value) {
        if (Setting.hasExpression(value)) {
            return "a ${placeholder} that was not replaced";
        }
        return setting.secret() || value.contains("PRIVATE KEY")
                ? "not valid (its value is not shown)"
                : "\"" + printable(value) + "\"";
    }

    private static String printable(String value) {
        String oneLine = value.replaceAll("\\p{Cntrl}", "?");
        return oneLine.length() > MAX_SHOWN_CHARS ? oneLine.substring(0, MAX_SHOWN_CHARS) + "..." : oneLine;
    }
}
