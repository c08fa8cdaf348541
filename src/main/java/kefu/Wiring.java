package kefu;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import kefu.backend.Backend;
import kefu.backend.HttpBackend;
import kefu.broker.LocalPresence;
import kefu.broker.Presence;
import kefu.config.ContainerConfig;
import kefu.config.Settings;
import kefu.desk.Desk;
import kefu.session.Threads;

/** Chooses the implementations, and stops what it started. */
@ApplicationScoped
class Wiring {
    @Produces
    @Singleton
    Settings settings() {
        return ContainerConfig.read();
    }

    @Produces
    @Singleton
    Clock clock() {
        return Clock.systemUTC();
    }

    @Produces
    @Singleton
    Threads threads() {
        return new Threads();
    }

    void stop(@Disposes Threads threads) {
        threads.close();
    }

    @Produces
    @Singleton
    Presence presence(Threads threads) {
        return new LocalPresence(threads.worker());
    }

    @Produces
    @Singleton
    Backend backend(Settings settings, Presence presence, Clock clock, Threads threads) {
        return settings.get(Settings.BACKEND_URL)
                .<Backend>map(url -> new HttpBackend(url, settings, threads.timer(), System::nanoTime))
                .orElseGet(() -> new Desk(presence, clock));
    }

    void stop(@Disposes Backend backend) {
        backend.close();
    }
}
