package kefu.config;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The proxies in front of the gateway: only these are believed who they speak for. Immutable. */
public record Proxies(List<Network> networks) {
    /** An address without a name that would have to be looked up. */
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    /**
     * Addresses that begin alike.
     *
     * @param bits how many of them are the same
     */
    public record Network(InetAddress start, int bits) {
        static Network parse(String text) {
            String[] parts = text.split("/", 2);
            InetAddress start = address(parts[0]);
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

    static Proxies parse(String text) {
        return new Proxies(Values.parts(text).map(Network::parse).toList());
    }

    /** Whether this address is a proxy's. */
    public boolean contains(String address) {
        try {
            InetAddress parsed = address(address);
            return networks.stream().anyMatch(network -> network.contains(parsed));
        } catch (IllegalArgumentException none) {
            return false;
        }
    }

    /**
     * Who is behind the proxies: the last address of the chain that is no proxy's, since what is left of it anybody may
     * have written.
     *
     * @param remote who is connected
     * @param forwardedFor the header {@code X-Forwarded-For}; null: none was sent
     */
    public String client(String remote, @Nullable String forwardedFor) {
        String client = remote;
        String[] chain = forwardedFor == null ? new String[0] : forwardedFor.split(",", -1);
        for (int i = chain.length - 1; i >= 0 && contains(client); i--) {
            String before = chain[i].trim();
            if (!ADDRESS.matcher(before).matches()) {
                break;
            }
            client = before;
        }
        return client;
    }

    private static InetAddress address(String text) {
        if (!ADDRESS.matcher(text).matches()) {
            throw new IllegalArgumentException();
        }
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException malformed) {
            throw new IllegalArgumentException(malformed);
        }
    }

    /** As it is set. */
    @Override
    public String toString() {
        return String.join(",", networks.stream().map(Network::toString).toList());
    }
}
