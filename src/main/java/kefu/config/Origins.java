package kefu.config;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The pages whose scripts may connect: without this, any page that an agent looks at could speak for them (RFC 6455, 10.2).
 *
 * @param any whether every page may
 * @param listed those that may, as a browser names them, e.g. {@code https://desk.example}, or by the end of their host,
 *     {@code https://*.desk.example}; empty: those of the host that is connected to
 */
public record Origins(boolean any, Set<String> listed) {
    private static final String WILDCARD = "://*.";

    static Origins parse(String text) {
        if (text.trim().equals("*")) {
            return new Origins(true, Set.of());
        }
        return new Origins(false, Values.parts(text).map(Origins::listed).collect(Collectors.toUnmodifiableSet()));
    }

    private static String listed(String part) {
        // a wildcard stands for labels, so that a host without it has to be one
        Origin origin = Origin.parse(part.replaceFirst(Pattern.quote(WILDCARD), "://"))
                .orElseThrow(IllegalArgumentException::new);
        return part.contains(WILDCARD) ? origin.toString().replaceFirst("://", WILDCARD) : origin.toString();
    }

    /**
     * Whether a handshake is let through.
     *
     * @param origin what the client says; null: it is no browser, and may
     * @param host where the client believes to be, with or without a port: what it said, or a proxy that is believed
     * @param scheme http or https, by which the client came; null: that is not known
     */
    public boolean admit(@Nullable String origin, @Nullable String host, @Nullable String scheme) {
        if (any || origin == null) {
            return true;
        }
        Optional<Origin> page = Origin.parse(origin);
        if (page.isEmpty()) {
            return false;
        }
        return listed.isEmpty()
                ? host != null && page.get().isAt(host, scheme)
                : listed.stream().anyMatch(page.get()::matches);
    }

    /** As it is set. */
    @Override
    public String toString() {
        return any ? "*" : String.join(",", listed);
    }

    /** What a browser says of a page: scheme and host, in lower case, and the port where it is not the scheme's own. */
    private record Origin(String scheme, Authority authority) {
        private static final Pattern FORM = Pattern.compile("([a-z][a-z0-9+.-]*)://(.+)");

        /** Empty where this is no page's origin: {@code null} is what a page without one says. */
        static Optional<Origin> parse(String text) {
            Matcher matcher = FORM.matcher(text.toLowerCase(Locale.ROOT));
            return matcher.matches()
                    ? Authority.parse(matcher.group(2)).map(authority -> new Origin(matcher.group(1), authority))
                    : Optional.empty();
        }

        /** The port is not compared: a proxy that passes the host on often leaves it out. */
        boolean isAt(String host, @Nullable String by) {
            boolean isWeb = scheme.equals("http") || scheme.equals("https"); // an app has a host of its own
            return isWeb
                    && (by == null || by.equals(scheme))
                    && Authority.parse(host)
                            .filter(named -> named.host().equals(authority.host()))
                            .isPresent();
        }

        boolean matches(String listed) {
            String here = toString();
            int wildcard = listed.indexOf(WILDCARD);
            if (wildcard < 0) {
                return here.equals(listed);
            }
            String start = listed.substring(0, wildcard + "://".length());
            String end = listed.substring(wildcard + WILDCARD.length() - 1);
            return here.length() > start.length() + end.length() && here.startsWith(start) && here.endsWith(end);
        }

        @Override
        public String toString() {
            boolean own = authority.port() < 0
                    || authority.port() == (scheme.equals("http") ? 80 : scheme.equals("https") ? 443 : -1);
            return scheme + "://" + authority.host() + (own ? "" : ":" + authority.port());
        }
    }
}
