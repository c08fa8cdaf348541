package kefu.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

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
    private final List<Thread> pushing;
    private final List<ScheduledFuture<?>> ticking = new ArrayList<>();
    private final BlockingQueue<Said> said = new LinkedBlockingQueue<>();
    private final Random random;
    private volatile boolean stopped;

    private final Numbers pushed = new Numbers();

    private record Said(String uid, int number) {}

    Load(
            ChaosSettings settings,
            Pusher pusher,
            WorkBackend backend,
            ScheduledExecutorService timer,
            List<Agent> agents,
            List<Agent> sleepers) {
        this.settings = settings;
        this.pusher = pusher;
        this.timer = timer;
        this.agents = agents;
        this.sleepers = sleepers;
        this.random = new Random(settings.seed());
        this.pushing = List.of(new Thread(this::push, "chaos-push"), new Thread(this::speak, "chaos-say"));
        backend.onSay((uid, number) -> said.add(new Said(uid, number)));
    }

    void start() {
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
            Duration away = goodbye
                    ? Duration.ofSeconds(3)
                    : Duration.ofMillis((long) (settings.grace().toMillis() * TOO_LONG));
            tick(() -> sleeper.sleep(away, goodbye), TimeUnit.SECONDS.toNanos(1 + i), night);
        }
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
            toGroup("group", n);
            if (n % TO_AN_AGENT_EVERY == 0) {
                String uid = agents.get(n / TO_AN_AGENT_EVERY % agents.size()).uid;
                push("{\"uid\":\"" + uid + "\"}", TO + uid, pushed.count(TO + uid));
            }
            LockSupport.parkNanos(settings.push().toNanos());
        }
    }

    private void toGroup(String series, int n) {
        push("{\"group\":\"" + Field.GROUP + "\"}", series, n);
    }

    private void push(String to, String series, int n) {
        if (pusher.push(to, series, n)) {
            pushed.heard(series, n);
        }
    }

    /** What an agent says goes to the group, as the backend pushes it. */
    private void speak() {
        try {
            while (!stopped || !said.isEmpty()) {
                Said next = said.poll(100, TimeUnit.MILLISECONDS);
                if (next != null) {
                    toGroup(SAID + next.uid, next.number);
                }
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends what makes new work. What was said is still pushed. */
    void stop() {
        ticking.forEach(tick -> tick.cancel(false));
        agents.forEach(agent -> agent.cutting(false));
        stopped = true;
    }

    /** Waits until all is pushed. */
    void join() throws InterruptedException {
        for (Thread thread : pushing) {
            thread.join(ChaosSettings.SETTLE.toMillis());
        }
    }

    /** What the gateway has accepted. */
    Numbers pushed() {
        return pushed;
    }

    Map<String, Integer> refusals() {
        return pusher.refusals();
    }
}
