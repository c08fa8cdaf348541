package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kefu.broker.Broker;
import kefu.broker.Member;
import kefu.broker.Publication;
import kefu.broker.PublishResult;
import kefu.protocol.Channel;
import kefu.protocol.Position;
import kefu.session.Session;
import org.junit.jupiter.api.Test;

/** Two at once change what a session hears: the broker knows in the end what became of it. */
class ChannelMembershipTest extends V2Testbed {
    private static final Channel CHANNEL = group("h");

    /** Who is in the channel, and what somebody else does just before the next call is served. */
    private static final class Room implements Broker {
        final Map<String, Member> membership = new HashMap<>();
        final Queue<Runnable> meanwhile = new ArrayDeque<>();

        private void others() {
            Runnable other = meanwhile.poll();
            if (other != null) {
                other.run();
            }
        }

        @Override
        public CompletionStage<Position> subscribe(Channel channel, Member member) {
            others();
            membership.put(member.client(), member);
            return CompletableFuture.completedFuture(new Position("e", 0));
        }

        @Override
        public CompletionStage<Void> unsubscribe(Channel channel, String client) {
            others();
            membership.remove(client);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void listen(Listener listener) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<PublishResult> publish(Channel channel, Publication publication) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Page> read(Channel channel, Position after, int maxEntries, int maxBytes) {
            throw new UnsupportedOperationException();
        }
    }

    private final Room room = new Room();
    private final ChannelMembership membership = new ChannelMembership(room);

    private Session session() {
        TestGateway.Client client = v2(desk());
        login(client, "g", "ann", "");
        Session session = Objects.requireNonNull(Session.on(client.connection));
        session.subscribe(CHANNEL);
        return session;
    }

    @Test
    void whoLeavesWhileItsSeatIsTakenHasNone() {
        Session session = session();
        room.meanwhile.add(() -> {
            session.remove(CHANNEL);
            membership.release(session, CHANNEL);
        });
        membership.take(session, CHANNEL);
        assertEquals(Map.of(), room.membership);
    }

    @Test
    void whoComesBackWhileItsSeatIsGivenBackHasOne() {
        Session session = session();
        membership.take(session, CHANNEL);
        session.remove(CHANNEL);
        room.meanwhile.add(() -> {
            session.subscribe(CHANNEL);
            membership.take(session, CHANNEL);
        });
        membership.release(session, CHANNEL);
        assertEquals(1, room.membership.size());
    }

    @Test
    void whoIsLostWhileItsSeatIsTakenIsSeenAsLost() {
        Session session = session();
        room.meanwhile.add(() -> {
            session.lose(session.connection(), true, 0);
            membership.take(session, CHANNEL);
        });
        membership.take(session, CHANNEL);
        assertEquals(
                List.of(false),
                room.membership.values().stream().map(Member::isConnected).toList());
    }

    @Test
    void whoEndsWhileItsSeatIsTakenHasNone() {
        Session session = session();
        room.meanwhile.add(() -> session.end(session.connection()));
        membership.take(session, CHANNEL);
        assertEquals(Map.of(), room.membership);
    }
}
