package kefu.broker;

import java.time.Clock;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Numbers what the watcher is told of agents that come and go, and tells it in the order of each group. Thread-safe. */
final class PresenceChanges {
    private final Clock clock;

    /** Of the last change: rises, and starts no lower in the next process. */
    private final AtomicLong version = new AtomicLong();

    private volatile Presence.@Nullable Watcher watcher;

    PresenceChanges(Clock clock) {
        this.clock = clock;
    }

    void watch(Presence.Watcher to) {
        watcher = to;
    }

    long nextVersion() {
        return version.updateAndGet(last -> Math.max(last + 1, clock.millis()));
    }

    long version() {
        return version.get();
    }

    /** Goes on above another presence's version. */
    void restore(long last) {
        version.set(last);
    }

    /** Under the lock of the group's channel. */
    void tell(LocalChannel group, Member member, boolean online, long changed) {
        Presence.Watcher to = watcher;
        if (to != null) {
            Presence.Change change = new Presence.Change(
                    member.group(),
                    member.uid(),
                    member.name(),
                    online,
                    changed,
                    clock.instant().getEpochSecond());
            group.thenSoon(() -> to.changed(change));
        }
    }
}
