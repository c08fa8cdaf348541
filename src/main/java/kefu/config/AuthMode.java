package kefu.config;

import java.util.Locale;

/** The authentication mode. */
public enum AuthMode {
    /** No authentication: every login is accepted. */
    OPEN,
    /** A signed token authenticates the agent. */
    JWT,
    /** The backend authenticates the agent. */
    BACKEND;

    /** The text of the setting. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
