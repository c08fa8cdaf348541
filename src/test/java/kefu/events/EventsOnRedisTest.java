package kefu.events;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import kefu.Await;
import kefu.ManualTimer;
import kefu.backend.StubService;
import kefu.broker.Member;
import kefu.broker.Publication;
import kefu.broker.SessionRecord;
import kefu.broker.redis.RedisLine;
import kefu.broker.redis.RedisServer;
import kefu.broker.redis.RedisTestbed;
import kefu.protocol.Id;
import kefu.protocol.Version;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The events of several nodes that share one Redis: one node sends them, and another one if it dies. */
class EventsOnRedisTest {
    private static final Publication PUSH = Publication.byGateway("{}");

    private final Map<String, String> settings =
            new HashMap<>(RedisServer.shared().settings());
    private final AtomicInteger status = new AtomicInteger(200);
    private final List<String> accepted = new ArrayList<>();
    private final List<Boolean> gaps = new ArrayList<>();
    private final AtomicInteger refused = new AtomicInteger();
    private final StubService backend = new StubService((request, socket) -> {
        int answer = status.get();
        synchronized (this) {
            if (answer == 200) {
                accepted.add(EventService.summary(request).replaceAll(" [0-9]+$", ""));
                gaps.add(request.headers().containsKey("x-kefu-gap"));
            }
        }
        StubService.write(socket, "HTTP/1.1 " + answer + " x\r\nContent-Length: 0\r\n\r\n");
        refused.addAndGet(answer == 200 ? 0 : 1);
    });
    private final List<Node> nodes = new ArrayList<>();

    EventsOnRedisTest() throws Exception {}

    private final class Node {
        final ManualTimer timer = new ManualTimer();
        final RedisTestbed redis = new RedisTestbed(settings);
        final PresenceEvents events = EventService.events(backend.url(), settings, timer, Runnable::run);

        Node() {
            redis.presence().watch(events);
            redis.settle();
            nodes.add(this);
        }

        void join(String uid) throws Exception {
            redis.presence()
                    .join(SessionRecord.of(member(uid), "hash of " + uid), PUSH)
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
        }

        void leave(String uid) throws Exception {
            redis.presence().leave(member(uid), PUSH).toCompletableFuture().get(10, TimeUnit.SECONDS);
        }

        private Member member(String uid) {
            return new Member(
                    "client of " + uid,
                    Id.ofText("g").orElseThrow(),
                    Id.ofText(uid).orElseThrow(),
                    "n",
                    Version.V2,
                    "node",
                    1);
        }

        /** What has failed once is tried again. */
        void moveClock() {
            Await.until(() -> timer.isPending(PresenceEvents.FIRST_PAUSE));
            timer.advance(PresenceEvents.FIRST_PAUSE);
        }
    }

    @AfterEach
    void close() {
        for (Node node : nodes) {
            node.events.close();
            node.redis.close();
        }
        backend.close();
    }

    private synchronized List<String> accepted() {
        return List.copyOf(accepted);
    }

    private void awaitAccepted(String... events) {
        Await.until(() -> accepted().size() >= events.length);
        assertEquals(List.of(events), accepted());
    }

    @Test
    void whatANodeThatDiesHasNotSentAnotherOneSendsInOrder() throws Exception {
        Node one = new Node();
        Node two = new Node();
        status.set(503);
        one.join("a");
        one.join("b");
        two.join("c");
        one.leave("a");
        two.redis.settle();
        Await.until(() -> one.events.waiting() == 4);
        Await.until(() -> refused.get() == 1);
        assertEquals(0, two.events.waiting(), "one node sends");
        one.redis.cut();
        status.set(200);
        two.redis.reapDeadNodes();
        awaitAccepted("online a", "online b", "online c", "offline a");
        Await.until(() -> two.events.waiting() == 0); // else its end overtakes what it has heard of the backend
        two.redis.settle();
        two.redis.end();
        Node three = new Node();
        three.redis.reapDeadNodes();
        three.join("d");
        awaitAccepted("online a", "online b", "online c", "offline a", "online d");
    }

    @Test
    void anEventIsSentByOneNodeWhereverItArises() throws Exception {
        Node one = new Node();
        Node two = new Node();
        two.join("a");
        one.join("b");
        two.leave("a");
        awaitAccepted("online a", "online b", "offline a");
        two.redis.reapDeadNodes();
        one.redis.settle();
        assertEquals(3, accepted().size());
    }

