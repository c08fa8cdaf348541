package kefu;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Logger;
import kefu.broker.LocalBroker;
import kefu.broker.LocalPresence;
import kefu.gateway.Connections;
import kefu.gateway.Gateway;
import kefu.lifecycle.Service;
import kefu.metrics.LogLine;

/** The gateway as its lifecycle drains, seals and closes it, with broker and presence in this process. */
final class LocalService implements Service {
    private static final Logger LOG = Logger.getLogger(LocalService.class.getName());

    /**
     * To hand on what was published before the seal takes microseconds, and seconds where the cores are busy. What takes longer
     * is in the streams: clients of v2 catch up on it.
     */
    private static final Duration HANDED_ON = Duration.ofSeconds(1);

    private final Gateway gateway;
    private final Connections connections;
    private final LocalBroker broker;
    private final LocalPresence presence;

    LocalService(Gateway gateway, Connections connections, LocalBroker broker, LocalPresence presence) {
        this.gateway = gateway;
        this.connections = connections;
        this.broker = broker;
        this.presence = presence;
    }

    @Override
    public CompletionStage<Void> drain() {
        return connections.drain();
    }

    @Override
    public void seal() {
        try {
            broker.seal().toCompletableFuture().get(HANDED_ON.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException late) {
            LOG.warning(() -> LogLine.of("Fault").with("in", "seal").toString());
        } catch (InterruptedException stopNow) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close(Duration absence) {
        connections.close(absence);
    }

    @Override
    public void reset() {
        gateway.reset();
        presence.reset();
        broker.reset();
    }
}
