package kefu.config;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Parsers for the text of settings. Each throws {@link IllegalArgumentException} if the text is not allowed. */
final class Values {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h)");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,12})\\s*(|B|KiB|MiB|GiB)");

    /** The user may have no {@code @} that is not encoded: a client of Redis would take half of a password for a host. */
    private static final Pattern REDIS = Pattern.compile(
            "(rediss?|redis-sentinel|rediss?-cluster)://(?:[^\\s/?#@]*@)?([^\\s/?#@]+)(?:/\\d*)?(?:\\?[^\\s#@]*)?(#[^\\s@]+)?");

    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_./-]+|\\*");

    private Values() {}

    static Function<String, Duration> duration(Duration least, Duration most) {
        return text -> {
            Matcher m = DURATION.matcher(text.trim());
            require(m.matches());
            long n = Long.parseLong(m.group(1));
            Duration value =
                    switch (m.group(2)) {
                        case "ms" -> Duration.ofMillis(n);
                        case "s" -> Duration.ofSeconds(n);
                        case "m" -> Duration.ofMinutes(n);
                        default -> Duration.ofHours(n);
                    };
            require(value.compareTo(least) >= 0 && value.compareTo(most) <= 0);
            return value;
        };
    }

    static Function<String, Integer> bytes(long least, long most) {
        return text -> {
            Matcher m = SIZE.matcher(text.trim());
            require(m.matches());
            int shift =
                    switch (m.group(2)) {
                        case "KiB" -> 10;
                        case "MiB" -> 20;
                        case "GiB" -> 30;
                        default -> 0;
                    };
            long value = Long.parseLong(m.group(1)) << shift;
            require(value >= least && value <= most);
            return (int) value;
        };
    }

    static Function<String, Integer> count(int least, int most) {
        return text -> {
            int value = Integer.parseInt(text.trim());
            require(value >= least && value <= most);
            return value;
        };
    }

    /** An absolute http or https address whose path ends with a slash, so that a method's name can be appended. */
    static Optional<URI> httpBase(String text) {
        return httpAddress(text).map(uri -> uri.getRawPath().endsWith("/") ? uri : URI.create(uri + "/"));
    }

    /** An absolute http or https address. */
    static Optional<URI> httpAddress(String text) {
        if (text.isBlank()) {
            return Optional.empty();
        }
        URI uri = URI.create(text.trim());
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        require(scheme.equals("http") || scheme.equals("https"));
        // Java checks the names of certificates by the rules of DNS, so https needs a host that URI accepts
        require(uri.getHost() != null || scheme.equals("http"));
        require(uri.getRawAuthority() != null
                && Authority.parse(uri.getRawAuthority()).isPresent());
        require(uri.getRawQuery() == null && uri.getRawFragment() == null);
        return Optional.of(uri);
    }

    /** A list of names, separated by commas. */
    static Set<String> names(String text) {
        Set<String> names = parts(text).collect(Collectors.toUnmodifiableSet());
        require(names.stream().allMatch(name -> NAME.matcher(name).matches()));
        return names;
    }

    /** The entries of a list, separated by commas; none in a blank text. */
    static Stream<String> parts(String text) {
        return text.isBlank() ? Stream.of() : Stream.of(text.split(",", -1)).map(String::trim);
    }

    static Optional<Path> directory(String text) {
        return text.isBlank() ? Optional.empty() : Optional.of(Path.of(text.trim()));
    }

    static Optional<String> key(String text) {
        require(text.isEmpty() || text.matches(ApiKey.ALLOWED));
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    static Optional<AuthMode> authMode(String text) {
        return text.isBlank()
                ? Optional.empty()
                : Optional.of(AuthMode.valueOf(text.trim().toUpperCase(Locale.ROOT)));
    }

    static DeskMode deskMode(String text) {
        return DeskMode.valueOf(text.trim().toUpperCase(Locale.ROOT));
    }

    static Optional<byte[]> authSecret(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        require(bytes.length == 0 || bytes.length >= 32);
        return bytes.length == 0 ? Optional.empty() : Optional.of(bytes);
    }

    static boolean bool(String text) {
        String value = text.trim().toLowerCase(Locale.ROOT);
        require(value.equals("true") || value.equals("false"));
        return value.equals("true");
    }

    /** What Lettuce would refuse when it connects is refused here: its exception shows the password. */
    static Optional<String> redis(String text) {
        if (text.isBlank()) {
            return Optional.empty();
        }
        String uri = URI.create(text.trim()).toString();
        Matcher m = REDIS.matcher(uri);
        require(m.matches());
        require(parts(m.group(2)).allMatch(host -> Authority.parse(host).isPresent()));
        require(m.group(1).equals("redis-sentinel") == (m.group(3) != null)); // the name of the master
        return Optional.of(uri);
    }

    static String keyPrefix(String text) {
        require(text.matches("[A-Za-z0-9._-]{1,64}"));
        return text;
    }

    static String nodeName(String text) {
        if (text.isBlank()) {
            return hostName();
        }
        require(text.matches("[A-Za-z0-9._-]{1,64}"));
        return text;
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException noName) {
            return "localhost";
        }
    }

    private static void require(boolean allowed) {
        if (!allowed) {
            throw new IllegalArgumentException();
        }
    }
}
