package kefu.backend;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Security;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Resolves a service's host name on a thread that may wait. The JDK's client resolves the name for every request, on the thread
 * that sends the request: a slow name server would block all these threads. The JVM caches the address for a while. In this
 * time a request may be sent on any thread. Thread-safe.
 */
final class NameLookup {
    /** An IP address: digits and dots, or text in brackets. It needs no name server. */
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|\\[.*]");

    /** How long the JVM caches an address by default (JDK, {@code networkaddress.cache.ttl}). */
    private static final Duration KEPT = Duration.ofSeconds(30);

    /** A request that waits for the address. */
    interface Waiter {
        /** The lookup has ended. @param fault the reason of a failure; empty: the name was found */
        void lookedUp(Optional<UnknownHostException> fault);
    }

    private final String host;
    private final boolean isAddress;
    private final Executor executor;
    private final Resolver resolver;
    private final long keptNanos;
    private final LongSupplier nanoTime;
    private volatile long knownUntil;

    // guarded by this
    private final Set<Waiter> waiting = new LinkedHashSet<>();
    private boolean looking;

    // used by one task of the resolver at a time
    private @Nullable InetAddress found;
    private long begunBefore;

    /** Asks the JVM, which may ask a name server. May take seconds. */
    interface Resolver {
        InetAddress resolve(String host) throws UnknownHostException;
    }

    /** @param executor runs the lookups, which may take seconds; one task of this object at a time */
    NameLookup(String host, Executor executor, LongSupplier nanoTime) {
        this(host, executor, nanoTime, InetAddress::getByName, kept());
    }

    /** @param kept how long the JVM caches an address */
    NameLookup(String host, Executor executor, LongSupplier nanoTime, Resolver resolver, Duration kept) {
        this.host = host;
        this.isAddress = ADDRESS.matcher(host).matches();
        this.executor = executor;
        this.nanoTime = nanoTime;
        this.resolver = resolver;
        this.keptNanos = kept.toNanos();
        this.knownUntil = nanoTime.getAsLong();
        this.begunBefore = knownUntil - keptNanos;
    }

    private static Duration kept() {
        String property = Security.getProperty("networkaddress.cache.ttl");
        String seconds = property == null ? System.getProperty("sun.net.inetaddr.ttl") : property;
        try {
            long set = seconds == null ? KEPT.toSeconds() : Long.parseLong(seconds);
            return set < 0 ? KEPT : Duration.ofSeconds(set); // negative: for ever
        } catch (NumberFormatException asTheJdk) {
            return KEPT;
        }
    }

    /** Whether the JVM has the address in its cache. Then a request can be sent now without waiting for a name server. */
    boolean isKnown() {
        return isAddress || nanoTime.getAsLong() - knownUntil < 0;
    }

    /** Resolves the name, and calls the waiter on the executor's thread. The caller bounds the number of waiters. */
    void lookUp(Waiter waiter) {
        synchronized (this) {
            waiting.add(waiter);
            if (looking) {
                return;
            }
            looking = true;
        }
        executor.execute(this::lookUp);
    }

    /** Removes a waiter. */
    synchronized void forget(Waiter waiter) {
        waiting.remove(waiter);
    }

    private void lookUp() {
        Optional<UnknownHostException> fault = Optional.empty();
        long begun = nanoTime.getAsLong();
        try {
            found(resolver.resolve(host));
        } catch (UnknownHostException unknown) {
            found = null;
            fault = Optional.of(unknown);
        }
        begunBefore = begun;
        List<Waiter> told;
        synchronized (this) {
            told = List.copyOf(waiting);
            waiting.clear();
            looking = false;
        }
        for (Waiter waiter : told) {
            waiter.lookedUp(fault);
        }
    }

    /**
     * The JVM returns the same object as long as it caches an address. So a new object was made after the last lookup. It is
     * cached at least for the caching time from the last lookup on.
     */
    private void found(InetAddress address) {
        if (address != found) {
            found = address;
            knownUntil = begunBefore + keptNanos;
        }
    }
}
