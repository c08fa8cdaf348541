package kefu.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.JsonObject;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import kefu.Await;
import kefu.broker.SessionRecord;
import kefu.connection.FakeWire;
import kefu.desk.Desk;
import kefu.metrics.Metrics;
import kefu.protocol.Channel;
import kefu.protocol.CloseCode;
import kefu.protocol.Version;
import kefu.session.Session;
import kefu.session.Subscription;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What others do to a session while it comes to a connection: a step of its login or resume is held meanwhile. */
class OpeningTest extends V2Testbed {
    private static final Channel OTHER = group("h");

    private final StoppedSteps steps = new StoppedSteps();

    private TestGateway gateway() {
        return gateway(Map.of("kefu.session.grace", "10m"));
    }

    private TestGateway gateway(Map<String, String> settings) {
        gateways.add(new TestGateway(settings, own -> new Desk(own.broker, Clock.systemUTC()), steps));
        return gateways.get(0);
    }

    /** The methods of what a client has heard, and what was pushed. */
    private static List<String> heard(TestGateway.Client client) {
        return frames(client).stream()
                .map(frame -> frame.containsKey("push") ? frame.getJsonObject("push") : frame)
                .map(frame -> frame.getString("method", frame.toString()))
                .toList();
    }

    private static int count(TestGateway gateway, Channel channel) {
        return gateway.presence.count(channel).toCompletableFuture().join();
    }

    private static String resume(TestGateway.Client client, String ticket, int attempt) {
        resume(client, ticket, attempt, "{}");
        return ticket;
    }

    @ParameterizedTest
    @ValueSource(strings = {"follow", "join"})
    void beforeALoginsJoinTheApiKnowsOfNoSuchSession(String step) {
        TestGateway gateway = gateway();
        TestGateway.Client client = v2(gateway);
        steps.stopAt(step);
        client.login("g", "ann");
        assertTrue(steps.hasStopped());
        assertEquals(SessionCommands.Outcome.UNKNOWN, join(gateway, client));
        steps.goOn();
        assertEquals(List.of("login"), heard(client));
        assertEquals(0, count(gateway, OTHER));
    }

    private static SessionCommands.Outcome join(TestGateway gateway, TestGateway.Client client) {
        return gateway.commands
                .join(client.connection.client(), OTHER)
                .toCompletableFuture()
                .join();
    }

