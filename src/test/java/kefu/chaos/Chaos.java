package kefu.chaos;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kefu.Await;

/** Keeps clients of a gateway busy while it is redeployed, and says what they have missed. */
public final class Chaos implements AutoCloseable {
    /** Every so many clients one is a sleeper, and another one reads slowly. */
    private static final int SLEEPER_EVERY = 8;

    private static final int SLOW_READER_EVERY = 6;
    private static final int LATE_EVERY = 5;
    private static final Duration READING_PAUSE = Duration.ofMillis(3);
    private static final int NEWCOMERS = 3;
    /** For a deployment, with all its clients. */
    public static final Duration READY = Duration.ofMinutes(2);

    /** A redeploy, until the container has done it, or begins to. */
    public interface Way {
        void run() throws Exception;
    }

    private final ChaosSettings settings;
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(4);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpClient http = HttpClient.newHttpClient();
    private final Faults faults = new Faults();
    private final Reconnects reconnects = new Reconnects();
    private final Numbers begun = new Numbers();
    private final Numbers said = new Numbers();
    private final Numbers pushed = new Numbers();
    private final Allowed allowed = new Allowed();
    private final List<String> lines = new ArrayList<>();
    private final WorkBackend backend;
    private final Load load;
    private final List<Agent> agents = new ArrayList<>();
    private final List<Agent> sleepers = new ArrayList<>();
    private final List<OldClient> old = new ArrayList<>();
    private final List<Newcomer> newcomers = new ArrayList<>();
    private final Guests guests = new Guests();
    private final List<Agent> leavers = new ArrayList<>();
    private final Field field;
    private final Agent late;
    private final Verdict verdict;

    /**
     * @param gateway its address with its context path, e.g. {@code http://127.0.0.1:8080/chat}
     * @param key of its API
     * @param backendPort where its backend is, and {@code /events}, on 127.0.0.1
     */
    public Chaos(ChaosSettings settings, URI gateway, String key, int backendPort) throws IOException {
        this.settings = settings;
        URI socket = URI.create("ws://" + gateway.getAuthority() + gateway.getPath() + "/chat");
        backend = new WorkBackend(backendPort);
        field = new Field(
                settings, socket, threads, timer, reconnects, faults, backend::hasHeard, begun, said, pushed, allowed);
        Set<String> present = Stream.concat(
                        IntStream.range(0, settings.clients())
                                .filter(i -> !isSleeper(i))
                                .mapToObj(i -> "a" + i),
                        IntStream.range(0, settings.v1()).mapToObj(i -> "o" + i))
                .collect(Collectors.toSet());
        for (int i = 0; i < settings.clients(); i++) {
            // after its sleep a slow reader would read so long that its session may end before it has read of the next
            // redeploy
            boolean isSlow = i % SLOW_READER_EVERY == 1 && !isSleeper(i);
            Duration reading = isSlow ? READING_PAUSE : Duration.ZERO;
            Agent agent = new Agent("a" + i, field, present, reading);
            agents.add(agent);
            if (isSleeper(i)) {
                sleepers.add(agent);
            }
        }
        IntStream.range(0, settings.v1()).forEach(i -> old.add(new OldClient("o" + i, field)));
        IntStream.range(0, NEWCOMERS).forEach(i -> newcomers.add(new Newcomer("n" + i, field)));
        late = new Agent("late", field, present, Duration.ZERO);
        late.waitFor(READY);
        Duration pause = settings.grace().dividedBy(3);
        IntStream.range(0, agents.size()).filter(i -> i % LATE_EVERY == 2).forEach(i -> agents.get(i)
                .dawdle(pause));
        IntStream.range(0, old.size()).filter(i -> i % LATE_EVERY == 2).forEach(i -> old.get(i)
                .dawdle(pause));
        IntStream.range(0, agents.size())
                .filter(i -> settings.streams() > 0 && i % settings.streams() == 0)
                .forEach(i -> agents.get(i).stream());
        Pusher pusher = new Pusher(http, URI.create(gateway + "/api"), key, faults);
        load = new Load(settings, pusher, begun, pushed, timer, agents, sleepers);
        verdict = new Verdict(load, said, backend, agents, old, newcomers, guests);
    }

