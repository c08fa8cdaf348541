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
 * Looks up a service's name where it may take long. The JDK's client looks a name up for every request, on the thread
 * that sends it: a slow name server would hold all threads that send. The JVM keeps what it has found for a while; in
 * that time a request may be sent on any thread. Thread-safe.
 */
final class NameLookup {
    /** Digits and dots, or what is in brackets: an address itself, for which nobody is asked. */
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|\\[.*]");

    /** How long the JVM keeps an address where nothing else is set (JDK, {@code networkaddress.cache.ttl}). */
    private static final Duration KEPT = Duration.ofSeconds(30);

    /** What waits for the name. */
    interface Waiter {
        /** The name has been looked up. @param fault why it was not found */
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

    /** Asks the JVM, and by it a name server, which may take seconds. */
    interface Resolver {
        InetAddress resolve(String host) throws UnknownHostException;
    }

    /** @param executor runs what may take seconds; one task of this object at a time */
    NameLookup(String host, Executor executor, LongSupplier nanoTime) {
        this(host, executor, nanoTime, InetAddress::getByName, kept());
    }

    /** @param kept how long the JVM keeps an address */
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
            return set < 0 ? KEPT : Duration.ofSeconds(set); // below 0: for ever
        } catch (NumberFormatException asTheJdk) {
            return KEPT;
        }
    }

    /** Whether the JVM has the address, so that a request that is sent now waits for no name server. */
    boolean isKnown() {
        return isAddress || nanoTime.getAsLong() - knownUntil < 0;
    }

    /** Looks the name up, and tells the waiter on the executor's thread. The caller bounds how many wait. */
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

    /** This one waits no longer. */
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
     * The JVM gives the same object as long as it keeps an address. So another object than last time was made after the
     * last time, and is kept at least so long from then on.
     */
    private void found(InetAddress address) {
        if (address != found) {
            found = address;
            knownUntil = begunBefore + keptNanos;
        }
    }
}
