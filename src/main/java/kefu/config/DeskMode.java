package kefu.config;

import java.util.Locale;

/** Where the built-in methods are answered. */
public enum DeskMode {
    /** Where no backend is set. */
    AUTO,
    /** Always; all other methods go to the backend. */
    ON,
    /** Never. */
    OFF;

    /** The text of the setting. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