    @Test
    void whatTheApiJoinsDuringALoginIsToldBehindItsAnswer() {
        TestGateway gateway = gateway();
        TestGateway.Client client = v2(gateway);
        steps.stopAt("read");
        client.send("{\"method\":\"login\",\"bid\":\"g\",\"customer_id\":\"ann\",\"customer_name\":\"n\","
                + "\"channels\":{\"g:g\":{\"epoch\":\"none\",\"off\":1}}}");
        assertTrue(steps.hasStopped(), "it is listed, and not answered yet");
        assertEquals(SessionCommands.Outcome.DONE, join(gateway, client));
        push(gateway, OTHER, "{\"n\":1}");
        assertEquals(List.of(), heard(client));
        steps.goOn();
        assertEquals(List.of("login", "channels", "{\"n\":1}"), heard(client));
        push(gateway, OTHER, "{\"n\":2}");
        assertEquals(List.of(1, 2), heard(client, OTHER.name()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"follow", "list"})
    void whoIsTakenOutOfAChannelDuringAResumeIsToldBehindItsAnswerAndHearsNoMore(String step) {
        TestGateway gateway = gateway();
        TestGateway.Client client = v2(gateway);
        JsonObject session = login(client, "g", "ann", "");
        String own = session.getString("client");
        gateway.commands.join(own, OTHER);
        client.lose();
        TestGateway.Client again = v2(gateway);
        steps.stopAt(step);
        resume(again, session.getString("ticket"), 1);
        assertTrue(steps.hasStopped());
        gateway.commands.leave(own, OTHER);
        steps.goOn();
        push(gateway, OTHER, "{\"n\":1}");
        assertEquals(List.of("resume", "channels"), heard(again));
        assertEquals("[\"h\"]", last(again).getJsonArray("left").toString().replace("g:", ""));
        assertEquals(0, count(gateway, OTHER));
        assertEquals(
                4,
                Objects.requireNonNull(Session.on(again.connection))
                        .subscriptions()
                        .size());
    }

    @Test
    void aJoinThatAResumeOvertakesIsToldByItsAnswerOnly() {
        TestGateway gateway = gateway();
        TestGateway.Client client = v2(gateway);
        JsonObject session = login(client, "g", "ann", "");
        steps.stopAt("follow");
        var joined = gateway.commands.join(session.getString("client"), OTHER);
        client.lose();
        TestGateway.Client again = v2(gateway);
        resume(again, session.getString("ticket"), 1);
        steps.goOn();
        assertEquals(SessionCommands.Outcome.DONE, joined.toCompletableFuture().join());
        assertEquals(List.of("resume"), heard(again));
        assertTrue(last(again).getJsonObject("channels").containsKey("g:h"));
        push(gateway, OTHER, "{\"n\":1}");
        assertEquals(List.of(1), heard(again, OTHER.name()));
        assertEquals(1, count(gateway, OTHER));
    }

    @ParameterizedTest
    @ValueSource(strings = {"follow", "list"})
    void aResumeThatAnotherOvertakesTakesNothingBackAndLeavesNothingBehind(String step) {
        TestGateway gateway = gateway();
        TestGateway.Client client = v2(gateway);
        String ticket = login(client, "g", "ann", "").getString("ticket");
        client.lose();
        TestGateway.Client slow = v2(gateway);
        steps.stopAt(step);
        resume(slow, ticket, 1);
        TestGateway.Client fast = v2(gateway);
        resume(fast, ticket, 2);
        steps.goOn();
        push(gateway, group("g"), "{\"n\":1}");
        assertEquals(List.of("resume", "{\"n\":1}"), heard(fast));
        Await.until(() -> slow.wire.closed().equals(Optional.of(CloseCode.TAKEN_OVER)));
        assertEquals(List.of(), heard(slow));
        assertTrue(gateway.metrics.scrape().contains("\nkefu_sessions 1.0\n"), "one subscription, not two");
    }

    @ParameterizedTest
    @ValueSource(strings = {"leave", "follow", "join"})
    void whoLogsInAsAnotherAndEndsInTheMiddleLeavesNobodyBehind(String step) {
        TestGateway gateway = gateway();
        TestGateway.Client observer = v2(gateway);
        login(observer, "g", "observer", "");
        TestGateway.Client client = gateway.connect(new FakeWire(), Version.V1);
        client.login("g", "ann");
        steps.stopAt(step);
        client.login("g", "bob");
        assertTrue(steps.hasStopped());
        client.close();
        steps.goOn();
        Await.until(() -> count(gateway, group("g")) == 1);
        List<String> logouts = frames(observer).stream()
                .filter(frame -> frame.containsKey("push"))
                .map(frame -> frame.getJsonObject("push"))
                .filter(push -> push.getString("method").equals("logout_push"))
                .map(push -> push.getString("customer_id"))
                .toList();
        assertEquals(step.equals("leave") ? List.of("ann") : List.of("ann", "bob"), logouts);
        assertTrue(gateway.metrics.scrape().contains("\nkefu_sessions 1.0\n"));
    }

    @Test
    void aSubscriptionThatIsGivenUpBeforeItIsAttachedStaysDetached() {
        TestGateway.Client client = v2(gateway());
        login(client, "g", "ann", "");
        Session session = Objects.requireNonNull(Session.on(client.connection));
        SessionRecord record = gateways.get(0)
                .presence
                .session(session.member().client())
                .toCompletableFuture()
                .join()
                .orElseThrow();
        Hub hub = new Hub(
                new ConcurrentHashMap<>(), new FanOut(0, Runnable::run), new Metrics(List.of(), List.of(), List.of()));
        Subscription removed =
                session.follow(in(record, Set.of(OTHER), 1)).added().get(0);
        session.follow(in(record, Set.of(), 2));
        hub.attach(removed);
        Subscription replaced =
                session.follow(in(record, Set.of(OTHER), 3)).added().get(0);
        assertEquals(0, session.follow(in(record, Set.of(), 2)).removed().size(), "that is an older one");
        session.resume(v2(gateways.get(0)).connection, in(record, Set.of(OTHER), 3));
        hub.attach(replaced);
        Subscription late = Objects.requireNonNull(session.subscription(OTHER));
        session.end(session.connection(), false);
        hub.attach(late);
        assertEquals(Set.of(), hub.in(OTHER));
    }

    /** The session with other channels, in a later attempt. */
    private static SessionRecord in(SessionRecord record, Set<Channel> joined, int revision) {
        return new SessionRecord(
                record.member(), record.ticketHash(), record.attempt() + revision, joined, record.data(), revision);
    }

    @Test
    void theLastMessageComesBehindTheAnswerAndBeforeTheClose() {
        TestGateway gateway = gateway();
        TestGateway.Client client = v2(gateway);
        steps.stopAt("join");
        client.login("g", "ann");
        gateway.commands.close(client.connection.client(), Optional.of("{\"bye\":1}"));
        steps.goOn();
        Await.until(() -> client.wire.closed().equals(Optional.of(CloseCode.ENDED_BY_SERVER)));
        assertEquals(List.of("login", "{\"bye\":1}"), heard(client));
        assertTrue(client.wire.isCloseBegun(), "the client reads it before the socket is closed");
    }

    @Test
    void whoDoesNotTakeTheLastMessageIsClosedAllTheSame() {
        TestGateway gateway = gateway(Map.of("kefu.queue.timeout", "100ms"));
        TestGateway.Client client = v2(gateway);
        String own = login(client, "g", "ann", "").getString("client");
        client.wire.stick();
        gateway.commands.close(own, Optional.of("{\"bye\":1}"));
        Await.until(() -> client.wire.closed().equals(Optional.of(CloseCode.ENDED_BY_SERVER)));
    }

    @Test
    void theLastMessageIsNeverLostHoweverMuchIsSaidMeanwhile() throws Exception {
        TestGateway gateway = gateway(Map.of("kefu.queue.max-frames", "100000"));
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            for (int round = 0; round < 300; round++) {
                TestGateway.Client client = gateway.connect(new FakeWire(threads), Version.V2);
                String own = login(client, "g" + round, "ann", "").getString("client");
                AtomicBoolean over = new AtomicBoolean();
                List<Future<?>> pushing = new ArrayList<>();
                for (int i = 0; i < 2; i++) {
                    pushing.add(threads.submit(() -> {
                        while (!over.get()) {
                            push(gateway, Channel.client(own), "{\"n\":1}");
                        }
                    }));
                }
                gateway.commands.close(own, Optional.of("{\"bye\":1}"));
                Await.until(() -> client.wire.closed().isPresent());
                over.set(true);
                for (Future<?> one : pushing) {
                    one.get(30, TimeUnit.SECONDS);
                }
                // counted in the texts: some rounds have thousands
                assertEquals(
                        1,
                        client.wire.received().stream()
                                .filter(text -> text.contains("\"bye\""))
                                .count(),
                        "round " + round);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** Its channels as a client knows them by the answer to its resume and by what it was told since. */
    private static Set<String> known(TestGateway.Client client) {
        Set<String> known = new HashSet<>();
        for (JsonObject frame : frames(client)) {
            String method = frame.getString("method", "");
            if (method.equals("resume")) {
                known.addAll(frame.getJsonObject("channels").keySet());
            } else if (method.equals("channels")) {
                known.addAll(frame.getJsonObject("joined").keySet());
                frame.getJsonArray("left")
                        .forEach(left -> known.remove(left.toString().replace("\"", "")));
            }
        }
        return known;
    }

    @Test
    void ofWhateverMeetsAtOnceTheClientKnowsInTheEndWhatItHears() throws Exception {
        TestGateway gateway = gateway();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        TestGateway.Client first = v2(gateway);
        JsonObject session = login(first, "g", "ann", "");
        String own = session.getString("client");
        SessionCommands api = gateway.commands;
        List<Channel> others = List.of(group("a"), group("b"), group("c"));
        try {
            TestGateway.Client client = first;
            for (int round = 1; round <= 300; round++) {
                client.lose();
                List<Future<?>> acting = new ArrayList<>();
                for (int t = 0; t < 3; t++) {
                    Random random = new Random(round * 10L + t);
                    acting.add(threads.submit(() -> {
                        for (int i = 0; i < 8; i++) {
                            Channel channel = others.get(random.nextInt(others.size()));
                            (random.nextBoolean() ? api.join(own, channel) : api.leave(own, channel))
                                    .toCompletableFuture()
                                    .join();
                        }
                    }));
                }
                TestGateway.Client overtaken = v2(gateway);
                TestGateway.Client now = v2(gateway);
                int attempt = round * 2;
                acting.add(threads.submit(() -> resume(overtaken, session.getString("ticket"), attempt)));
                acting.add(threads.submit(() -> resume(now, session.getString("ticket"), attempt + 1)));
                for (Future<?> one : acting) {
                    one.get(30, TimeUnit.SECONDS);
                }
                Await.until(() -> !heard(now).isEmpty());
                assertEquals("resume", heard(now).get(0), "nothing comes before the answer");
                Session held = Objects.requireNonNull(Session.on(now.connection));
                Set<String> hears = new HashSet<>();
                held.subscriptions().forEach(one -> hears.add(one.channel().name()));
                Await.until(() -> known(now).equals(hears));
                for (Channel channel : others) {
                    boolean in = hears.contains(channel.name());
                    Await.until(() -> count(gateway, channel) == (in ? 1 : 0));
                    push(gateway, channel, "{\"n\":" + round + "}");
                    assertEquals(
                            in ? 1 : 0,
                            heard(now, channel.name()).stream()
                                    .filter(Integer.valueOf(attempt / 2)::equals)
                                    .count());
                    assertEquals(List.of(), heard(overtaken, channel.name()));
                }
                client = now;
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
