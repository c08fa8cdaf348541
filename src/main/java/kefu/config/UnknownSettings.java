package kefu.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds names that look like a setting and are none. A setting with a misspelt name has no effect. */
final class UnknownSettings {
    /** Kubernetes sets these for a service that is called kefu. */
    private static final Pattern SERVICE_LINK = Pattern.compile(
            "KEFU_(SERVICE_HOST|SERVICE_PORT(_\\w+)?|PORT(_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)");

    private UnknownSettings() {}

    /**
     * Finds the names, and for each the setting with the most similar name.
     *
     * @param environment the names of all environment variables
     * @param properties the names of all system properties and of all other sources of settings
     */
    static List<UnknownSetting> find(Collection<String> environment, Collection<String> properties) {
        Set<String> forms =
                environment.stream().map(UnknownSettings::environmentForm).collect(Collectors.toSet());
        Stream<UnknownSetting> variables = environment.stream()
                .filter(UnknownSettings::looksLikeOne)
                .filter(name -> !SERVICE_LINK.matcher(name).matches())
                .filter(name -> Settings.all().stream().noneMatch(setting -> isSetBy(setting, name)))
                .sorted()
                .map(name -> new UnknownSetting(
                        "environment variable", name, nearest(name).environmentName()));
        Stream<UnknownSetting> keys = properties.stream()
                .filter(UnknownSettings::looksLikeOne)
                // sources list environment variables under other forms of their names
                .filter(name -> !forms.contains(environmentForm(name)))
                .filter(name -> Settings.all().stream()
                        .noneMatch(setting -> setting.key().equals(name)))
                .sorted()
                .distinct()
                .map(name -> new UnknownSetting("property", name, nearest(name).key()));
        return Stream.concat(variables, keys).toList();
    }

    private static boolean looksLikeOne(String name) {
        return environmentForm(name).startsWith("KEFU_");
    }

    /** The three forms of MicroProfile Config. */
    private static boolean isSetBy(Setting<?> setting, String variable) {
        return variable.equals(setting.key())
                || variable.equals(setting.key().replaceAll("[^A-Za-z0-9]", "_"))
                || variable.equals(setting.environmentName());
    }

    private static Setting<?> nearest(String name) {
        String form = environmentForm(name);
        return Settings.all().stream()
                .min(Comparator.comparingInt(setting -> distance(form, setting.environmentName())))
                .orElseThrow();
    }

    private static String environmentForm(String name) {
        return name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }

    /** The number of characters to add, remove or change (Levenshtein distance). */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
