package kefu.events;

import static kefu.events.EventService.NONE;
import static kefu.events.EventService.offline;
import static kefu.events.EventService.online;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import kefu.Await;
import kefu.broker.Presence;
import kefu.protocol.Id;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is dropped of the events, how the backend knows of it, and what a stop leaves of them. */
class PresenceEventsBoundsTest {
    @Test
    void ofMoreThanMayWaitTheOldestAreDroppedWhichIsSaidOnceInAWhile() throws Exception {
        AtomicBoolean away = new AtomicBoolean(true);
        try (EventService service =
                new EventService(Map.of("kefu.events.queue", "3"), request -> away.get() ? NONE : 200)) {
            service.events.changed(online("a", 1));
            Await.until(() -> !service.timer.isPending(PresenceEvents.TIMEOUT));
            service.events.changed(online("b", 2));
            service.events.changed(offline("a", 3));
            service.events.changed(online("a", 4));
            service.events.changed(online("c", 5));
            service.moveUntil(() -> service.timer.now().compareTo(PresenceEvents.REPORT_TIME) > 0);
            String dropped = "WARNING EventsDropped by=\"queue\" events=%d";
            assertTrue(service.warnings().contains(dropped.formatted(2)), service.warnings()::toString);
            service.events.changed(online("d", 6));
            away.set(false);
            service.moveUntil(() -> service.accepted.size() == 3);
            assertEquals(
                    List.of("online a 4", "online c 5", "online d 6"),
                    service.told().stream().sorted().toList());
            service.moveUntil(() -> service.warnings().contains(dropped.formatted(1)));
        }
    }

    @Test
    void longNamesDoNotFillTheMemory() throws Exception {
        AtomicBoolean away = new AtomicBoolean(true);
        try (EventService service =
                new EventService(Map.of("kefu.events.queue", "4"), request -> away.get() ? NONE : 200)) {
            for (int i = 1; i <= 4; i++) {
                service.events.changed(new Presence.Change(
                        Id.ofText("g").orElseThrow(),
                        Id.ofText("a").orElseThrow(),
                        "x".repeat(1_500),
                        i % 2 == 1,
                        i,
                        1));
            }
            Await.until(() -> !service.timer.isPending(PresenceEvents.TIMEOUT));
            away.set(false);
            service.moveUntil(() -> service.accepted.size() == 2);
            assertEquals(List.of("online a 3", "offline a 4"), service.told());
        }
    }

    @Test
    void theFirstEventAndTheFirstBehindAHoleSayThatSomethingMayBeMissing() throws Exception {
        AtomicBoolean away = new AtomicBoolean(true);
        try (EventService service =
                new EventService(Map.of("kefu.events.queue", "2"), request -> away.get() ? 503 : 200)) {
            service.events.changed(online("a", 1));
            Await.until(() -> !service.timer.isPending(PresenceEvents.TIMEOUT));
            away.set(false);
            service.moveUntil(() -> service.accepted.size() == 1);
            assertEquals("true", gap(service, 0), "also when it is tried again");
            service.events.changed(online("b", 2));
            Await.until(() -> service.accepted.size() == 2);
            assertNull(gap(service, 1));
            Await.until(() -> !service.timer.isPending(PresenceEvents.TIMEOUT));

            away.set(true);
            service.events.changed(online("c", 3));
            Await.until(() -> !service.timer.isPending(PresenceEvents.TIMEOUT));
            service.events.changed(online("d", 4));
            service.events.changed(online("e", 5));
            away.set(false);
            service.moveUntil(() -> service.accepted.size() == 4);
            assertEquals(List.of("online d 4", "online e 5"), service.told().subList(2, 4));
            assertEquals("true", gap(service, 2));
            assertNull(gap(service, 3));
        }
    }

    private static @Nullable String gap(EventService service, int event) {
        return service.accepted.get(event).headers().get("x-kefu-gap");
    }

    @Test
    void aStopStillSendsWhatWaitsEvenWhenTheGatewaysThreadsHaveEnded() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        Queue<Runnable> worker = new ArrayDeque<>();
        try (EventService service = new EventService(
                Map.of(),
                request -> {
                    await(goOn);
                    return 200;
                },
                worker::add)) {
            LongStream.range(0, 5).forEach(i -> service.events.changed(online("a" + i, i)));
            worker.remove().run(); // the first one is on its way; nothing else is ever run by the worker
            Await.until(() -> service.http.requests.size() == 1);
            goOn.countDown();
            service.events.close();
            assertEquals(5, service.accepted.size());
            assertEquals(List.of(), service.warnings());
            Await.until(() -> !service.timer.isPending(PresenceEvents.TIMEOUT));
            service.events.changed(online("b", 9));
            assertFalse(service.timer.isPending(PresenceEvents.TIMEOUT), "nothing is sent any more");
        }
    }

    @Test
    void aStopDoesNotWaitForABackendThatHangsAndSaysWhatItDrops() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        try (EventService service = new EventService(request -> {
            await(goOn);
            return 200;
        })) {
            LongStream.range(0, 5).forEach(i -> service.events.changed(online("a" + i, i)));
            long before = System.nanoTime();
            service.events.close();
            assertTrue(System.nanoTime() - before < TimeUnit.SECONDS.toNanos(30), "1 s, and what a busy machine adds");
            assertEquals(List.of("WARNING EventsDropped by=\"stop\" events=5"), service.warnings());
            goOn.countDown();
        }
    }

    /** Clients wait meanwhile for the next deployment. */
    @Test
    void aStopWaitsForNothingWhereAnotherGatewaySendsWhatIsLeft() throws Exception {
        try (EventService service = new EventService(request -> 200)) {
            service.events.changed(online("a", 1));
            Await.until(() -> service.accepted.size() == 1);
            service.events.pause();
            service.events.forget();
            long before = System.nanoTime();
            service.events.close();
            assertTrue(System.nanoTime() - before < PresenceEvents.CLOSE_TIME.toNanos());
        }
    }

    @Test
    void aStopSendsNothingToABackendThatIsAway() throws Exception {
        try (EventService service = new EventService(request -> 503)) {
            service.events.changed(online("a", 1));
            Await.until(() -> !service.timer.isPending(PresenceEvents.TIMEOUT));
            service.events.close();
            service.timer.advance(Duration.ofMinutes(1));
            assertEquals(1, service.http.requests.size());
            assertEquals(1, service.warnings().size());
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void afterItsEndItKeepsNoConnectionAndNoThread() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        try (EventService service = new EventService(request -> 200)) {
            service.events.changed(EventService.change("a", true, 1));
            Await.until(() -> service.accepted.size() == 1);
            service.events.close();
            Await.until(() -> {
                System.gc(); // with which the client's end begins
                return Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("HttpClient-") && !before.contains(thread));
            });
        }
    }
}
