package kefu.backend;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to the customer's own service. The caller never waits for a name server. Connections that were idle for too
 * long are not used. A request is sent once. Thread-safe.
 */
public final class ServiceClient implements AutoCloseable {
    private static final int OK = 200;

    /** The result of a request. */
    public sealed interface Outcome {}

    /** @param body the body of an answer with status 200; empty for other statuses, and if bodies are not kept */
    public record Answered(int status, String body) implements Outcome {}

    /** An answer came, but cannot be used. @param tooLong true: it is too long; false: its coding is unknown or wrong */
    public record Unusable(boolean tooLong, String why) implements Outcome {}

    /**
     * No answer came.
     *
     * @param onDeadConnection whether the connection was kept from an earlier request, and was lost before the first byte of
     *     the answer: perhaps the service never got the request
     */
    public record Unanswered(boolean onDeadConnection, String why) implements Outcome {}

    private static final Unusable TOO_LONG = new Unusable(true, "it is too long");

    private final ServiceHost host;
    private final NameLookup name;
    private final List<ConnectionPool> connections; // each has one thread, which reads the answers
    private final AtomicInteger sent = new AtomicInteger();
    private final int maxBodyBytes;

    /**
     * @param url an address of the service; only its host is used here
     * @param selectors the number of threads that send requests and read answers; they take turns, and each has its own connections
     * @param idle the longest time for which a connection may be idle and be used again
     * @param maxConnections the most requests that the caller runs at once
     * @param maxBodyBytes the longest body of an answer; 0: bodies are not kept
     * @param resolver resolves the host name, which may take seconds
     * @param nanoTime a monotonic clock, in nanoseconds
     */
    public ServiceClient(
            URI url,
            int selectors,
            Duration connectTimeout,
            Duration idle,
            int maxConnections,
            int maxBodyBytes,
            Executor resolver,
            LongSupplier nanoTime) {
        this(
                url,
                maxBodyBytes,
                resolver,
                nanoTime,
                selectors,
                () -> new ConnectionPool(() -> new ClosableHttpClient(connectTimeout), idle, maxConnections, nanoTime));
    }

    /** @param pools makes the connections of one selector */
    ServiceClient(
            URI url,
            int maxBodyBytes,
            Executor resolver,
            LongSupplier nanoTime,
            int selectors,
            Supplier<ConnectionPool> pools) {
        this.host = new ServiceHost(url); // must be made before the first client
        this.name = new NameLookup(host.name(), resolver, nanoTime);
        this.connections = Stream.generate(pools).limit(selectors).toList();
        this.maxBodyBytes = maxBodyBytes;
    }

    /**
     * Sends a POST, on any thread, without waiting.
     *
     * @param uri of the service
     * @param headers by name
     * @param body JSON
     * @param receiver gets the result once, on any thread; must not block
     */
    public Exchange send(URI uri, Map<String, String> headers, String body, Consumer<Outcome> receiver) {
        return send(uri, ServiceRequest.headers(headers), body, receiver);
    }

    /** The same. @param headers made by {@link ServiceRequest#headers} */
    Exchange send(URI uri, HttpHeaders headers, String body, Consumer<Outcome> receiver) {
        Exchange exchange = new Exchange(host.request(uri, headers, body), receiver);
        if (name.isKnown()) {
            exchange.start();
        } else {
            name.lookUp(exchange);
        }
        return exchange;
    }

    /** Closes connections that were idle for too long. */
    public void expire() {
        connections.forEach(ConnectionPool::expire);
    }

    /** Makes sure that no request uses a connection that is idle now. */
    public void renewConnections() {
        connections.forEach(ConnectionPool::renew);
    }

    /** Later requests are not sent, and get no answer. Running requests go on; {@link Exchange#abort} ends them. */
    @Override
    public void close() {
        connections.forEach(ConnectionPool::close);
    }

    /** One request. */
    public final class Exchange implements NameLookup.Waiter {
        private final ServiceRequest request;
        private final Consumer<Outcome> receiver;
        private final AtomicBoolean done = new AtomicBoolean();
        private volatile ConnectionPool.@Nullable Lease lease; // set when it is sent
        private volatile @Nullable CompletableFuture<?> response;
        private volatile @Nullable BoundedBody body;
        private volatile boolean headCame;
        private volatile boolean givenUp;

        private Exchange(ServiceRequest request, Consumer<Outcome> receiver) {
            this.request = request;
            this.receiver = receiver;
        }

        @Override
        public void lookedUp(Optional<UnknownHostException> fault) {
            if (fault.isPresent()) {
                complete(new Unanswered(false, fault.get().toString()));
            } else {
                start();
            }
        }

