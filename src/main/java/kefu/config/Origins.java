package kefu.config;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The pages whose scripts may connect. Without this check every page that an agent visits could act for the agent (RFC 6455,
 * 10.2).
 *
 * @param any whether every page may connect
 * @param listed the allowed origins, as a browser names them, e.g. {@code https://desk.example}, or with a wildcard,
 *     {@code https://*.desk.example}; empty: only pages of the same host
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
        // a wildcard stands for labels, so the rest must be a valid host
        Origin origin = Origin.parse(part.replaceFirst(Pattern.quote(WILDCARD), "://"))
                .orElseThrow(IllegalArgumentException::new);
        return part.contains(WILDCARD) ? origin.toString().replaceFirst("://", WILDCARD) : origin.toString();
    }

    /**
     * Whether a handshake is allowed.
     *
     * @param origin the header of the client; null: it is no browser, and is allowed
     * @param host the host that the client named, with or without a port, or that a trusted proxy named
     * @param scheme http or https, as the client used it; null: not known
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

    /** The text of the setting. */
    @Override
    public String toString() {
        return any ? "*" : String.join(",", listed);
    }

    /** The origin of a page: scheme and host in lower case, and the port if it is not the default of the scheme. */
    private record Origin(String scheme, Authority authority) {
        private static final Pattern FORM = Pattern.compile("([a-z][a-z0-9+.-]*)://(.+)");

        /** Parses an origin. Empty: it is no origin; {@code null} is the text of a page without an origin. */
        static Optional<Origin> parse(String text) {
            Matcher matcher = FORM.matcher(text.toLowerCase(Locale.ROOT));
            return matcher.matches()
                    ? Authority.parse(matcher.group(2)).map(authority -> new Origin(matcher.group(1), authority))
                    : Optional.empty();
        }

        /** Does not compare the port: many proxies pass on the host without it. */
        boolean isAt(String host, @Nullable String by) {
            boolean isWeb = scheme.equals("http") || scheme.equals("https"); // the page of an app has its own host
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
