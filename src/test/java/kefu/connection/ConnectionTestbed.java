package kefu.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import kefu.Await;
import kefu.config.Settings;
import kefu.metrics.Metrics;
import kefu.protocol.CloseCode;
import kefu.protocol.Request;
import kefu.protocol.Version;
import org.junit.jupiter.api.AfterEach;

/** One connection with a {@link FakeWire}, and a clock that the test moves. */
abstract class ConnectionTestbed {
    final Threads threads = new Threads();
    final AtomicLong now = new AtomicLong();

    /** Runs once, the next time that the connection looks at the clock. */
    Runnable atNextLook = () -> {};

    final AtomicInteger responses = new AtomicInteger();
    final AtomicInteger ends = new AtomicInteger();
    final AtomicInteger served = new AtomicInteger();
    final FakeWire wire = new FakeWire();
    CompletableFuture<Void> serving = CompletableFuture.completedFuture(null);

    @AfterEach
    final void close() {
        threads.close();
    }

    Connection connection(Map<String, String> settings) {
        return new Connection(
                new Peer("c", Version.V1, ""),
                wire,
                settings(settings),
                threads,
                new QueueBudget(Long.MAX_VALUE, Runnable::run, () -> {}),
                new Metrics(List.of(), List.of(), List.of()),
                this::look,
                new ConnectionListener() {
                    @Override
                    public boolean isExclusive(Request request) {
                        return false;
                    }

                    @Override
                    public void responds(Connection connection) {
                        responses.incrementAndGet();
                    }

                    @Override
                    public CompletionStage<?> serve(Connection from, Request request) {
                        served.incrementAndGet();
                        return serving;
                    }

                    @Override
                    public void ended(Connection connection, int code) {
                        ends.incrementAndGet();
                    }

                    @Override
                    public void left(Connection connection, int code) {}
                });
    }

    private long look() {
        Runnable due = atNextLook;
        atNextLook = () -> {};
        due.run();
        return now.get();
    }

    static Settings settings(Map<String, String> settings) {
        return Settings.from(key -> Optional.ofNullable(settings.get(key)));
    }

    void advance(Duration by) {
        now.addAndGet(by.toNanos());
    }

    static void check(Connection connection, Heartbeat heartbeat) {
        connection.check(heartbeat).ifPresent(Runnable::run);
    }

    void isClosedWith(CloseCode code) {
        Await.until(() -> wire.closed().equals(Optional.of(code)));
        assertEquals(1, ends.get());
    }

    void checkWhileHeard(Connection connection) {
        connection.heard();
        check(
                connection,
                Heartbeat.of(settings(Map.of("kefu.heartbeat.interval", "1h", "kefu.heartbeat.timeout", "24h"))));
    }
}
