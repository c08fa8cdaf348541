package kefu.gateway;

import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import kefu.broker.Member;
import kefu.broker.Presence;
import kefu.broker.Publication;
import kefu.protocol.Frame;
import kefu.protocol.Frames;
import kefu.protocol.Id;
import kefu.session.Connection;

/**
 * This node's connections in each group, for delivery. Presence says who is listed; a connection enters and leaves
 * here at the place in the group's stream at which it is listed and unlisted, so that it hears exactly what lies
 * between. A group's set changes in the group's stream only, which is serial.
 */
final class Groups implements Presence.Listener {
    private final ConcurrentMap<Id, Set<Connection>> groups;
    private final Presence presence;
    private final Clock clock;

    Groups(ConcurrentMap<Id, Set<Connection>> groups, Presence presence, Clock clock) {
        this.groups = groups;
        this.presence = presence;
        this.clock = clock;
    }

    /** @param joined is run at the place in the stream where the connection begins to hear its group */
    void join(Connection connection, Member member, Frame push, Consumer<List<Member>> joined) {
        connection.loggedIn(member);
        presence.join(member, push, listed -> {
            groups.computeIfAbsent(member.group(), group -> ConcurrentHashMap.newKeySet())
                    .add(connection);
            joined.accept(listed);
        });
        if (connection.hasEnded()) {
            leave(connection, member, () -> {}); // the end may have come before the member was known
        }
    }

    /** @param left is run at the place in the stream from which on the connection hears nothing of this group */
    void leave(Connection connection, Member member, Runnable left) {
        long timestamp = clock.instant().getEpochSecond();
        presence.leave(member, Frames.logoutPush(member.uid(), member.name(), timestamp), () -> {
            groups.computeIfPresent(member.group(), (group, connections) -> {
                connections.remove(connection);
                return connections.isEmpty() ? null : connections;
            });
            left.run();
        });
    }

    @Override
    public void published(Id group, Publication publication) {
        for (Connection connection : groups.getOrDefault(group, Set.of())) {
            Member member = connection.member();
            if (member != null && publication.audience().includes(member)) {
                connection.send(publication.frame());
            }
        }
    }
}
