package kefu.gateway;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import kefu.auth.Authentication;
import kefu.backend.Backend;
import kefu.broker.Broker;
import kefu.broker.Presence;
import kefu.broker.SessionRecord;
import kefu.config.AuthMode;
import kefu.config.AuthSettings;
import kefu.config.BackendSettings;
import kefu.config.LimitSettings;
import kefu.config.Settings;
import kefu.config.StreamSettings;
import kefu.connection.IdempotencyCache;
import kefu.connection.Threads;
import kefu.lifecycle.Lifecycle;
import kefu.metrics.Metrics;
import kefu.protocol.Frames;
import kefu.protocol.Version;
import kefu.session.Replay;
import org.jspecify.annotations.Nullable;

/** Puts the gateway's objects together. The wiring has chosen what they use. */
@ApplicationScoped
public class Gateway {
    private static final String LEAVING = "kefu.leaving";
    private static final String PING = "kefu.ping";
    private static final String STATUS = "kefu.status";

    private final Hub hub;
    private final Dispatcher dispatcher;
    private final Connections connections;
    private final Sessions sessions;
    private final SessionCommands commands;
    private final Duration answersNeeded;
    private final LongSupplier awakeTime;

    /** Starts the gateway. */
    @Inject
    Gateway(
            Settings settings,
            Lifecycle lifecycle,
            Broker broker,
            Presence presence,
            Backend backend,
            Authentication authentication,
            Clock clock,
            Threads threads,
            Metrics metrics) {
        hub = new Hub(new ConcurrentHashMap<>(), new FanOut(Threads.HELPERS, threads.helper()), metrics);
        Replay replay = new Replay(broker, presence);
        SessionSync sync = new SessionSync(presence, clock, settings.get(StreamSettings.GRACE));
        SessionOpening opening = new SessionOpening(hub, sync, broker, replay);
        AgentPlaces places = new AgentPlaces(settings.get(LimitSettings.AGENT_CONNECTIONS));
        sessions = new Sessions(settings, lifecycle, hub, places, sync, opening, presence, clock, metrics);
        SessionResumption resumption =
                new SessionResumption(settings, sessions, hub, places, sync, opening, presence, replay, metrics);
        commands = new SessionCommands(settings, hub, sessions, opening, broker, presence, threads, metrics);
        Frames.GatewayFacts facts =
                new Frames.GatewayFacts(heartbeatSeconds(settings), answeredHere(authentication, backend));
        // a lost line is noticed within the first, and followed by another one within the second
        answersNeeded = settings.get(Settings.HEARTBEAT_TIMEOUT).plus(settings.get(StreamSettings.GRACE));
        awakeTime = threads.awakeTime();
        Map<String, Method> v1 = new HashMap<>();
        v1.put(
                "login",
                new LoginMethod(
                        sessions,
                        resumption,
                        authentication,
                        replay,
                        clock,
                        facts,
                        settings,
                        () -> new IdempotencyCache(answersNeeded, awakeTime)));
        authentication.tokens().ifPresent(tokens -> v1.put("token", new TokenMethod(tokens, clock)));
        Map<String, Method> v2 = new HashMap<>(v1);
        v2.put("resume", new ResumeMethod(resumption, authentication.tokens(), clock, facts));
        v2.put("logout", new LogoutMethod(sessions));
        v2.put(LEAVING, new LeavingMethod());
        v2.put(PING, new PingMethod());
        v2.put(STATUS, new StatusMethod(presence));
        Set<String> idempotent = new HashSet<>(settings.get(BackendSettings.IDEMPOTENT));
        idempotent.addAll(backend.builtInMethods());
        Method toBackend = new ForwardMethod(backend, Set.copyOf(idempotent), metrics);
        Method forward = authentication.mode() == AuthMode.OPEN
                ? toBackend
                : new LoggedInOnly(toBackend, settings.get(AuthSettings.FOREIGN_ID_METHODS));
        dispatcher = new Dispatcher(hub, Map.of(Version.V1, v1, Version.V2, v2), forward);
        connections = new Connections(settings, lifecycle, dispatcher, sessions, threads, metrics);
        broker.listen(hub);
        presence.listen(new RemoteChanges(hub, sessions, opening, commands));
        metrics.sessions(dispatcher::sessions);
        metrics.groups(dispatcher::groups);
        connections.start();
    }

    /** Between two text frames of the heartbeat, rounded up; 0: a client hears none. */
    private static long heartbeatSeconds(Settings settings) {
        return settings.get(Settings.HEARTBEAT_TEXT).isEmpty()
                ? 0
                : settings.get(Settings.HEARTBEAT_INTERVAL).plusMillis(999).toSeconds();
    }

    /** The methods that the backend outside does not get from a client of v2. */
    private static List<String> answeredHere(Authentication authentication, Backend backend) {
        Set<String> methods = new TreeSet<>(backend.builtInMethods());
        methods.addAll(List.of(LEAVING, PING, "login", "logout", "resume", STATUS));
        authentication.tokens().ifPresent(tokens -> methods.add("token"));
        return List.copyOf(methods);
    }

    /** For the proxy of a normal-scoped bean only. The proxy never uses the fields. */
    @SuppressWarnings("NullAway")
    Gateway() {
        hub = null;
        dispatcher = null;
        connections = null;
        sessions = null;
        commands = null;
        answersNeeded = null;
        awakeTime = null;
    }

    /** Forgets all sessions. To be called when all connections are closed, and before clients come again. */
    public void reset() {
        hub.clear();
        sessions.reset();
    }

    /** The requests of all sessions of v2, by client: with their records and streams all that another gateway needs to go on. */
    public Map<String, IdempotencyCache.Snapshot> answers() {
        Map<String, IdempotencyCache.Snapshot> answers = new HashMap<>();
        sessions.answers().forEach((client, cache) -> answers.put(client, cache.snapshot()));
        return answers;
    }

    /**
     * Goes on with a session of another gateway, which presence has been given already. To be called before the first client
     * comes.
     *
     * @param answers to its requests; null where they are not known: what was sent before may have been served
     */
    public void adopt(SessionRecord session, IdempotencyCache.@Nullable Snapshot answers) {
        sessions.adopt(
                session,
                answers == null
                        ? new IdempotencyCache(answersNeeded, awakeTime)
                        : new IdempotencyCache(answers, answersNeeded, awakeTime));
    }

    // a proxy, as of the connections: the gateway starts with its first use, when the settings have been checked
    @Produces
    @ApplicationScoped
    Dispatcher dispatcher() {
        return dispatcher;
    }

    @Produces
    @ApplicationScoped
    Connections connections() {
        return connections;
    }

    @Produces
    @Singleton
    SessionCommands commands() {
        return commands;
    }

    Sessions sessions() {
        return sessions;
    }
}