        private void start() {
            if (done.get()) {
                return; // it was given up while the name was resolved
            }
            int turn = Math.floorMod(sent.getAndIncrement(), connections.size());
            ConnectionPool.Lease leased = connections.get(turn).lease();
            if (leased == null) {
                complete(new Unanswered(false, "stopped"));
                return;
            }
            lease = leased;
            try {
                CompletableFuture<HttpResponse<Void>> sending =
                        leased.http().sendAsync(host.resolved(request), this::bodyOf);
                response = sending;
                sending.whenComplete((got, fault) -> {
                    if (fault != null) {
                        failed(fault);
                    }
                });
            } catch (RuntimeException refused) {
                failed(refused);
            }
            if (givenUp) {
                cancel(); // it was given up while it was being sent
            }
        }

        /** Keeps only the body of a 200. Reads other bodies to their end, so that the connection can be used again. */
        private BodySubscriber<Void> bodyOf(HttpResponse.ResponseInfo head) {
            headCame = true;
            boolean kept = !head.headers().firstValue("Connection").orElse("").equalsIgnoreCase("close");
            if (head.statusCode() != OK || maxBodyBytes == 0) {
                return BodySubscribers.mapping(
                        BodySubscribers.discarding(), nothing -> arrived(new Answered(head.statusCode(), ""), kept));
            }
            Optional<ContentCoding> coding = ContentCoding.of(head.headers());
            if (coding.isEmpty()) {
                String why = "its Content-Encoding is " + head.headers().allValues("Content-Encoding");
                return BodySubscribers.mapping(
                        BodySubscribers.discarding(), nothing -> arrived(new Unusable(false, why), kept));
            }
            BoundedBody whole = new BoundedBody(maxBodyBytes);
            body = whole;
            return BodySubscribers.mapping(whole, bytes -> arrived(decoded(coding.get(), bytes), kept));
        }

        private Outcome decoded(ContentCoding coding, ByteBuffer bytes) {
            try {
                ByteBuffer decoded = coding.decode(bytes, maxBodyBytes);
                return new Answered(OK, StandardCharsets.UTF_8.decode(decoded).toString());
            } catch (ContentCoding.TooLongException tooLong) {
                return TOO_LONG;
            } catch (IOException notWhatItSays) {
                return new Unusable(false, "it cannot be decoded: " + notWhatItSays);
            }
        }

        /**
         * The last byte has come, and the connection is free. The HTTP client would now complete its future on a thread of the
         * common pool, or on a new thread if that pool has less than two. Nobody waits for the future, so it is completed here.
         */
        private @Nullable Void arrived(Outcome outcome, boolean kept) {
            ConnectionPool.Lease leased = lease;
            if (kept && leased != null) {
                leased.kept();
            }
            complete(outcome);
            CompletableFuture<?> sent = response;
            if (sent != null) {
                sent.complete(null);
            }
            return null;
        }

        private void failed(Throwable fault) {
            BoundedBody coming = body;
            if (coming != null && coming.isTooLong()) {
                complete(TOO_LONG);
            } else {
                complete(unanswered(fault instanceof CompletionException ? fault.getCause() : fault));
            }
        }

        private Unanswered unanswered(@Nullable Throwable fault) {
            ConnectionPool.Lease leased = lease;
            boolean connected = !(fault instanceof ConnectException);
            if (leased != null && leased.isOnKeptConnection() && connected && !headCame) {
                leased.dead();
                return new Unanswered(true, String.valueOf(fault));
            }
            return new Unanswered(false, String.valueOf(fault));
        }

        /**
         * Gives up: ends the request as unanswered, and closes its connection. Does nothing if the request has ended: the next
         * request may use the connection.
         */
        public void abort() {
            if (complete(unanswered(new TimeoutException("given up")))) {
                givenUp = true;
                name.forget(this);
                cancel();
            }
        }

        private void cancel() {
            BoundedBody coming = body;
            if (coming != null) {
                coming.cancel();
            }
            CompletableFuture<?> sent = response;
            if (sent != null) {
                sent.cancel(true);
            }
            endLease();
        }

        /** @return whether the request had not ended before */
        private boolean complete(Outcome outcome) {
            if (!done.compareAndSet(false, true)) {
                return false;
            }
            try {
                receiver.accept(outcome);
            } finally {
                endLease();
            }
            return true;
        }

        private void endLease() {
            ConnectionPool.Lease leased = lease;
            if (leased != null) {
                leased.end();
            }
        }
    }
}
