package kefu.config;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The pages whose scripts may connect: without this, any page that an agent looks at could speak for them (RFC 6455, 10.2).
 *
 * @param any whether every page may
 * @param listed those that may, as a browser names them, e.g. {@code https://desk.example}; empty: those of the host that
 *     is connected to
 */
public record Origins(boolean any, Set<String> listed) {
    static Origins parse(String text) {
        if (text.trim().equals("*")) {
            return new Origins(true, Set.of());
        }
        Set<String> parts = Values.parts(text)
                .map(part -> origin(part).orElseThrow(IllegalArgumentException::new))
                .collect(Collectors.toUnmodifiableSet());
        return new Origins(false, parts);
    }

    /**
     * Whether a handshake is let through.
     *
     * @param origin what the client says; null: it is no browser, and may
     * @param host where the client believes to be, with or without a port: what it said, or the proxy before us
     */
    public boolean admit(@Nullable String origin, @Nullable String host) {
        if (any || origin == null) {
            return true;
        }
        Optional<String> page = origin(origin);
        if (!listed.isEmpty() || host == null) {
            return page.isPresent() && listed.contains(page.get());
        }
        // the port is not compared: a proxy that passes the host on often leaves it out
        return page.isPresent() && origin("http://" + host).map(Origins::host).equals(page.map(Origins::host));
    }

    /** Scheme, host and, where it is not the scheme's own, port, in lower case; empty where this is no page's origin. */
    private static Optional<String> origin(String text) {
        try {
            URI uri = URI.create(text.toLowerCase(Locale.ROOT));
            String scheme = uri.getScheme();
            boolean web = "http".equals(scheme) || "https".equals(scheme);
            if (!web
                    || uri.getHost() == null
                    || uri.getRawUserInfo() != null
                    || !uri.getSchemeSpecificPart().equals("//" + uri.getRawAuthority())) {
                return Optional.empty();
            }
            boolean own = uri.getPort() == (scheme.equals("http") ? 80 : 443);
            return Optional.of(scheme + "://" + uri.getHost() + (own || uri.getPort() < 0 ? "" : ":" + uri.getPort()));
        } catch (IllegalArgumentException none) { // "null" is no URI with a host either
            return Optional.empty();
        }
    }

    private static String host(String origin) {
        return URI.create(origin).getHost();
    }

    /** As it is set. */
    @Override
    public String toString() {
        return any ? "*" : String.join(",", listed);
    }
}
