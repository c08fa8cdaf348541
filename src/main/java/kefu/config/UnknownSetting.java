package kefu.config;

/**
 * A name that looks like a setting's and is none. Has no value: that may be a secret.
 *
 * @param source what has the name: an environment variable or a property
 * @param nearest the setting with the most similar name
 */
public record UnknownSetting(String source, String name, String nearest) {
    @Override
    public String toString() {
        return "The " + source + " " + name + " is no setting; the nearest is " + nearest;
    }
}
