package kefu.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import kefu.backend.StubService;
import kefu.broker.LocalBroker;
import kefu.broker.LocalPresence;
import kefu.broker.Member;
import kefu.broker.Presence;
import kefu.broker.Publication;
import kefu.broker.SessionRecord;
import kefu.config.Settings;
import kefu.metrics.Metrics;
import kefu.protocol.Id;
import kefu.protocol.Json;
import kefu.protocol.Version;
import org.junit.jupiter.api.Test;

/** What the backend is told, against who really came and went. */
class EventsAndSnapshotTest {
    private static final Duration AWAY = Duration.ofSeconds(30);
    private static final List<Id> GROUPS = List.of(id("3"), id("\"4\""), id("\"三组\""));

    private final LocalPresence presence = new LocalPresence(
            new LocalBroker(
                    Settings.from(key -> Optional.empty()),
                    Runnable::run,
                    new Metrics(List.of(), List.of(), List.of()),
                    System::nanoTime),
            Clock.systemUTC(),
            System::nanoTime);
    private final List<Presence.Change> changes = new ArrayList<>();
    private final List<Member> sessions = new ArrayList<>();
    private final Random random = new Random(17);
    private int clients;

    private static Id id(String json) {
        return Id.of(Json.parse(json).orElseThrow()).orElseThrow();
    }

    @Test
    void aBackendThatIsAwayFor30SecondsAndThenFailsTwiceIsToldEveryComingAndGoingInOrder() throws Exception {
        AtomicBoolean away = new AtomicBoolean(true);
        AtomicInteger after = new AtomicInteger();
        try (EventService service = new EventService(request -> {
            if (away.get()) {
                return EventService.NONE;
            }
            return after.incrementAndGet() <= 2 ? 500 : 200;
        })) {
            presence.watch(change -> {
                changes.add(change);
                service.events.changed(change);
            });
            for (int i = 1; i <= 600; i++) {
                comeOrGo();
                if (i % 2 == 0) {
                    service.move(Duration.ofMillis(100));
                }
            }
            assertEquals(AWAY, service.timer.now());
            assertEquals(List.of(), service.told());
            assertTrue(changes.size() > 200, "many come and go meanwhile");

            away.set(false);
            service.moveUntil(() -> service.accepted.size() == changes.size());
            assertTrue(after.get() > 2);
            assertTrue(
                    service.timer.now().compareTo(AWAY.plusSeconds(31)) <= 0,
                    "within three pauses: the one it was in, and one for each failure");
            List<JsonObject> told = service.accepted.stream()
                    .map(r -> Json.parse(r.body()).orElseThrow().asJsonObject())
                    .toList();
            assertEquals(
                    byAgent(changes.stream().map(EventRequest::json).toList()),
                    byAgent(service.accepted.stream()
                            .map(StubService.Received::body)
                            .toList()),
                    "each once, in the order of the agent and group");
            assertEquals(snapshot(), online(told));
        }
    }

    /** An agent opens a tab or closes one: one in three groups, under a name that may be another each time. */
    private void comeOrGo() {
        if (sessions.isEmpty() || (sessions.size() < 60 && random.nextInt(5) < 3)) {
            Id uid = id(random.nextBoolean() ? "" + random.nextInt(10) : "\"客服" + random.nextInt(10) + "\"");
            Member member = new Member(
                    "client-" + clients++,
                    GROUPS.get(random.nextInt(GROUPS.size())),
                    uid,
                    "张三 " + clients,
                    Version.V1,
                    "node",
                    0);
            sessions.add(member);
            presence.join(SessionRecord.of(member, ""), Publication.byGateway("{}"));
        } else {
            presence.leave(sessions.remove(random.nextInt(sessions.size())), Publication.byGateway("{}"));
        }
    }

    private static Map<String, List<String>> byAgent(List<String> bodies) {
        return bodies.stream()
                .collect(Collectors.groupingBy(
                        body -> agent(Json.parse(body).orElseThrow().asJsonObject())));
    }

    private static String agent(JsonObject event) {
        return event.get("bid") + " " + event.get("customer_id");
    }

    /** Who is online in which group, and since which version, by the events that the backend was told. */
    private static Map<String, Long> online(List<JsonObject> told) {
        Map<String, Long> online = new TreeMap<>();
        Map<String, Long> versions = new HashMap<>();
        for (JsonObject event : told) {
            long version = event.getJsonNumber("version").longValueExact();
            assertTrue(version > versions.getOrDefault(agent(event), 0L), "versions rise");
            versions.put(agent(event), version);
            if (event.getString("event").equals("online")) {
                online.put(agent(event), version);
            } else {
                online.remove(agent(event));
            }
        }
        return online;
    }

    /** The same by presence. */
    private Map<String, Long> snapshot() {
        Function<Presence.Agent, String> agent =
                a -> a.group().json() + " " + a.uid().json();
        return new TreeMap<>(GROUPS.stream()
                .flatMap(group ->
                        presence.agentsIn(group, "", Integer.MAX_VALUE).toCompletableFuture().join().items().stream())
                .collect(Collectors.toMap(agent, Presence.Agent::version)));
    }
}
