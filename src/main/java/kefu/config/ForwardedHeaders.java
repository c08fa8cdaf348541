package kefu.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads the headers in which each proxy names the sender of a request. */
final class ForwardedHeaders {
    static final String FORWARDED = "Forwarded";
    static final String X_FORWARDED_FOR = "X-Forwarded-For";
    private static final String X_FORWARDED_HOST = "X-Forwarded-Host";
    private static final String X_FORWARDED_PROTO = "X-Forwarded-Proto";

    /**
     * The entry of one proxy.
     *
     * @param client the sender of the request; empty: not named
     * @param host the host that the request named
     * @param scheme http or https
     */
    record Hop(String client, Optional<String> host, Optional<String> scheme) {
        private static final Hop UNKNOWN = new Hop("", Optional.empty(), Optional.empty());
    }

    private ForwardedHeaders() {}

    /**
     * The hops of a request, the hop nearest to the client first.
     *
     * @param lines returns the values of a header, one for each line
     */
    static List<Hop> hops(ProxyHeader header, Function<String, List<String>> lines) {
        List<String> standard = lines.apply(FORWARDED);
        boolean isStandard =
                switch (header) {
                    case FORWARDED -> true;
                    case X_FORWARDED_FOR -> false;
                    case EITHER ->
                        !standard.isEmpty() && lines.apply(X_FORWARDED_FOR).isEmpty();
                };
        return isStandard ? forwarded(standard) : xForwarded(lines);
    }

    private static List<Hop> xForwarded(Function<String, List<String>> lines) {
        List<String> clients = list(lines.apply(X_FORWARDED_FOR));
        List<String> hosts = list(lines.apply(X_FORWARDED_HOST));
        List<String> schemes = list(lines.apply(X_FORWARDED_PROTO));
        List<Hop> hops = new ArrayList<>();
        for (int fromRight = Math.max(1, clients.size()) - 1; fromRight >= 0; fromRight--) {
            hops.add(new Hop(
                    fromRight(clients, fromRight).orElse(""),
                    fromRight(hosts, fromRight),
                    fromRight(schemes, fromRight).flatMap(ForwardedHeaders::scheme)));
        }
        return hops;
    }

    /** Several lines of one header are one list (RFC 9110, 5.3). */
    private static List<String> list(List<String> lines) {
        return lines.stream()
                .flatMap(line -> List.of(line.split(",", -1)).stream())
                .map(String::trim)
                .toList();
    }

    /** An entry of a list. If the list is shorter, its first entry: many proxies pass on the header that they got. */
    private static Optional<String> fromRight(List<String> list, int index) {
        return list.isEmpty()
                ? Optional.empty()
                : Optional.of(list.get(Math.max(0, list.size() - 1 - index))).filter(entry -> !entry.isEmpty());
    }

    private static List<Hop> forwarded(List<String> lines) {
        return lines.stream()
                .flatMap(line -> split(line, ',').stream())
                .map(ForwardedHeaders::hop)
                .toList();
    }

    private static Hop hop(String element) {
        Map<String, String> parameters = new HashMap<>();
        for (String parameter : split(element, ';')) {
            String[] pair = parameter.trim().split("=", 2);
            if (pair.length < 2 || parameters.put(pair[0].toLowerCase(Locale.ROOT), unquoted(pair[1])) != null) {
                return Hop.UNKNOWN; // each parameter is allowed once (RFC 7239, 4)
            }
        }
        return new Hop(
                parameters.getOrDefault("for", ""),
                Optional.ofNullable(parameters.get("host")),
                Optional.ofNullable(parameters.get("proto")).flatMap(ForwardedHeaders::scheme));
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1") : value;
    }

    /**
     * Splits at separators that are not in quotes. Reads from the right. The text of a client is on the left, and an open
     * quote in it must not include the entries that proxies have added.
     */
    private static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>();
        boolean quoted = false;
        int end = text.length();
        for (int i = text.length() - 1; i >= 0; i--) {
            if (text.charAt(i) == '"' && !isEscaped(text, i)) {
                quoted = !quoted;
            } else if (text.charAt(i) == separator && !quoted) {
                parts.add(text.substring(i + 1, end));
                end = i;
            }
        }
        parts.add(text.substring(0, end));
        Collections.reverse(parts);
        return parts;
    }

    private static boolean isEscaped(String text, int index) {
        int first = index;
        while (first > 0 && text.charAt(first - 1) == '\\') {
            first--;
        }
        return (index - first) % 2 == 1;
    }

    /** Some proxies write the scheme of a WebSocket. */
    private static Optional<String> scheme(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "http", "ws" -> Optional.of("http");
            case "https", "wss" -> Optional.of("https");
            default -> Optional.empty();
        };
    }
}
