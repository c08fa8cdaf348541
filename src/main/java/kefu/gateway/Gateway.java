package kefu.gateway;

import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import kefu.auth.Authentication;
import kefu.backend.Backend;
import kefu.broker.Broker;
import kefu.broker.Presence;
import kefu.config.AuthMode;
import kefu.config.AuthSettings;
import kefu.config.BackendSettings;
import kefu.config.Settings;
import kefu.connection.Threads;
import kefu.metrics.Metrics;
import kefu.protocol.Version;
import kefu.session.Replay;

/** Puts the gateway's objects together for the wiring, which has chosen what they use. */
public final class Gateway {
    private Gateway() {}

    /** Makes a dispatcher and all that is behind it, and starts it. */
    public static Dispatcher start(
            Settings settings,
            Broker broker,
            Presence presence,
            Backend backend,
            Authentication authentication,
            Clock clock,
            Threads threads,
            Metrics metrics) {
        Hub hub = new Hub(new ConcurrentHashMap<>(), metrics);
        ChannelMembership membership = new ChannelMembership(broker);
        Replay replay = new Replay(broker);
        SessionSync sync = new SessionSync(presence, membership, clock);
        SessionOpening opening = new SessionOpening(membership, sync, broker, replay);
        Sessions sessions = new Sessions(settings, hub, sync, opening, presence, clock, metrics, threads.awakeTime());
        SessionCommands commands =
                new SessionCommands(settings, hub, sessions, membership, sync, broker, presence, threads);
        Map<String, Method> v1 = new HashMap<>();
        v1.put("login", new LoginMethod(sessions, authentication, replay, clock, settings));
        authentication.tokens().ifPresent(tokens -> v1.put("token", new TokenMethod(tokens, clock)));
        Map<String, Method> v2 = new HashMap<>(v1);
        v2.put("resume", new ResumeMethod(sessions, authentication.tokens(), clock));
        v2.put("logout", new LogoutMethod(sessions));
        Method toBackend = new ForwardMethod(backend, settings.get(BackendSettings.IDEMPOTENT), metrics);
        Method forward = authentication.mode() == AuthMode.OPEN
                ? toBackend
                : new LoggedInOnly(toBackend, settings.get(AuthSettings.FOREIGN_ID_METHODS));
        Dispatcher dispatcher = new Dispatcher(
                settings,
                broker,
                hub,
                sessions,
                commands,
                Map.of(Version.V1, v1, Version.V2, v2),
                forward,
                authentication.mode(),
                threads,
                metrics);
        dispatcher.start();
        return dispatcher;
    }
}
