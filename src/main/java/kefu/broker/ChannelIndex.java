package kefu.broker;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import kefu.protocol.Channel;
import org.jspecify.annotations.Nullable;

/**
 * The channels of this process in two orders: groups and agents with a session by their names, so that a page of a long
 * list is found without looking at the others; and all channels without a session, the one used longest ago first.
 * Thread-safe; each method but {@link #pollExcess} is called under its channel's lock, and no other lock is taken under
 * the lock of this class.
 */
final class ChannelIndex {
    private final NavigableMap<String, Channel> groups = new ConcurrentSkipListMap<>();
    private final NavigableMap<String, Channel> agents = new ConcurrentSkipListMap<>();
    private final int maxIdle;

    // guarded by itself
    private final Set<LocalChannel> idle = new LinkedHashSet<>();

    /** @param maxIdle the most channels without a session that are kept */
    ChannelIndex(int maxIdle) {
        this.maxIdle = maxIdle;
    }

    /** The groups that have a session, by name. */
    NavigableMap<String, Channel> groups() {
        return groups;
    }

    /** The agents whose channels have a session, by id. */
    NavigableMap<String, Channel> agents() {
        return agents;
    }

    /** A channel was used. @return whether it has no session and expects none, and {@link #pollExcess} is to follow */
    boolean used(LocalChannel channel) {
        boolean hasSessions = channel.size() > 0;
        if (hasSessions && channel.indexed) {
            return false; // nearly every step: nothing is locked
        }
        if (hasSessions != channel.indexed) {
            channel.indexed = hasSessions;
            index(channel.name, hasSessions);
        }
        boolean isIdle = !hasSessions && !channel.expectsSession();
        synchronized (idle) {
            idle.remove(channel);
            if (isIdle) {
                idle.add(channel);
            }
        }
        return isIdle;
    }

    /** A channel is forgotten. */
    void remove(LocalChannel channel) {
        if (channel.indexed) {
            index(channel.name, false);
        }
        synchronized (idle) {
            idle.remove(channel);
        }
    }

    /** Takes the channel out that was used longest ago, where there is one too many without a session. */
    @Nullable LocalChannel pollExcess() {
        synchronized (idle) {
            if (idle.size() <= maxIdle) {
                return null;
            }
            Iterator<LocalChannel> oldestFirst = idle.iterator();
            LocalChannel oldest = oldestFirst.next();
            oldestFirst.remove();
            return oldest;
        }
    }

    /** What is behind a key, by the keys' order: nothing else is looked at. */
    static <E, T> Presence.Page<T> page(NavigableMap<String, E> all, String after, int limit, Function<E, T> shown) {
        List<T> items = new ArrayList<>();
        String last = after;
        for (Map.Entry<String, E> entry : all.tailMap(after, false).entrySet()) {
            if (items.size() == limit) {
                return new Presence.Page<>(items, Optional.of(last));
            }
            items.add(shown.apply(entry.getValue()));
            last = entry.getKey();
        }
        return new Presence.Page<>(items, Optional.empty());
    }

    private void index(Channel name, boolean hasSessions) {
        Map<String, Channel> names = name.isGroup() ? groups : name.isAgent() ? agents : null;
        if (names != null && hasSessions) {
            names.put(name.key(), name);
        } else if (names != null) {
            names.remove(name.key());
        }
    }
}
