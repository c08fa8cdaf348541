package kefu.config;

/**
 * A name that looks like a setting and is none. Does not contain the value: it may be a secret.
 *
 * @param source where the name is used: an environment variable or a property
 * @param nearest the setting with the most similar name
 */
public record UnknownSetting(String source, String name, String nearest) {
    @Override
    public String toString() {
        return "The " + source + " " + name + " is no setting; the nearest is " + nearest;
    }
}
