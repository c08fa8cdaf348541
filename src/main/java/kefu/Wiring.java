package kefu;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import kefu.auth.Authentication;
import kefu.auth.TokenVerifier;
import kefu.backend.Backend;
import kefu.backend.BackendAuthentication;
import kefu.backend.HttpBackend;
import kefu.backend.NoBackend;
import kefu.broker.Broker;
import kefu.broker.Presence;
import kefu.config.ApiKey;
import kefu.config.AuthSettings;
import kefu.config.BackendSettings;
import kefu.config.ContainerConfig;
import kefu.config.RedisSettings;
import kefu.config.Settings;
import kefu.connection.Threads;
import kefu.container.ContainerStart;
import kefu.container.DeploymentStart;
import kefu.desk.Desk;
import kefu.events.PresenceEvents;
import kefu.gateway.Connections;
import kefu.gateway.Gateway;
import kefu.gateway.Stopped;
import kefu.lifecycle.Deployment;
import kefu.lifecycle.Lifecycle;
import kefu.lifecycle.Ownership;
import kefu.metrics.Metrics;
import kefu.protocol.CloseCode;
import kefu.protocol.ErrorCode;
import kefu.protocol.Version;
import org.jspecify.annotations.Nullable;

/** Chooses the implementations, and stops what it started. */
@ApplicationScoped
class Wiring {
    /** For a request the backend's client takes about as much CPU as the container does: the other half of the cores. */
    private static final int SELECTORS = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

    private volatile @Nullable ApiKey key;
    private volatile Optional<Path> meeting = Optional.empty();
    private volatile Deployment deployment = new Deployment("", "");

    @Produces
    @Singleton
    Settings settings() {
        return ContainerConfig.read();
    }

    /** What the start has read: on a thread of ours, which sends events, Tomcat's CDI knows no servlet context. */
    void use(ApiKey read) {
        key = read;
    }

    /** @param directory where deployments meet; empty: this one is alone */
    void use(Optional<Path> directory, Deployment own) {
        meeting = directory;
        deployment = own;
    }

    @Produces
    @Singleton
    ApiKey apiKey() {
        return Objects.requireNonNull(key, "the application has not started");
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

    @Produces
    @Singleton
    Metrics metrics(Settings settings) {
        return new Metrics(
                Stream.of(Version.values())
                        .map(version -> version.name().toLowerCase(Locale.ROOT))
                        .toList(),
                Stream.of(CloseCode.values())
                        .map(code -> Integer.toString(code.number()))
                        .toList(),
                Stream.of(ErrorCode.values()).map(ErrorCode::code).toList(),
                settings.get(BackendSettings.TIMEOUT));
    }

    /** What is of Redis is not loaded where none is set. */
    @Produces
    @Singleton
    Engine engine(Settings settings, Threads threads, Metrics metrics, Clock clock, Optional<PresenceEvents> events) {
        Engine engine = settings.get(RedisSettings.URI).isPresent()
                ? new RedisEngine(settings, threads)
                : new LocalEngine(settings, threads, metrics, clock, events);
        events.ifPresent(engine.presence()::watch);
        return engine;
    }

    @Produces
    @Singleton
    Broker broker(Engine engine) {
        return engine.broker();
    }

    @Produces
    @Singleton
    Presence presence(Engine engine) {
        return engine.presence();
    }

    @Produces
    @Singleton
    Optional<PresenceEvents> events(Settings settings, Instance<ApiKey> key, Threads threads, Metrics metrics) {
        Optional<PresenceEvents> events = settings.get(BackendSettings.EVENTS_URL)
                .map(url -> new PresenceEvents(
                        url,
                        settings,
                        () -> key.get().value(),
                        threads.timer(),
                        threads.resolver(),
                        System::nanoTime,
                        () -> ThreadLocalRandom.current().nextDouble()));
        events.ifPresent(sender -> metrics.eventsWaiting(sender::waiting));
        return events;
    }

    @Produces
    @Singleton
    Backend backend(Settings settings, Broker broker, Clock clock, Threads threads, Metrics metrics) {
        Backend outside = settings.get(BackendSettings.URL)
                .<Backend>map(url -> new HttpBackend(
                        url,
                        SELECTORS,
                        settings,
                        threads.timer(),
                        threads.worker(),
                        threads.resolver(),
                        metrics,
                        threads.awakeTime(),
                        System::nanoTime))
                .orElseGet(NoBackend::new);
        return BackendSettings.hasDesk(settings) ? new Desk(broker, clock, outside) : outside;
    }

    @Produces
    @Singleton
    Authentication authentication(Settings settings, Backend backend, Clock clock, Threads threads) {
        return switch (AuthSettings.mode(settings)) {
            case OPEN -> Authentication.open();
            case JWT -> new TokenVerifier(settings, threads.verifier(), clock);
            case BACKEND -> new BackendAuthentication(backend);
        };
    }

    @Produces
    @Singleton
    Lifecycle lifecycle() {
        return new Lifecycle();
    }

    @Produces
    @Singleton
    Ownership ownership(Lifecycle lifecycle, Gateway gateway, Connections connections, Engine engine, Threads threads) {
        lifecycle.needs(engine::isReachable);
        return new Ownership(
                lifecycle,
                engine.service(gateway, connections),
                engine.handover(gateway),
                engine.meeting(meeting, !deployment.version().isEmpty()),
                deployment,
                DeploymentStart.nanos(),
                threads.lifecycle(),
                System::nanoTime,
                ContainerStart::isDone);
    }

    /** No disposers: when Payara calls those, it loads no class of ours any more, and what needs one fails. */
    void stop(
            @Observes Stopped connections,
            Optional<PresenceEvents> events,
            Backend backend,
            Engine engine,
            Threads threads,
            Metrics metrics) {
        events.ifPresent(PresenceEvents::close);
        backend.close();
        engine.close();
        threads.close();
        metrics.close();
    }
}
