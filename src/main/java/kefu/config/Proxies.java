package kefu.config;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The proxies in front of the gateway: only these are believed who they speak for. Immutable. */
public record Proxies(List<Network> networks) {
    /**
     * Addresses that begin alike.
     *
     * @param bits how many of them are the same
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
     * A request as the outermost proxy that is believed got it.
     *
     * @param address from where
     * @param host the host that it named; empty: no proxy says it, and what the request itself names counts
     * @param scheme http or https; empty: no proxy says it
     */
    public record Received(String address, Optional<String> host, Optional<String> scheme) {}

    static Proxies parse(String text) {
        return new Proxies(Values.parts(text).map(Network::parse).toList());
    }

    /** Whether this address is a proxy's. */
    public boolean contains(String address) {
        return NodeIdentifier.literal(address)
                .filter(parsed -> networks.stream().anyMatch(network -> network.contains(parsed)))
                .isPresent();
    }

    /**
     * Who is behind the proxies. Each proxy adds to the right, so the hops are read from there, as long as a proxy has
     * written them: what is left of that anybody may have written. Where a proxy does not say an address, the client is that
     * proxy.
     *
     * @param remote who is connected
     * @param header in which the proxies say it
     * @param lines gives the values of a header, one for each of its lines; empty: there is none
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

    /** Whether a request has both headers: then one of them is a client's, perhaps. */
    public static boolean isAmbiguous(Function<String, List<String>> lines) {
        return !lines.apply(ForwardedHeaders.FORWARDED).isEmpty()
                && !lines.apply(ForwardedHeaders.X_FORWARDED_FOR).isEmpty();
    }

    /** As it is set. */
    @Override
    public String toString() {
        return String.join(",", networks.stream().map(Network::toString).toList());
    }
}
