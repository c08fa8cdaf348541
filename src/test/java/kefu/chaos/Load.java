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
import kefu.Await;

/** What the clients and the backend do all the time: pushes, requests, lines that are cut, and sleep. */
final class Load {
    /** The series of what is pushed to one agent begins so, the agent's id behind it. */
    static final String TO = "to-";

    /** The series of what one agent says to all. */
    static final String SAID = "said-";

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
    private final Thread pushing = new Thread(this::push, "chaos-push");
    private final List<ScheduledFuture<?>> ticking = new ArrayList<>();
    private final Random random;
    private volatile boolean stopped;

    private final Numbers pushed = new Numbers();

    Load(
            ChaosSettings settings,
            Pusher pusher,
            ScheduledExecutorService timer,
            List<Agent> agents,
            List<Agent> sleepers) {
        this.settings = settings;
        this.pusher = pusher;
        this.timer = timer;
        this.agents = agents;
        this.sleepers = sleepers;
        this.random = new Random(settings.seed());
    }

    void start() {
        pushing.start();
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
            tick(() -> sleeper.sleep(away, goodbye), TimeUnit.SECONDS.toNanos(1 + i), night);
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
            if (sleeper.isAwake()) {
                sleeper.sleep(tooLong(), false);
            }
            return agents.stream().anyMatch(agent -> agent.expired() > 0);
        });
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

    private void push() {
        for (int n = 0; !stopped; n++) {
            push("{\"group\":\"" + Field.GROUP + "\"}", "group", n);
            if (n % TO_AN_AGENT_EVERY == 0) {
                String uid = agents.get(n / TO_AN_AGENT_EVERY % agents.size()).uid;
                push("{\"uid\":\"" + uid + "\"}", TO + uid, pushed.count(TO + uid));
            }
            LockSupport.parkNanos(settings.push().toNanos());
        }
    }

    private void push(String to, String series, int n) {
        if (pusher.push(to, series, n)) {
            pushed.heard(series, n);
        }
    }

    /** Ends what makes new work. */
    void stop() {
        ticking.forEach(tick -> tick.cancel(false));
        agents.forEach(agent -> agent.cutting(false));
        stopped = true;
    }

    /** Waits until the last push is accepted. */
    void join() throws InterruptedException {
        pushing.join(ChaosSettings.SETTLE.toMillis());
    }

    /** What the gateway has accepted. */
    Numbers pushed() {
        return pushed;
    }

    Map<String, Integer> refusals() {
        return pusher.refusals();
    }
}
