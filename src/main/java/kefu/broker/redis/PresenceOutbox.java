package kefu.broker.redis;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.logging.Logger;
import kefu.broker.Presence;
import kefu.broker.UnavailableException;
import kefu.metrics.LogLine;
import org.jspecify.annotations.Nullable;

/**
 * The changes of presence that wait for the watcher, in Redis. The step that changes presence puts them there. One node at a time
 * is their relay: it tells its watcher, and takes out what that is done with. If the node dies, another one goes on with what is
 * left. Thread-safe.
 */
final class PresenceOutbox {
    private static final Logger LOG = Logger.getLogger(PresenceOutbox.class.getName());

    /** Read, or taken out, in one step, so that Redis does something else in between. */
    private static final int CHANGES_PER_STEP = 500;

    private final Redis redis;
    private final String incarnation;
    private final SerialQueue tasks;

    // used by the queue's tasks only
    private Presence.@Nullable Watcher watcher;
    private boolean isRelay;
    private boolean ended;
    private boolean reading;
    private boolean readAgain;
    private long lastRead;

    /** The versions of those that the watcher is done with, and that are in Redis still. */
    private final Set<Long> done = new LinkedHashSet<>();

    PresenceOutbox(Redis redis, String incarnation) {
        this.redis = redis;
        this.incarnation = incarnation;
        this.tasks = new SerialQueue("changes of presence", redis.executor());
    }

    void watch(Presence.Watcher to) {
        tasks.add(() -> {
            watcher = to;
            read();
        });
    }

    /** Looks for changes. To be called when there is one, and every now and then: the message of it may be lost. */
    void look() {
        tasks.add(this::read);
    }

    /** The node may have been given up: another one may be the relay. */
    void pause() {
        tasks.add(this::stop);
    }

    /** The node begins, perhaps again after {@link #end}. */
    void begin() {
        tasks.add(() -> ended = false);
    }

    /** The node ends. */
    void end() {
        tasks.add(() -> {
            ended = true;
            stop();
        });
    }

    private void read() {
        if (watcher == null || ended) {
            return;
        }
        if (reading) {
            readAgain = true;
            return;
        }
        reading = true;
        readAgain = false;
        long from = isRelay ? lastRead : 0;
        List<Long> gone = done.stream().limit(CHANGES_PER_STEP).toList();
        List<String> args =
                new ArrayList<>(List.of(incarnation, Long.toString(from), Integer.toString(CHANGES_PER_STEP)));
        gone.forEach(version -> args.add(Long.toString(version)));
        redis.call(Script.OUTBOX, args.toArray(String[]::new))
                .whenComplete((reply, fault) -> tasks.add(() -> {
                    reading = false;
                    if (fault == null) {
                        gone.forEach(done::remove);
                        received(reply.number(0), reply.list(1).texts(), from);
                    } else {
                        LOG.log(UnavailableException.level(fault), fault, () -> LogLine.of("Fault")
                                .with("in", "changes of presence, tried again")
                                .toString());
                    }
                }));
    }

    private void received(long state, List<String> changes, long from) {
        Presence.Watcher to = watcher;
        if (to == null || ended) {
            return;
        }
        if (state == 0) {
            stop();
            return;
        }
        if (state == 1 && !isRelay && from > 0) { // it was paused meanwhile
            read();
            return;
        }
        if (state == 2 || !isRelay) {
            stop();
            isRelay = true;
            lastRead = 0;
            to.begin(this::done);
        }
        for (String kept : changes) {
            Presence.Change change = Records.change(kept);
            lastRead = change.version();
            to.changed(change);
        }
        if (readAgain || changes.size() == CHANGES_PER_STEP || !done.isEmpty()) {
            read();
        }
    }

    private void done(Presence.Change change) {
        tasks.add(() -> {
            done.add(change.version());
            read();
        });
    }

    private void stop() {
        if (isRelay && watcher != null) {
            isRelay = false;
            watcher.end();
        }
    }
}
