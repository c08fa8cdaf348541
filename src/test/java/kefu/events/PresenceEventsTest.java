package kefu.events;

import static kefu.events.EventService.offline;
import static kefu.events.EventService.online;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import kefu.Await;
import kefu.ManualTimer;
import kefu.backend.StubService;
import kefu.broker.Presence;
import kefu.config.Settings;
import kefu.protocol.Id;
import kefu.protocol.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PresenceEventsTest {
    @Test
    void anEventIsASignedPostOfTheChange() throws Exception {
        try (EventService service = new EventService(request -> 200)) {
            service.events.changed(new Presence.Change(
                    Id.of(Json.parse("3").orElseThrow()).orElseThrow(),
                    Id.ofText("十七").orElseThrow(),
                    "张 <三>",
                    true,
                    1_700_000_000_123L,
                    1_700_000_000));
            Await.until(() -> service.accepted.size() == 1);
            StubService.Received request = service.accepted.get(0);
            assertEquals("POST /service/customer/ HTTP/1.1", request.line());
            assertEquals("application/json", request.headers().get("content-type"));
            assertEquals(
                    "{\"at\":1700000000,\"bid\":3,\"customer_id\":\"十七\",\"customer_name\":\"张 <三>\","
                            + "\"event\":\"online\",\"version\":1700000000123}",
                    request.body());
            // python3: hmac.new('密钥'.encode(), body.encode(), hashlib.sha256).hexdigest()
            assertEquals(
                    "sha256=34d3922b766b2658e083efa3e4f8c50f32a8e9685dbd8813bf342976c7ebdfec",
                    request.headers().get("x-kefu-signature"));
        }
    }

    @Test
    void eventsGoOneAfterTheOtherOnOneConnection() throws Exception {
        try (EventService service = new EventService(request -> 200)) {
            LongStream.range(0, 200)
                    .forEach(i -> service.events.changed(EventService.change("a" + i % 7, i % 2 == 0, i)));
            Await.until(() -> service.accepted.size() == 200);
            assertEquals(1, service.http.connections.get(), "two at once would need two");
            assertInOrder(service.told());
        }
    }

    @Test
    void anotherGatewaySendsWhatWaitsBeforeItsOwnEventsAndTheFirstOneNoMore() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (EventService first = new EventService(request -> asked.getAndIncrement() == 0 ? 503 : 200);
                EventService second = new EventService(request -> 200)) {
            first.events.changed(online("a", 1));
            Await.until(() -> asked.get() == 1);
            first.events.changed(offline("a", 2));
            WaitingEvents waiting = first.events.pause();
            assertEquals(
                    List.of(1L, 2L),
                    waiting.changes().stream().map(Presence.Change::version).toList());
            first.timer.advance(Duration.ofMinutes(1));
            first.events.forget();
            second.events.goOn(waiting);
            second.events.changed(online("a", 3));
            Await.until(() -> second.accepted.size() == 3);
            assertInOrder(second.told());
            assertEquals(List.of(), first.accepted);
            assertEquals(0, first.events.waiting());
        }
    }

    @Test
    void whatCouldNotBeHandedOverIsSentAfterAll() throws Exception {
        Queue<Runnable> worker = new ConcurrentLinkedQueue<>();
        try (EventService service = new EventService(Map.of(), request -> 200, worker::add)) {
            service.events.changed(online("a", 1));
            service.events.pause();
            worker.remove().run();
            assertEquals(List.of(), service.accepted);
            service.events.goOn(WaitingEvents.nothing());
            worker.remove().run();
            Await.until(() -> service.accepted.size() == 1);
        }
    }

    @Test
    void aBackendThatHasMissedNothingIsNotTold() throws Exception {
        try (EventService service = new EventService(request -> 200)) {
            service.events.goOn(new WaitingEvents(List.of(online("a", 1)), false));
            Await.until(() -> service.accepted.size() == 1);
            assertFalse(service.accepted.get(0).headers().containsKey("x-kefu-gap"));
        }
    }

    private static void assertInOrder(List<String> told) {
        IntStream.range(0, 7).mapToObj(i -> " a" + i + " ").forEach(agent -> {
            List<Long> versions = told.stream()
                    .filter(event -> event.contains(agent))
                    .map(event -> Long.valueOf(event.substring(event.lastIndexOf(' ') + 1)))
                    .toList();
            assertEquals(versions.stream().sorted().toList(), versions);
        });
    }

    @Test
    void whoChangesSomethingDoesNotSendItOnHisOwnThread() throws Exception {
        Queue<Runnable> worker = new ConcurrentLinkedQueue<>();
        try (EventService service = new EventService(Map.of(), request -> 200, worker::add)) {
            LongStream.range(0, 100).forEach(i -> service.events.changed(online("a" + i, i)));
            assertFalse(service.timer.isPending(PresenceEvents.TIMEOUT), "nothing is on its way");
            assertEquals(1, worker.size(), "one task for all of them");
            worker.remove().run();
            Await.until(() -> service.accepted.size() == 1);
        }
    }

    @ParameterizedTest
    @CsvSource({"0", "302", "400", "401", "404", "408", "429", "500", "503"})
    void whatIsNotAcceptedIsTriedAgainAfterEverLongerPauses(int status) throws Exception {
        AtomicInteger requests = new AtomicInteger();
        try (EventService service = new EventService(request -> requests.incrementAndGet() <= 8 ? status : 204)) {
            service.events.changed(online("a", 1));
            for (int pause : new int[] {500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000}) {
                Await.until(() -> !service.timer.isPending(PresenceEvents.TIMEOUT));
                int before = service.http.requests.size();
                service.timer.advance(Duration.ofMillis(pause - 1));
                assertFalse(service.timer.isPending(PresenceEvents.TIMEOUT), "before " + pause + " ms");
                assertEquals(before, service.http.requests.size());
                service.timer.advance(Duration.ofMillis(1));
                Await.until(() -> service.http.requests.size() == before + 1);
            }
            Await.until(() -> service.accepted.size() == 1);
            assertEquals(9, service.http.requests.size());
            assertEquals(
                    1,
                    service.http.requests.stream()
                            .map(r -> r.body() + r.headers().get("x-kefu-signature"))
                            .distinct()
                            .count(),
                    "each try is the same");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "slow headers", "trickled body", "trickled failure"})
    void whatIsNotAnsweredToItsEndInFiveSecondsIsTriedAgain(String manner) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        AtomicBoolean goOn = new AtomicBoolean(true);
        ManualTimer timer = new ManualTimer();
        try (StubService service = new StubService((request, socket) -> {
                    if (begun.getCount() == 0) {
                        StubService.ok(socket, "");
                        return;
                    }
                    StubService.write(
                            socket,
                            switch (manner) {
                                case "nothing" -> "";
                                case "slow headers" -> "HTTP/1.1 200 OK\r\nX";
                                case "trickled body" -> "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n";
                                default -> "HTTP/1.1 500 Oops\r\nContent-Length: 1000000\r\n\r\n";
                            });
                    begun.countDown();
                    try {
                        if (manner.equals("nothing")) {
                            socket.getInputStream().read();
                        }
                        while (goOn.get()) {
                            StubService.write(socket, "x");
                            Thread.sleep(5); // the trickle itself
                        }
                    } finally {
                        closed.countDown();
                    }
                });
                PresenceEvents events = EventService.events(service.url(), Map.of(), timer, Runnable::run)) {
            events.changed(online("a", 1));
            assertTrue(begun.await(30, TimeUnit.SECONDS));
            timer.advance(Duration.ofMillis(4_999));
            assertTrue(timer.isPending(PresenceEvents.TIMEOUT));
            timer.advance(Duration.ofMillis(1));
            assertTrue(closed.await(30, TimeUnit.SECONDS), "the connection is closed, whatever the backend does");
            Await.until(() -> !timer.isPending(PresenceEvents.TIMEOUT));
            timer.advance(PresenceEvents.FIRST_PAUSE);
            Await.until(() -> service.requests.size() == 2);
            Await.until(() -> !timer.isPending(PresenceEvents.TIMEOUT));
            assertFalse(timer.isPending(PresenceEvents.FIRST_PAUSE.multipliedBy(2)), "it was taken");
        } finally {
            goOn.set(false);
        }
    }

    @Test
    void anAgentsEventsWaitForTheOneThatFailedAndThoseOfOthersDoNot() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        try (EventService service = new EventService(request ->
                EventService.summary(request).equals("online a 1") && tries.incrementAndGet() <= 4 ? 500 : 200)) {
            service.events.changed(online("a", 1));
            service.events.changed(offline("a", 2));
            service.events.changed(online("b", 3));
            service.events.changed(offline("b", 4));
            service.events.changed(online("a", 5));
            service.moveUntil(() -> service.accepted.size() == 5);
            assertEquals(
                    List.of("online b 3", "offline b 4", "online a 1", "offline a 2", "online a 5"), service.told());
        }
    }

    @Test
    void anEventThatIsRefusedWhileOthersAreAcceptedIsGivenUpAndThatIsSaid() throws Exception {
        try (EventService service =
                new EventService(request -> EventService.summary(request).equals("online bad 1") ? 500 : 200)) {
            service.events.changed(online("bad", 1));
            service.events.changed(offline("bad", 2));
            for (int i = 10; !service.told().contains("offline bad 2"); i++) {
                int accepted = service.accepted.size();
                service.events.changed(online("good" + i, i));
                Duration before = service.timer.now();
                service.moveUntil(() -> service.accepted.size() > accepted);
                assertTrue(
                        service.timer.now().minus(before).compareTo(PresenceEvents.LONGEST_PAUSE) <= 0,
                        "another agent waits for no more than a pause");
                service.move(Duration.ofSeconds(1));
                assertTrue(i < 1_000, "it is not given up");
            }
            long tries = service.http.requests.stream()
                    .filter(request -> EventService.summary(request).equals("online bad 1"))
                    .count();
            assertTrue(tries >= 10 && tries < 20, tries + " tries");
            assertEquals(
                    List.of("WARNING EventDropped agent=\"bad\" group=\"g\" tries=" + tries + " answer=\"status 500\""),
                    service.warnings());
        }
    }

    @Test
    void manyRefusedEventsDoNotKeepTheOthersForEver() throws Exception {
        try (EventService service =
                new EventService(request -> EventService.summary(request).contains("bad") ? 400 : 200)) {
            LongStream.range(0, 30).forEach(i -> service.events.changed(online("bad" + i, i)));
            service.events.changed(online("good", 100));
            service.moveUntil(() -> service.accepted.size() == 1);
            for (int i = 101; i < 110; i++) {
                int accepted = service.accepted.size();
                service.events.changed(EventService.change("good", i % 2 == 0, i));
                Duration before = service.timer.now();
                service.moveUntil(() -> service.accepted.size() > accepted);
                assertTrue(service.timer.now().minus(before).compareTo(PresenceEvents.LONGEST_PAUSE) <= 0);
                service.move(Duration.ofSeconds(20));
            }
        }
    }

    @Test
    void whileABackendRefusesEverythingNothingIsGivenUp() throws Exception {
        AtomicBoolean away = new AtomicBoolean(true);
        try (EventService service = new EventService(request -> away.get() ? 500 : 200)) {
            LongStream.range(0, 20).forEach(i -> service.events.changed(EventService.change("a" + i % 7, true, i)));
            service.moveUntil(() -> service.http.requests.size() > 200);
            away.set(false);
            Duration before = service.timer.now();
            service.moveUntil(() -> service.accepted.size() == 20);
            assertInOrder(service.told());
            assertTrue(service.timer.now().minus(before).compareTo(Duration.ofSeconds(21)) <= 0, "two pauses");
            assertEquals(
                    List.of("WARNING Events state=\"refused\" answer=\"status 500\""),
                    service.warnings(),
                    "an outage is said once");
        }
    }

    @Test
    void inThePauseAfterAFailureNothingIsSentForOthersEither() throws Exception {
        try (EventService service = new EventService(request -> 500)) {
            service.events.changed(online("a", 1));
            Await.until(() -> !service.timer.isPending(PresenceEvents.TIMEOUT));
            service.events.changed(online("b", 2));
            assertFalse(service.timer.isPending(PresenceEvents.TIMEOUT));
            service.timer.advance(PresenceEvents.FIRST_PAUSE.minusMillis(1));
            assertFalse(service.timer.isPending(PresenceEvents.TIMEOUT));
            service.timer.advance(Duration.ofMillis(1));
            Await.until(() -> service.http.requests.size() == 2);
            assertEquals(
                    "online b 2",
                    EventService.summary(service.http.requests.get(1)),
                    "what was not tried yet goes first");
        }
    }

    @Test
    void anEventThatIsLostWithAKeptConnectionIsSentAgainAtOnce() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        try (EventService service =
                new EventService(request -> requests.incrementAndGet() == 2 ? EventService.NONE : 200)) {
            service.events.changed(online("a", 1));
            Await.until(() -> service.accepted.size() == 1);
            Await.until(() -> !service.timer.isPending(PresenceEvents.TIMEOUT));
            service.events.changed(offline("a", 2));
            Await.until(() -> service.accepted.size() == 2); // the clock stands still
            assertEquals(List.of("online a 1", "offline a 2"), service.told());
        }
    }

    @Test
    void thePausesAreOfDifferentLength() {
        List<Duration> pauses = new ArrayList<>();
        for (double random : new double[] {0, 0.5, 0.999}) {
            ManualTimer timer = new ManualTimer();
            PresenceEvents events = new PresenceEvents(
                    URI.create("http://127.0.0.1:1/"),
                    Settings.from(key -> Optional.empty()),
                    () -> "", // an empty key cannot sign: a failure before anything is sent
                    timer,
                    Runnable::run,
                    () -> timer.now().toNanos(),
                    () -> random);
            events.changed(online("a", 1));
            for (long millis = 1; millis <= 500; millis++) {
                if (timer.isPending(Duration.ofMillis(millis))) {
                    pauses.add(Duration.ofMillis(millis));
                }
            }
            events.close();
        }
        assertEquals(List.of(Duration.ofMillis(500), Duration.ofMillis(375), Duration.ofMillis(250)), pauses);
    }
}
