package kefu.config;

import java.util.Locale;

/** How it is known who an agent is. */
public enum AuthMode {
    /** It is not: whoever logs in is taken at their word. */
    OPEN,
    /** By a signed token. */
    JWT,
    /** The backend says it. */
    BACKEND;

    /** As it is set. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
