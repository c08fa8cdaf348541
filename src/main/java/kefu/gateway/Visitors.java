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
 * How many are connected, in all and from each address, and how fast they come. Looked at before a handshake, where it is
 * cheap to refuse; counted when the connection is there. A loopback address is not bounded by itself: it is a proxy's that
 * says nothing of who is behind it, or belongs to somebody who has the machine anyway. Thread-safe.
 */
final class Visitors {
    /** An office comes back at once after a restart. */
    private static final int BURST_SECONDS = 10;

    /** Of those who have come and gone long ago nothing is kept; they are looked for when there are as many again. */
    private static final int FIRST_SWEEP = 1024;

    /** Who has a whole /64 of IPv6 addresses is one. */
    private static final int IPV6_PREFIX_BYTES = 8;

    private final int most;
    private final int rate;
    private final LongSupplier nanoTime;
    private final AtomicInteger all = new AtomicInteger();
    private final Quota<String> byAddress;
    private final int mostByAddress;
    private final ConcurrentMap<String, TokenBucket> handshakes = new ConcurrentHashMap<>();
    private volatile int sweepAt = FIRST_SWEEP;

    Visitors(Settings settings, LongSupplier nanoTime) {
        this.most = settings.get(LimitSettings.CONNECTIONS);
        this.mostByAddress = settings.get(LimitSettings.ADDRESS_CONNECTIONS);
        this.rate = settings.get(LimitSettings.ADDRESS_HANDSHAKES);
        this.byAddress = new Quota<>(mostByAddress);
        this.nanoTime = nanoTime;
    }

    /** Somebody wants to connect. @return why they may not; empty: they may */
    Optional<Bound> knock(String address) {
        if (all.get() >= most) {
            return Optional.of(Bound.CONNECTIONS);
        }
        String key = key(address);
        if (key.isEmpty()) {
            return Optional.empty();
        }
        if (byAddress.taken(key) >= mostByAddress) {
            return Optional.of(Bound.ADDRESS_CONNECTIONS);
        }
        sweep();
        TokenBucket bucket = handshakes.computeIfAbsent(
                key, any -> new TokenBucket(rate, Math.multiplyExact(rate, BURST_SECONDS), nanoTime));
        return bucket.tryTake() ? Optional.empty() : Optional.of(Bound.ADDRESS_HANDSHAKES);
    }

    /** Somebody has connected. @return why there is no room for them: {@link #left} is not to follow. Empty: there is */
    Optional<Bound> entered(String address) {
        if (all.incrementAndGet() > most) {
            all.decrementAndGet();
            return Optional.of(Bound.CONNECTIONS);
        }
        String key = key(address);
        if (!key.isEmpty() && !byAddress.tryTake(key)) {
            all.decrementAndGet();
            return Optional.of(Bound.ADDRESS_CONNECTIONS);
        }
        return Optional.empty();
    }

    void left(String address) {
        all.decrementAndGet();
        String key = key(address);
        if (!key.isEmpty()) {
            byAddress.giveBack(key);
        }
    }

    /** Of how many addresses anything is known. */
    int addresses() {
        return handshakes.size();
    }

    private void sweep() {
        if (handshakes.size() >= sweepAt) {
            handshakes.values().removeIf(TokenBucket::isFull);
            sweepAt = Math.max(FIRST_SWEEP, 2 * handshakes.size());
        }
    }

    /** What an address is counted under; empty: it is not bounded. */
    private static String key(String address) {
        if (address.isEmpty()) {
            return "";
        }
        try {
            InetAddress parsed = InetAddress.getByName(address); // Proxies lets no name through, only addresses
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
