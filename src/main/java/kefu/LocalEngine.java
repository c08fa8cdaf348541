package kefu;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import kefu.broker.Broker;
import kefu.broker.LocalBroker;
import kefu.broker.LocalPresence;
import kefu.broker.Presence;
import kefu.config.Settings;
import kefu.connection.Threads;
import kefu.events.PresenceEvents;
import kefu.gateway.Connections;
import kefu.gateway.Gateway;
import kefu.handover.LocalHandover;
import kefu.lifecycle.Handover;
import kefu.lifecycle.Service;
import kefu.metrics.Metrics;

/** Channels and sessions of this process only. A file takes them to the next deployment. */
final class LocalEngine implements Engine {
    private final Settings settings;
    private final Clock clock;
    private final Optional<PresenceEvents> events;
    private final LocalBroker broker;
    private final LocalPresence presence;

    LocalEngine(Settings settings, Threads threads, Metrics metrics, Clock clock, Optional<PresenceEvents> events) {
        this.settings = settings;
        this.clock = clock;
        this.events = events;
        this.broker = new LocalBroker(settings, threads.worker(), metrics, System::nanoTime);
        this.presence = new LocalPresence(broker, clock, threads.awakeTime());
        long period = STREAM_SWEEP.toMillis();
        threads.timer().scheduleWithFixedDelay(broker::expire, period, period, TimeUnit.MILLISECONDS);
    }

    @Override
    public Broker broker() {
        return broker;
    }

    @Override
    public Presence presence() {
        return presence;
    }

    @Override
    public Service service(Gateway gateway, Connections connections) {
        return new LocalService(gateway, connections, broker, presence);
    }

    @Override
    public Handover handover(Gateway gateway) {
        return new LocalHandover(settings, gateway, broker, presence, events, clock);
    }

    @Override
    public Optional<Path> meeting(Optional<Path> directory, boolean isVersion) {
        return directory;
    }

    @Override
    public boolean isReachable() {
        return true;
    }

    @Override
    public void close() {
        // its threads are the gateway's
    }
}
