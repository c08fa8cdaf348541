package kefu.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Parses the node identifiers that proxies write: an address with an optional port (RFC 7239, 6). Never resolves a name. */
final class NodeIdentifier {
    /** An IPv6 address in brackets with a port and a zone is shorter than this. */
    private static final int MAX_CHARS = 128;

    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(?:\\.\\d{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]{2,45}");
    private static final Pattern PORT = Pattern.compile("(?::[\\w.-]+)?"); // a port may be obfuscated too

    private NodeIdentifier() {}

    /**
     * The address in an identifier: {@code 192.0.2.7}, {@code 192.0.2.7:4711}, {@code 2001:db8::7}, {@code [2001:db8::7]},
     * {@code [2001:db8::7]:4711}.
     *
     * @return empty for {@code unknown}, for an obfuscated identifier ({@code _hidden}), and for other text
     */
    static Optional<InetAddress> address(String text) {
        String node = text.trim();
        if (node.length() > MAX_CHARS) {
            return Optional.empty();
        }
        boolean bracketed = node.startsWith("[");
        int end = bracketed ? node.indexOf(']') : node.indexOf(':');
        boolean bareIpv6 = !bracketed && end != node.lastIndexOf(':');
        if (end < 0 || bareIpv6) {
            return literal(node);
        }
        String port = node.substring(bracketed ? end + 1 : end);
        String address = node.substring(bracketed ? 1 : 0, end);
        return PORT.matcher(port).matches() && address.contains(":") == bracketed ? literal(address) : Optional.empty();
    }

    /** Parses an address without a port and without brackets. Ignores the zone of an IPv6 address. */
    static Optional<InetAddress> literal(String text) {
        try {
            if (IPV4.matcher(text).matches()) {
                return ipv4(text.split("\\."));
            }
            String withoutZone = text.contains(":") ? text.split("%", 2)[0] : text;
            return withoutZone.contains(":") && IPV6.matcher(withoutZone).matches()
                    ? Optional.of(
                            InetAddress.getByName("[" + withoutZone + "]")) // with brackets it never resolves a name
                    : Optional.empty();
        } catch (UnknownHostException malformed) {
            return Optional.empty();
        }
    }

    /** Does not use {@code getByName}, which resolves a part over 255 as a name. A leading zero is octal for some parsers. */
    private static Optional<InetAddress> ipv4(String[] parts) throws UnknownHostException {
        byte[] bytes = new byte[parts.length];
        for (int i = 0; i < parts.length; i++) {
            int part = Integer.parseInt(parts[i]);
            if (part > 255) {
                return Optional.empty();
            }
            bytes[i] = (byte) part;
        }
        return Optional.of(InetAddress.getByAddress(bytes));
    }
}
