package kefu.it;

import static kefu.it.ApiClient.query;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kefu.Await;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/**
 * Ten thousand pushes to a group of two hundred, of both protocols, while twenty more come and go: whoever is meant hears
 * each once and in order, and nobody else hears any. The key is the one that the gateway made.
 */
@ArquillianTest
class PushStormIT {
    private static final String AT = "127.0.0.1:" + Ports.HTTP + "/storm";
    private static final URI SOCKET = URI.create("ws://" + AT + "/chat");
    private static final Path DATA =
            Path.of(System.getProperty("kefu.it.dir"), "storm-" + System.getProperty("arquillian.launch"));

    /** On Payara each send takes its WebSocket implementation many times as long: there it is a part of them. */
    private static final int PUSHES = Integer.getInteger("kefu.it.pushes", 10_000);

    private static final int MEMBERS = 200;
    private static final int GUESTS = 20;
    private static final int THREADS = 4;
    private static final int HEARD_IN_A_VISIT = PUSHES / 100;

    /** The pushes go no faster than they are heard: else the guests would hear nothing before the end. */
    private static final int MAX_AHEAD = 500;

    /** It takes half a minute on a machine that has nothing else to do. */
    private static final Duration WORST = Duration.ofMinutes(5);

    /** The queue holds every push: a slow test machine is no slow reader. */
    private static final String SETTINGS = """
            config_ordinal=1000
            kefu.backend.url=
            kefu.api.key=
            kefu.data.dir=%s
            kefu.queue.max-frames=20000
            kefu.queue.timeout=10m
            kefu.heartbeat.timeout=10m
            """.formatted(DATA);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final long[] offs = new long[PUSHES + 1]; // by push; each written once, by its pusher
    private final List<StormClient> members = new ArrayList<>();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger pushed = new AtomicInteger();
    private final AtomicLong slowest = new AtomicLong();
    private final AtomicLong answered = new AtomicLong();
    private final Map<String, String> clients = new HashMap<>();
    private final Queue<Visit> visits = new ConcurrentLinkedQueue<>();

    /**
     * One stay of a guest.
     *
     * @param before an offset that was answered before the login was sent
     * @param after the first push that was begun after the login was answered
     */
    private record Visit(StormClient guest, long before, int after) {}

    @Deployment(testable = false)
    static WebArchive storm() {
        return ShrinkWrap.create(ZipImporter.class, "storm.war")
                .importFrom(new File(System.getProperty("kefu.it.war")))
                .as(WebArchive.class)
                .addAsWebInfResource(new StringAsset(SETTINGS), "classes/META-INF/microprofile-config.properties")
                .addClass(QuietLog.class);
    }

