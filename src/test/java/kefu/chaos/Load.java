package kefu.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import kefu.Await;

/** What the clients and the backend do all the time: pushes, requests, lines that are cut, and sleep. */
final class Load {
    /** The series of what is pushed to one agent begins so, the agent's id behind it. */
    static final String TO = "to-";

    /** The series of what one agent says to all. */
    static final String SAID = "said-";

    /** A push takes longer than the time between two: so several threads push, each in series of its own. */
    private static final int PUSHERS = 4;

    /** The series of what one of them pushes to the group begins so. */
    static final String TO_ALL = "group-";

    /** Every so many pushes there is one to an agent, too. */
    private static final int TO_AN_AGENT_EVERY = 5;

    private static final int SLOW_EVERY = 5;
    private static final int SLOW_MILLIS = 2_000;
    private static final int SAY_EVERY = 4;

    /** Longer than the grace, by more than a redeploy adds to it. */
    private static final double TOO_LONG = 1.5;

    private final ChaosSettings settings;
    private final Pusher pusher;
    private final ScheduledExecutorService timer;
    private final List<Agent> agents;
    private final List<Agent> sleepers;
    private final List<Thread> pushing = new ArrayList<>();
    private final List<ScheduledFuture<?>> ticking = new ArrayList<>();
    private final Random random;
    private final int pushers;
    private long beganAt; // by the JVM's clock
    private long endedAt;
    private volatile boolean stopped;
    private volatile boolean nobodySleeps;

    private final Numbers begun;
    private final Numbers pushed;

    /** @param begun gets what is pushed, before it is @param pushed gets what the gateway has accepted */
    Load(
            ChaosSettings settings,
            Pusher pusher,
            Numbers begun,
            Numbers pushed,
            ScheduledExecutorService timer,
            List<Agent> agents,
            List<Agent> sleepers) {
        this.settings = settings;
        this.pusher = pusher;
        this.begun = begun;
        this.pushed = pushed;
        this.timer = timer;
        this.agents = agents;
        this.sleepers = sleepers;
        this.random = new Random(settings.seed());
        this.pushers = Math.min(PUSHERS, agents.size());
        IntStream.range(0, pushers).forEach(i -> pushing.add(new Thread(() -> push(i), "chaos-push-" + i)));
    }

    void start() {
        beganAt = System.nanoTime();
        pushing.forEach(Thread::start);
        long period = settings.request().toNanos();
        for (int i = 0; i < agents.size(); i++) {
            Agent agent = agents.get(i);
            int first = i;
            int[] count = {first};
            tick(() -> ask(agent, count[0]++), period * i / agents.size(), period);
        }
        if (!settings.cut().isZero()) {
            agents.forEach(agent -> agent.cutting(true));
            tick(this::cut, settings.cut().toNanos(), settings.cut().toNanos());
        }
        long night = settings.grace().toNanos() * 2;
        for (int i = 0; i < sleepers.size(); i++) {
            Agent sleeper = sleepers.get(i);
            boolean goodbye = i % 2 == 0;
            Duration away = goodbye ? Duration.ofSeconds(3) : tooLong();
            tick(
                    () -> {
                        if (!nobodySleeps) {
                            sleeper.sleep(away, goodbye);
                        }
                    },
                    TimeUnit.SECONDS.toNanos(1 + i),
                    night);
        }
    }

    private Duration tooLong() {
        return Duration.ofMillis((long) (settings.grace().toMillis() * TOO_LONG));
    }

    /**
     * Has a client sleep past its grace, if none has yet: each redeploy gives those that are away a whole grace again. Returns when
     * it has logged in again.
     */
    void sleepPastTheGrace() {
        Agent sleeper = sleepers.get(0);
        Await.until(Chaos.READY, () -> {
            boolean expired = agents.stream().anyMatch(agent -> agent.expired() > 0);
            if (!expired && sleeper.isAwake()) {
                sleeper.sleep(tooLong(), false);
            }
            return expired;
        });
    }

    /** Whether from now on nobody goes to sleep. Returns when everybody is awake. */
    void keepAwake(boolean awake) {
        nobodySleeps = awake;
        Await.until(Chaos.READY, () -> !awake || sleepers.stream().allMatch(one -> one.isAwake() && one.isOnline()));
    }

    private void tick(Runnable task, long delayNanos, long periodNanos) {
        ticking.add(timer.scheduleAtFixedRate(task, delayNanos, periodNanos, TimeUnit.NANOSECONDS));
    }

    private static void ask(Agent agent, int count) {
        if (count % SAY_EVERY == 0) {
            agent.say();
        } else {
            agent.work(count % SLOW_EVERY == 0 ? SLOW_MILLIS : 0);
        }
    }

    private void cut() {
        agents.get(random.nextInt(agents.size())).cut(Duration.ofMillis(random.nextInt(300)));
    }

    /** @param pusher which agents it pushes to: every so manyth, from this one on */
    private void push(int pusher) {
        long period = settings.push().toNanos() * pushers;
        long next = System.nanoTime();
        int agent = pusher;
        for (int n = 0; !stopped; n++) {
            push("{\"group\":\"" + Field.GROUP + "\"}", TO_ALL + pusher, n);
            if (n % TO_AN_AGENT_EVERY == 0) {
                String uid = agents.get(agent).uid;
                push("{\"uid\":\"" + uid + "\"}", TO + uid, pushed.count(TO + uid));
                agent = agent + pushers < agents.size() ? agent + pushers : pusher;
            }
            next = Math.max(next + period, System.nanoTime()); // what was refused for a while is not made up for
            LockSupport.parkNanos(next - System.nanoTime());
        }
    }

    private void push(String to, String series, int n) {
        begun.heard(series, n);
        if (pusher.push(to, series, n)) {
            pushed.heard(series, n);
        }
    }

    /** Ends what makes new work. */
    void stop() {
        ticking.forEach(tick -> tick.cancel(false));
        agents.forEach(agent -> agent.cutting(false));
        endedAt = stopped ? endedAt : System.nanoTime();
        stopped = true;
    }

    /** Waits until the last push is accepted. */
    void join() throws InterruptedException {
        for (Thread thread : pushing) {
            thread.join(ChaosSettings.SETTLE.toMillis());
        }
    }

    /** How many pushes to the group were accepted, and how many a second: of all the time, and of that when somebody served. */
    String pushes() {
        int pushes =
                IntStream.range(0, pushers).map(i -> pushed.count(TO_ALL + i)).sum();
        long all = endedAt - beganAt;
        long served = Math.max(1, all - pusher.awayNanos() / pushers);
        return "pushes %d (%.1f a second, %.1f while the gateway served)"
                .formatted(pushes, pushes * 1e9 / all, pushes * 1e9 / served);
    }

    /** What the gateway has accepted. */
    Numbers pushed() {
        return pushed;
    }

    Map<String, Integer> refusals() {
        return pusher.refusals();
    }
}