    @Test
    void aNodeThatStopsLeavesWhatWaitsToAnotherOne() throws Exception {
        Node one = new Node();
        Node two = new Node();
        status.set(503);
        one.join("a");
        Await.until(() -> refused.get() == 1);
        one.redis.end();
        Await.until(() -> one.events.waiting() == 0);
        status.set(200);
        two.redis.lease().renew();
        awaitAccepted("online a");
        one.moveClock();
        assertEquals(List.of("online a"), accepted());
        two.redis.settle();
        two.redis.end();
        one.redis.lease().begin().toCompletableFuture().get(10, TimeUnit.SECONDS);
        one.redis.lease().renew();
        one.join("b");
        awaitAccepted("online a", "online b");
    }

    @Test
    void aNodeThatStoodStillSendsNothingWhileAnotherOneDoes() throws Exception {
        Node one = new Node();
        Node two = new Node();
        status.set(503);
        one.join("a");
        Await.until(() -> refused.get() == 1);
        two.redis.reapDeadNodes();
        Await.until(() -> refused.get() == 2);
        one.redis.standStillAlone(Duration.ofSeconds(11));
        one.redis.lease().renew();
        Await.until(() -> one.events.waiting() == 0);
        status.set(200);
        one.moveClock();
        assertEquals(List.of(), accepted());
        two.moveClock();
        awaitAccepted("online a");
    }

    @Test
    void aNodeThatIsCutFromRedisSendsNothingMoreOnceTheOthersMayHaveGivenItUp() throws Exception {
        try (RedisLine line = new RedisLine(RedisServer.shared())) {
            settings.putAll(line.settings("cut"));
            Node one = new Node();
            status.set(503);
            one.join("a");
            Await.until(() -> one.events.waiting() == 1);
            line.cut();
            Await.until(() -> !one.redis.isConnected());
            one.redis.standStillAlone(Duration.ofSeconds(11));
            assertEquals(1, one.events.waiting());
            one.redis.lease().renew();
            Await.until(() -> one.events.waiting() == 0);
        }
    }

    @Test
    void ofMoreThanMayWaitTheOldestAreDroppedAndTheBackendIsTold() throws Exception {
        settings.put("kefu.events.queue", "2");
        Node one = new Node();
        one.join("x");
        awaitAccepted("online x");
        status.set(503);
        one.join("a");
        one.join("b");
        one.join("c");
        one.join("d");
        Await.until(() -> one.events.waiting() == 2 && refused.get() == 1);
        one.redis.settle();
        one.redis.cut();
        status.set(200);
        Node two = new Node();
        two.redis.reapDeadNodes();
        awaitAccepted("online x", "online c", "online d");
        two.join("e");
        awaitAccepted("online x", "online c", "online d", "online e");
        assertEquals(List.of(true, true, false, false), gaps);
    }

    @Test
    void afterARestartOfRedisTheBackendIsToldThatThereMayBeAGap() throws Exception {
        try (RedisServer server = new RedisServer("--appendonly", "yes", "--appendfsync", "no")) {
            settings.putAll(server.settings("restart"));
            Node one = new Node();
            one.join("a");
            one.join("b");
            awaitAccepted("online a", "online b");
            server.stop();
            Await.until(() -> !one.redis.isConnected());
            server.start();
            Await.until(one.redis::isConnected);
            one.redis.lease().renew();
            one.redis.settle();
            one.join("c");
            awaitAccepted("online a", "online b", "online c");
            assertEquals(List.of(true, false, true), gaps);
        }
    }

    @Test
    void whatIsDroppedBeforeItsNodeHasReadItIsAGap() throws Exception {
        settings.put("kefu.events.queue", "2");
        Node one = new Node();
        one.join("x");
        awaitAccepted("online x");
        one.join("y");
        awaitAccepted("online x", "online y");
        RedisTestbed two = new RedisTestbed(settings);
        one.redis.deafen();
        for (String uid : List.of("a", "b", "c")) {
            two.presence()
                    .join(SessionRecord.of(one.member(uid), "hash of " + uid), PUSH)
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
        }
        assertEquals(2, accepted().size());
        one.redis.lease().renew();
        awaitAccepted("online x", "online y", "online b", "online c");
        assertEquals(List.of(true, false, true, false), gaps);
        two.close();
    }
}