    private static boolean isSleeper(int i) {
        return i % SLEEPER_EVERY == 3;
    }

    private Stream<Client> everybody() {
        return Stream.concat(agents.stream(), old.stream());
    }

    /** Connects all clients, and keeps them busy from then on. */
    public void start() {
        everybody().forEach(Client::dial);
        Await.until(READY, () -> everybody().allMatch(Client::isOnline));
        int all = settings.clients() + settings.v1();
        Await.until(() -> everybody().allMatch(client -> client.roster().size() == all));
        Await.until(() -> everybody().allMatch(client -> backend.events().logins(client.uid) == 1));
        agents.forEach(Agent::watch);
        old.forEach(client -> client.presence.start());
        backend.events().start();
        newcomers.forEach(Client::dial);
        load.start();
    }

    /**
     * Redeploys the gateway while the clients are busy, and says how it went. Returns when all who are awake are connected to the
     * new one.
     */
    public void redeploy(String name, Way way) throws Exception {
        disturb(name, way, Client::isOnlineSince);
    }

    /** Stops or restarts a part of the gateway, and returns when all who are awake are connected. */
    public void disturb(String name, Way way) throws Exception {
        disturb(name, way, (client, begin) -> client.isOnline());
    }

    /** The same with a node that dies: what it was asked and has not answered it may have done or not. */
    public void kill(String name, Way way) throws Exception {
        load.keepAwake(false);
        allowed.brokenLines = true;
        disturb(name, way);
        awaitNews(); // who is online on a line that is broken has not noticed it yet
        allowed.brokenLines = false;
    }

    /** Waits until everybody who is there has heard something new, and so all that was published before. */
    private void awaitNews() {
        Numbers before = begun.snapshot();
        Await.until(READY, () -> everybody()
                .allMatch(client -> client.hasHeardBeyond(before) || (isAway(client) && !client.isOnline())));
    }

    /** The same with a Redis that restarts: each client is told that it may have missed something, and from now on may be. */
    public void endStreams(String name, Way way) throws Exception {
        allowed.endedStreams = true;
        old.forEach(client -> allowed.unsettled.add(client.uid)); // who cannot be told of a hole is logged out
        Map<Agent, Integer> before = holes();
        disturb(name, way);
        awaitHoles(before);
    }

    /**
     * The same with a Redis that has forgotten all: everybody logs in anew, and is told of a hole. Those who were there are in all
     * lists again, and nobody else is. From here on nobody sleeps, until the next node dies.
     *
     * @param within by when they must be, since Redis was back
     */
    public void forgetAll(String name, Duration within, Way way) throws Exception {
        allowed.endedStreams = true;
        load.keepAwake(true);
        awaitPresence("before " + name, READY);
        awaitNews(); // else who has not heard yet of a login of before would hear of two
        verdict.beginAnew();
        Map<Agent, Integer> before = holes();
        allowed.endedSessions = true;
        disturb(name, way, Client::isOnlineSince);
        awaitHoles(before);
        awaitNone("after " + name, within, verdict::comings);
        awaitNews();
        verdict.beginAnew();
        allowed.endedSessions = false;
    }

    /** Waits until everybody has heard who came and went, and has nobody in the list who is gone. */
    public void awaitPresence(String name, Duration within) {
        awaitNone(name, within, verdict::presence);
        allowed.unsettled.clear();
    }

    private void awaitNone(String name, Duration within, Supplier<Faults> wrong) {
        long begin = System.nanoTime();
        AtomicReference<Map<String, Integer>> last = new AtomicReference<>(Map.of());
        try {
            Await.until(within, () -> {
                Map<String, Integer> now = wrong.get().all();
                if (!now.isEmpty()) {
                    last.set(now);
                }
                return now.isEmpty();
            });
        } catch (AssertionError late) {
            faults.addAll(wrong.get());
            faults.add(name + ": not right within " + within);
            say(name + ": in lists too often or missing " + verdict.strangersInLists());
        }
        say("%-28s presence was right after %d ms, the last that was not: %s"
                .formatted(name, (System.nanoTime() - begin) / 1_000_000, last));
    }

    private void say(String line) {
        lines.add(line);
        System.out.println(line);
    }

