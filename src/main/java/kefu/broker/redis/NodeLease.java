package kefu.broker.redis;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import kefu.broker.UnavailableException;
import kefu.metrics.LogLine;

/**
 * This node's sign of life in Redis. A node that gives none for {@link #TIME} is given up: the others detach its sessions, which
 * then wait for their clients as after a lost connection. Thread-safe.
 */
public final class NodeLease {
    private static final Logger LOG = Logger.getLogger(NodeLease.class.getName());

    /** A pause of the JVM or the network is mostly shorter. A client that lost its node comes back as quickly. */
    public static final Duration TIME = Duration.ofSeconds(10);

    /** Two renewals may be lost. */
    public static final Duration PERIOD = Duration.ofSeconds(3);

    /** With this policy Redis refuses what it has no room for. */
    private static final String KEEPS = "noeviction";

    /** The topic of what this node is told begins so; its incarnation follows. */
    private static final String TOPIC = "n:";

    /** Detached in one step, so that Redis does something else in between. */
    private static final int SESSIONS_PER_STEP = 200;

    private final Redis redis;
    private final RedisPresence presence;
    private final Duration grace;
    private final LongSupplier nanoTime;
    private final String topic;
    private volatile boolean renewing;
    private volatile boolean began;
    private volatile boolean ended;
    private volatile boolean hasOthers;

    /** When it was renewed last, and since when without a pause. */
    private volatile long renewedAt;

    private volatile long steadySince;

    /**
     * @param grace how long the sessions of a dead node wait for their clients
     * @param nanoTime a monotonic clock, in nanoseconds
     */
    public NodeLease(Redis redis, RedisPresence presence, Duration grace, LongSupplier nanoTime) {
        this.redis = redis;
        this.presence = presence;
        this.grace = grace;
        this.nanoTime = nanoTime;
        this.topic = TOPIC + presence.incarnation();
        redis.fence(this::hasEnded);
        redis.listen(
                (to, notice) -> {
                    if (to.equals(topic)) {
                        presence.noticed(notice);
                    }
                },
                subscribed -> {});
    }

    /** Whether the others may have given this node up: nothing was confirmed for too long. */
    public boolean hasEnded() {
        return began && nanoTime.getAsLong() - renewedAt > TIME.toNanos();
    }

    /** Whether there were other nodes when this one gave its last sign of life. */
    public boolean hasOthers() {
        return hasOthers;
    }

    /**
     * Completes when the node is known to the others. After {@link #end} it is so again. Fails where Redis is not set up to keep what
     * it is given.
     */
    public CompletionStage<Void> begin() {
        ended = false;
        presence.outbox().begin();
        return redis.subscribe(topic)
                .thenCompose(ready -> redis.call(Script.POLICY))
                .thenCompose(NodeLease::checkPolicy)
                .thenCompose(kept -> renew(true))
                .thenRun(() -> began = true);
    }

    private static CompletionStage<Void> checkPolicy(Reply reply) {
        String policy = reply.text(0); // empty where Redis does not say it
        return policy.isEmpty() || policy.equals(KEEPS)
                ? done()
                : CompletableFuture.failedFuture(
                        new IllegalStateException("Redis drops keys when it is full, and sessions with them: its"
                                + " maxmemory-policy is " + policy + ", and must be " + KEEPS));
    }

    /** Renews it, and detaches the sessions of dead nodes. To be called every {@link #PERIOD}. Never fails, never waits. */
    public void renew() {
        if (!began || ended || renewing) {
            return;
        }
        renewing = true;
        redis.ping();
        if (hasEnded()) {
            presence.outbox().pause();
        }
        renew(false).whenComplete((renewed, fault) -> {
            renewing = false;
            if (fault == null) {
                presence.outbox().look();
            } else {
                // a Redis that is there and refuses has no memory left, or a right is missing: nothing else says so
                Level level = redis.isConnected() ? Level.WARNING : UnavailableException.level(fault);
                LOG.log(level, fault, () -> LogLine.of("Fault")
                        .with("in", "lease, tried again")
                        .toString());
            }
        });
    }

    private CompletionStage<Void> renew(boolean first) {
        long asked = nanoTime.getAsLong();
        return redis.call(Script.RENEW, presence.incarnation(), Long.toString(TIME.toMillis()), first ? "1" : "0")
                .thenCompose(reply -> {
                    if (reply.number(0) == 0) {
                        LOG.warning(() -> LogLine.of("NodeGivenUp").toString());
                        // first: a session that comes to a node among the living is not dropped
                        return presence.givenUp().thenCompose(gone -> renew(true));
                    }
                    if (first || asked - renewedAt > TIME.toNanos()) {
                        steadySince = asked;
                    }
                    renewedAt = asked;
                    hasOthers = reply.number(2) > 1;
                    // behind a pause of Redis all leases have ended: each node gets the time to renew its own
                    return asked - steadySince > TIME.toNanos() ? reap(reply.list(1)) : done();
                });
    }

    private CompletionStage<Void> reap(Reply dead) {
        CompletionStage<Void> done = done();
        for (String node : dead.texts()) {
            done = done.thenCompose(next -> detachSessions(node, false));
        }
        return done;
    }

    private CompletionStage<Void> detachSessions(String node, boolean mine) {
        return redis.call(
                        Script.REAP,
                        node,
                        Long.toString(grace.toMillis()),
                        Integer.toString(SESSIONS_PER_STEP),
                        mine ? "1" : "0")
                .thenCompose(reply -> reply.number(0) == SESSIONS_PER_STEP ? detachSessions(node, mine) : done());
    }

    /** This node ends: its sessions wait for their clients from now on. */
    public CompletionStage<Void> end() {
        ended = true;
        presence.outbox().end();
        return detachSessions(presence.incarnation(), true);
    }

    private static CompletionStage<Void> done() {
        return CompletableFuture.completedFuture(null);
    }
}