    @Test
    void whoeverIsMeantHearsEachPushOnceAndInOrderAndNobodyElseDoes() throws Exception {
        Path file = DATA.resolve("api.key");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        ApiClient api =
                new ApiClient("http://" + AT + "/api", Files.readString(file).strip());
        List<StormClient> elsewhere = new ArrayList<>();
        try (StormReader reader = new StormReader()) {
            for (int i = 0; i < MEMBERS; i++) {
                members.add(StormClient.login(reader, SOCKET, "storm", "s" + i, i % 2 == 1));
            }
            for (int i = 0; i < 4; i++) {
                elsewhere.add(StormClient.login(reader, SOCKET, "other", "s" + i, i % 2 == 1));
            }
            api.call("GET", "/clients" + query("group", "storm", "limit", 1000))
                    .json()
                    .getJsonArray("clients")
                    .forEach(client -> clients.put(
                            client.asJsonObject().getString("uid"),
                            client.asJsonObject().getString("client")));
            assertEquals(MEMBERS, clients.size());

            List<Future<?>> working = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                int first = t;
                working.add(threads.submit(() -> pushAll(api)));
                working.add(threads.submit(() -> comeAndGo(reader, first)));
            }
            for (Future<?> work : working) {
                work.get(WORST.toSeconds(), TimeUnit.SECONDS);
            }
            push(api, PUSHES); // for everybody: whoever hears it has heard all that was before
            for (StormClient member : members) {
                Await.until(WORST, () -> member.last() == PUSHES || member.failure() != null);
                checkMember(member);
            }
            assertEquals(PUSHES + 1, Arrays.stream(offs).distinct().count());
            visits.forEach(this::checkVisit);
            assertTrue(visits.size() >= GUESTS, "visits: " + visits.size());
            for (StormClient other : elsewhere) {
                assertEquals(0, other.heard().size(), "another group hears nothing");
                assertNull(other.failure());
            }
        } finally {
            members.forEach(StormClient::abort);
            elsewhere.forEach(StormClient::abort);
            threads.shutdownNow();
        }
    }

    private Void pushAll(ApiClient api) throws Exception {
        for (int n = next.getAndIncrement(); n < PUSHES; n = next.getAndIncrement()) {
            int behind = n - MAX_AHEAD;
            Await.until(WORST, () -> slowest.get() >= behind || slowest.updateAndGet(this::slowest) >= behind);
            int visitsBefore = n * GUESTS / PUSHES;
            Await.until(WORST, () -> visits.size() > visitsBefore);
            push(api, n);
            pushed.getAndIncrement();
        }
        return null;
    }

    /** What every member has heard of, or has ended without. */
    private long slowest(long before) {
        return members.stream()
                .filter(member -> member.failure() == null)
                .mapToLong(StormClient::last)
                .min()
                .orElse(PUSHES);
    }

    private void push(ApiClient api, int n) throws Exception {
        Set<String> uids = excludedUids(n);
        Set<String> ofClients = excludedClients(n);
        ApiClient.Response answer = api.call(
                "POST",
                "/push",
                "{\"to\":{\"group\":\"storm\"},\"message\":{\"n\":" + n + "},\"exclude\":{\"uids\":"
                        + list(uids.stream()) + ",\"clients\":"
                        + list(ofClients.stream().map(clients::get)) + "}}");
        assertEquals(200, answer.status(), answer.body());
        JsonObject result = answer.json().getJsonArray("results").getJsonObject(0);
        offs[n] = result.getJsonNumber("off").longValue();
        answered.accumulateAndGet(offs[n], Math::max);
        Set<String> excluded = new HashSet<>(uids);
        excluded.addAll(ofClients);
        excluded.retainAll(clients.keySet());
        int meant = MEMBERS - excluded.size();
        int delivered = result.getInt("delivered");
        assertTrue(delivered >= meant && delivered <= meant + GUESTS, meant + " meant, delivered " + delivered);
    }

    private static String list(Stream<String> ids) {
        return ids.map(id -> "\"" + id + "\"").collect(Collectors.joining(",", "[", "]"));
    }

    /** By their ids: also a guest, who may be there or not. */
    private static Set<String> excludedUids(int n) {
        return n % 2 == 1 ? Set.of("s" + n * 7 % MEMBERS, "guest" + n % GUESTS) : Set.of();
    }

    private static Set<String> excludedClients(int n) {
        return n % 4 >= 2 ? Set.of("s" + n * 13 % MEMBERS) : Set.of();
    }

    private static boolean isFor(int n, String uid) {
        return !excludedUids(n).contains(uid) && !excludedClients(n).contains(uid);
    }

    /** Of the guests every fourth one, each after the other and again. */
    private Void comeAndGo(StormReader reader, int first) throws Exception {
        for (int i = first; pushed.get() < PUSHES; i = (i + THREADS) % GUESTS) {
            long before = answered.get();
            StormClient guest = StormClient.login(reader, SOCKET, "storm", "guest" + i, i / THREADS % 2 == 1);
            visits.add(new Visit(guest, before, next.get()));
            Await.until(WORST, () -> guest.heardSoFar() >= HEARD_IN_A_VISIT || pushed.get() >= PUSHES);
            guest.abort();
        }
        return null;
    }

    private void checkMember(StormClient member) {
        assertNull(member.failure(), member.uid);
        List<Integer> heard = checkOrder(member);
        Set<Integer> meant = new HashSet<>();
        for (int n = 0; n <= PUSHES; n++) {
            if (isFor(n, member.uid)) {
                meant.add(n);
            }
        }
        assertEquals(meant.size(), heard.size(), member.uid);
        assertEquals(meant, new HashSet<>(heard), member.uid);
    }

    /** From its login to what it heard last nothing is missing. */
    private void checkVisit(Visit visit) {
        StormClient guest = visit.guest();
        List<Integer> heard = checkOrder(guest);
        if (heard.isEmpty()) {
            return; // it left before anything was pushed
        }
        long first = offs[heard.get(0)];
        long last = offs[heard.get(heard.size() - 1)];
        assertTrue(first > visit.before(), "what was pushed before the login is not heard");
        assertTrue(first > guest.loginOff());
        Set<Integer> known = new HashSet<>(heard);
        for (int n = 0; n <= PUSHES; n++) {
            boolean behindLogin = guest.v2 ? offs[n] > guest.loginOff() : n >= visit.after() || offs[n] > first;
            if (behindLogin && offs[n] <= last && !known.contains(n)) {
                assertFalse(isFor(n, guest.uid), guest.uid + " missed push " + n);
            }
        }
    }

    /** Each once, each meant for it, by rising offsets, which a client of v2 is told. */
    private List<Integer> checkOrder(StormClient client) {
        List<StormClient.Heard> heard = client.heard();
        long previous = 0;
        for (StormClient.Heard push : heard) {
            assertTrue(isFor(push.n(), client.uid), client.uid + " heard push " + push.n());
            assertTrue(offs[push.n()] > previous, client.uid + " heard push " + push.n() + " twice or late");
            previous = offs[push.n()];
            assertEquals(client.v2 ? previous : 0, push.off());
        }
        return heard.stream().map(StormClient.Heard::n).toList();
    }
}
