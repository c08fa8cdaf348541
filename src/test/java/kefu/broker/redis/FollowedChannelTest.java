package kefu.broker.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import kefu.broker.Broker;
import kefu.broker.Delivery;
import kefu.protocol.Channel;
import kefu.protocol.Position;
import org.junit.jupiter.api.Test;

/** What a node hands on of a channel's messages, and what it takes for lost. */
class FollowedChannelTest {
    private final List<String> told = new ArrayList<>();
    private final List<Runnable> tasks = new ArrayList<>();
    private final AtomicLong room = new AtomicLong(1 << 20);
    private final FollowedChannel channel =
            new FollowedChannel(Channel.ALL, CompletableFuture.completedFuture(null), room, Listener::new, tasks::add);

    private final class Listener implements Broker.Listener {
        @Override
        public void published(Delivery delivery) {
            told.add(delivery.epoch() + delivery.off());
        }

        @Override
        public void lost(Channel channel) {
            told.add("lost");
        }
    }

    private void receive(String epoch, long off) {
        channel.received(epoch + " " + off + "\n0\n{}");
    }

    private List<String> told() {
        while (!tasks.isEmpty()) {
            tasks.remove(0).run();
        }
        return told;
    }

    @Test
    void eachPublicationIsHandedOnOnce() {
        receive("e", 5);
        receive("e", 6);
        receive("e", 6);
        receive("e", 5);
        receive("e", 7);
        assertEquals(List.of("e5", "e6", "e7"), told());
    }

    @Test
    void aHoleIsLost() {
        receive("e", 5);
        receive("e", 7);
        receive("e", 8);
        assertEquals(List.of("e5", "lost", "e8"), told());
    }

    @Test
    void anEpochBeginsWithItsFirstPublicationOrSomethingIsLost() {
        receive("e", 5);
        receive("f", 1);
        receive("g", 2);
        assertEquals(List.of("e5", "f1", "lost"), told());
    }

    @Test
    void whatTheStreamHadAndDoesNotComeIsLost() {
        channel.followedFrom(new Position("e", 3));
        channel.wasAt(new Position("e", 4));
        assertEquals(List.of(), told(), "it may be on its way");
        receive("e", 4);
        channel.wasAt(new Position("e", 5));
        assertEquals(List.of("e4"), told());
        channel.wasAt(new Position("e", 5));
        assertEquals(List.of("e4", "lost"), told());
        channel.wasAt(new Position("e", 5));
        assertEquals(List.of("e4", "lost"), told(), "it is lost once");
    }

    @Test
    void whatThereIsNoRoomForIsLostAndWhatComesThenIsHandedOn() {
        receive("e", 1);
        room.set(0);
        receive("e", 2);
        receive("e", 3);
        room.set(1 << 20);
        assertEquals(List.of("e1", "lost"), told());
        receive("e", 4);
        assertEquals(List.of("e1", "lost", "lost"), told(), "two are missing");
        receive("e", 5);
        assertEquals(List.of("e1", "lost", "lost", "e5"), told());
    }
}
