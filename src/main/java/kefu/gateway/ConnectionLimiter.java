package kefu.gateway;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import kefu.config.LimitSettings;
import kefu.config.Settings;
import kefu.limit.Quota;
import kefu.limit.TokenBucket;
import kefu.metrics.Bound;

/**
 * Limits the connections, in all and for each address, and the rate of handshakes for each address. The limits are checked
 * before a handshake, when a refusal is cheap; a connection is counted when it is open. A loopback address has no limit of
 * its own: it is a proxy that does not tell the client's address, or a user of this machine. Thread-safe.
 */
final class ConnectionLimiter {
    /** After a restart all agents of one office reconnect at once. */
    private static final int BURST_SECONDS = 10;

    /** Full buckets are removed when there are so many, and later when their number has doubled. */
    private static final int FIRST_SWEEP = 1024;

    /** One customer usually has a whole /64 of IPv6 addresses. */
    private static final int IPV6_PREFIX_BYTES = 8;

    private final int most;
    private final int rate;
    private final LongSupplier nanoTime;
    private final AtomicInteger all = new AtomicInteger();
    private final Quota<String> byAddress;
    private final int mostByAddress;
    private final ConcurrentMap<String, TokenBucket> handshakes = new ConcurrentHashMap<>();
    private volatile int sweepAt = FIRST_SWEEP;

    ConnectionLimiter(Settings settings, LongSupplier nanoTime) {
        this.most = settings.get(LimitSettings.CONNECTIONS);
        this.mostByAddress = settings.get(LimitSettings.ADDRESS_CONNECTIONS);
        this.rate = settings.get(LimitSettings.ADDRESS_HANDSHAKES);
        this.byAddress = new Quota<>(mostByAddress);
        this.nanoTime = nanoTime;
    }

    /** Checks the limits before a handshake. @return the limit that is reached; empty: none */
    Optional<Bound> check(String address) {
        if (all.get() >= most) {
            return Optional.of(Bound.CONNECTIONS);
        }
        String key = key(address);
        if (key.isEmpty()) {
            return Optional.empty();
        }
        if (byAddress.acquired(key) >= mostByAddress) {
            return Optional.of(Bound.ADDRESS_CONNECTIONS);
        }
        sweep();
        TokenBucket bucket = handshakes.computeIfAbsent(
                key, any -> new TokenBucket(rate, Math.multiplyExact(rate, BURST_SECONDS), nanoTime));
        return bucket.tryAcquire() ? Optional.empty() : Optional.of(Bound.ADDRESS_HANDSHAKES);
    }

    /** Counts a connection. @return the limit that is reached: do not call {@link #release} then. Empty: none */
    Optional<Bound> acquire(String address) {
        if (all.incrementAndGet() > most) {
            all.decrementAndGet();
            return Optional.of(Bound.CONNECTIONS);
        }
        String key = key(address);
        if (!key.isEmpty() && !byAddress.tryAcquire(key)) {
            all.decrementAndGet();
            return Optional.of(Bound.ADDRESS_CONNECTIONS);
        }
        return Optional.empty();
    }

    void release(String address) {
        all.decrementAndGet();
        String key = key(address);
        if (!key.isEmpty()) {
            byAddress.release(key);
        }
    }

    /** The number of addresses with a rate bucket. */
    int addresses() {
        return handshakes.size();
    }

    private void sweep() {
        if (handshakes.size() >= sweepAt) {
            handshakes.values().removeIf(TokenBucket::isFull);
            sweepAt = Math.max(FIRST_SWEEP, 2 * handshakes.size());
        }
    }

    /** The key under which an address is counted; empty: it has no limit. */
    private static String key(String address) {
        if (address.isEmpty()) {
            return "";
        }
        try {
            InetAddress parsed = InetAddress.getByName(address); // never a name: Proxies passes addresses only
            byte[] bytes = parsed.getAddress();
            if (parsed.isLoopbackAddress()) {
                return "";
            }
            return HexFormat.of()
                    .formatHex(bytes.length > Integer.BYTES ? Arrays.copyOf(bytes, IPV6_PREFIX_BYTES) : bytes);
        } catch (UnknownHostException none) {
            return address;
        }
    }
}