    private Map<Agent, Integer> holes() {
        return agents.stream().collect(Collectors.toMap(agent -> agent, Agent::toldOfHoles));
    }

    private void awaitHoles(Map<Agent, Integer> before) {
        try {
            Await.until(() -> agents.stream()
                    .allMatch(agent -> agent.toldOfHoles() > before.getOrDefault(agent, 0) || isAway(agent)));
        } catch (AssertionError late) {
            faults.add("not told of a hole");
        }
    }

    /** Somebody comes. @return has them go for good, with a goodbye or without */
    public Consumer<Boolean> guest() {
        Agent guest = new Agent("guest" + leavers.size(), field, Set.of(), Duration.ZERO);
        leavers.add(guest);
        guest.dial();
        Await.until(READY, guest::isOnline);
        guests.came(guest.uid);
        return goodbye -> {
            guests.went(guest.uid);
            if (goodbye) {
                guest.close();
            } else {
                guest.vanish();
            }
        };
    }

    private void disturb(String name, Way way, BiPredicate<Client, Long> isBack) throws Exception {
        Thread.sleep(settings.pause().toMillis());
        long begin = System.nanoTime();
        reconnects.begin(name, begin);
        way.run();
        try {
            Await.until(READY, () -> everybody().allMatch(client -> isBack.test(client, begin) || isAway(client)));
        } catch (AssertionError late) {
            throw new AssertionError(
                    name + ": not all clients have come back\n" + String.join("\n", reconnects.lines()), late);
        }
        System.out.println(reconnects.last());
    }

    /**
     * The same, while a login is under way that the backend answers when the sessions have been written: a step that began in
     * time, and comes to the sessions too late. A second time it is the same as {@link #redeploy}.
     *
     * @param written whether they have been written, and not been read yet
     */
    public void redeployOverALogin(String name, BooleanSupplier written, Way way) throws Exception {
        if (guests.all().contains(late.uid)) {
            redeploy(name, way);
            return;
        }
        backend.hold(late.uid);
        late.dial();
        Await.until(backend::holds);
        redeploy(name, () -> {
            way.run();
            Await.until(READY, () -> written.getAsBoolean() || reconnects.hasBegun()); // it may be read at once
            backend.release();
        });
        Await.until(READY, late::isOnline);
        guests.came(late.uid);
    }

    private static boolean isAway(Client client) {
        return client.isLate() || (client instanceof Agent agent && !agent.isAwake());
    }

    /** Measures how long clients of an application at this address, which only echoes, are without connection in a redeploy. */
    public void compare(String name, URI bare, Way way) throws Exception {
        try (BareClients clients = new BareClients(settings.clients(), threads, bare, timer, settings)) {
            Await.until(READY, clients::areConnected);
            long begin = System.nanoTime();
            way.run();
            Await.until(READY, () -> clients.areBackSince(begin));
            lines.add("%-28s without connection p50/p95/max %s".formatted(name, clients.outages()));
        }
    }

    /** Ends the work, waits for what is still on its way, and says what was wrong. */
    public Report finish() throws Exception {
        load.sleepPastTheGrace();
        newcomers.forEach(Client::close);
        load.stop();
        verdict.awaitTheRest();
        verdict.addTo(faults);
        reconnects.repeatedLosses().forEach(client -> faults.add("told twice to come back: " + client));
        lines.addAll(0, reconnects.lines());
        lines.add(verdict.summary());
        lines.add("heard to come or go, and did not, " + verdict.strangeUids());
        lines.add("lost, by so many, " + verdict.lost());
        lines.add("heard twice " + verdict.heardTwice());
        lines.add("pushes refused and sent again " + load.refusals());
        lines.add("seed " + settings.seed());
        verdict.wronged().forEach(client -> faults.explain(client.uid, client.history));
        return new Report(faults.all(), faults.explanations(), lines, reconnects, verdict.sleptPastTheGrace());
    }

    @Override
    public void close() {
        load.stop();
        newcomers.forEach(Client::close);
        everybody().forEach(Client::close);
        leavers.forEach(Client::close);
        late.close();
        timer.shutdownNow();
        threads.shutdownNow();
        backend.close();
    }
}
