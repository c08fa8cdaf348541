package kefu.config;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host and an optional port (RFC 3986, 3.2). Labels of the host may have letters, digits, {@code _} and {@code -}, as the names
 * of containers do. {@code java.net.URI} finds no host in {@code http://php_backend} and {@code http://desk.1st}.
 *
 * @param host in lower case; an IPv6 address in brackets
 * @param port -1: there is none
 */
record Authority(String host, int port) {
    private static final Pattern FORM =
            Pattern.compile("(\\[[0-9a-f:.]+(?:%[a-z0-9._~%-]+)?]|[a-z0-9_.-]+)(?::(\\d{1,5}))?");
    private static final int MAX_PORT = 65_535;

    static Optional<Authority> parse(String text) {
        Matcher matcher = FORM.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int port = matcher.group(2) == null ? -1 : Integer.parseInt(matcher.group(2));
        return port > MAX_PORT ? Optional.empty() : Optional.of(new Authority(matcher.group(1), port));
    }
}
