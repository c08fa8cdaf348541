package kefu.config;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The trusted proxies in front of the gateway. Only their headers are used. Immutable. */
public record Proxies(List<Network> networks) {
    /**
     * A network: addresses with the same prefix.
     *
     * @param bits the length of the prefix
     */
    public record Network(InetAddress start, int bits) {
        static Network parse(String text) {
            String[] parts = text.split("/", 2);
            InetAddress start = NodeIdentifier.literal(parts[0]).orElseThrow(IllegalArgumentException::new);
            int all = start.getAddress().length * 8;
            int bits = parts.length == 1 ? all : Integer.parseInt(parts[1]);
            if (bits < 0 || bits > all) {
                throw new IllegalArgumentException();
            }
            return new Network(start, bits);
        }

        boolean contains(InetAddress address) {
            byte[] here = start.getAddress();
            byte[] there = address.getAddress();
            int rest = here.length * 8 - bits;
            return here.length == there.length
                    && new BigInteger(1, here).shiftRight(rest).equals(new BigInteger(1, there).shiftRight(rest));
        }

        @Override
        public String toString() {
            return start.getHostAddress() + "/" + bits;
        }
    }

    /**
     * A request as the outermost trusted proxy got it.
     *
     * @param address the address of the client
     * @param host the host that the client named; empty: no proxy says it, and the host of the request itself is used
     * @param scheme http or https; empty: no proxy says it
     */
    public record Received(String address, Optional<String> host, Optional<String> scheme) {}

    static Proxies parse(String text) {
        return new Proxies(Values.parts(text).map(Network::parse).toList());
    }

    /** Whether this is the address of a trusted proxy. */
    public boolean contains(String address) {
        return NodeIdentifier.literal(address)
                .filter(parsed -> networks.stream().anyMatch(network -> network.contains(parsed)))
                .isPresent();
    }

    /**
     * Finds the client behind the proxies. Each proxy appends its entry on the right. So the hops are read from the right, as
     * long as a trusted proxy has written them: anybody may have written the entries left of these. If a proxy names no
     * address, the client is that proxy.
     *
     * @param remote the address of the connection
     * @param header the header that the proxies write
     * @param lines returns the values of a header, one for each line; empty: there is none
     */
    public Received received(String remote, ProxyHeader header, Function<String, List<String>> lines) {
        Received received = new Received(remote, Optional.empty(), Optional.empty());
        if (!contains(remote)) {
            return received;
        }
        List<ForwardedHeaders.Hop> hops = ForwardedHeaders.hops(header, lines);
        for (int i = hops.size() - 1; i >= 0 && contains(received.address()); i--) {
            ForwardedHeaders.Hop hop = hops.get(i);
            Optional<String> client = NodeIdentifier.address(hop.client()).map(InetAddress::getHostAddress);
            received = new Received(
                    client.orElse(received.address()),
                    hop.host().or(received::host),
                    hop.scheme().or(received::scheme));
            if (client.isEmpty()) {
                break;
            }
        }
        return received;
    }

    /** Whether a request has both headers. Then perhaps the client has written one of them. */
    public static boolean isAmbiguous(Function<String, List<String>> lines) {
        return !lines.apply(ForwardedHeaders.FORWARDED).isEmpty()
                && !lines.apply(ForwardedHeaders.X_FORWARDED_FOR).isEmpty();
    }

    /** The text of the setting. */
    @Override
    public String toString() {
        return String.join(",", networks.stream().map(Network::toString).toList());
    }
}
